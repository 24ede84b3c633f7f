using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Core.Schemas;
using Meshlift.Yaml;

namespace Meshlift.Tests.Schemas;

public sealed class SchemaValidatorTests
{
    [Theory]
    [InlineData("type: object, properties: { replicas: { type: integer } }", "replcas: 3", "spec.replcas there is no such field did you mean 'replicas'?")]
    [InlineData("type: object, properties: { replicas: { type: integer } }", "replicas: three", "spec.replicas must be a whole number, and is the string 'three' correct the value")]
    [InlineData("type: object, properties: { replicas: { type: integer } }", "replicas: \"3\"", "spec.replicas must be a whole number, and is the string '3' remove the quotes")]
    [InlineData("type: object, properties: { replicas: { type: integer } }", "replicas: 3.0", "")]
    [InlineData("type: object, properties: { replicas: { type: integer } }", "replicas: null", "spec.replicas must be a whole number, and is null give it a value, or remove the key")]
    [InlineData("type: object, properties: { replicas: { type: integer, nullable: true } }", "replicas: null", "")]
    [InlineData("type: object, properties: { replicas: { type: integer, default: 1 } }", "replicas: null", "")]
    [InlineData("type: object, properties: { replicas: { type: integer, format: int32 } }", "replicas: 3000000000", "spec.replicas 3000000000 does not fit into int32 write a smaller number")]
    [InlineData("type: object, properties: { replicas: { type: integer, minimum: 1, exclusiveMinimum: true } }", "replicas: 1", "spec.replicas must be more than 1, and is 1 write a greater number")]
    [InlineData("type: object, properties: { version: { type: string } }", "version: 1.30", "spec.version must be a string, and is 1.3 put it into quotes")]
    [InlineData("type: object, properties: { mode: { type: string, enum: [STRICT, PERMISSIVE] } }", "mode: STRCT", "spec.mode cannot be the string 'STRCT' did you mean 'STRICT'?")]
    [InlineData("type: object, properties: { name: { type: string, pattern: '^[a-z]+$' } }", "name: A1", "spec.name the string 'A1' does not match the pattern '^[a-z]+$' write it in that form")]
    [InlineData("type: object, properties: { name: { type: string, pattern: '^[a-z]+$' } }", "name: \"a\\n\"", "spec.name the string 'a ' does not match the pattern '^[a-z]+$' write it in that form")]
    [InlineData("type: object, properties: { at: { type: string, format: date-time } }", "at: yesterday", "spec.at the string 'yesterday' is no date-time write it in that form")]
    [InlineData("type: object, properties: { port: { x-kubernetes-int-or-string: true } }", "port: true", "spec.port must be a string or a whole number, and is true put it into quotes|correct the value")]
    [InlineData("type: object, properties: { port: { x-kubernetes-int-or-string: true } }", "port: http", "")]
    [InlineData("type: object, x-kubernetes-preserve-unknown-fields: true", "anything: 1", "")]
    [InlineData("type: object, additionalProperties: { type: string }", "a: x\n  b: 2", "spec.b must be a string, and is 2 put it into quotes")]
    [InlineData("type: object, required: [host], properties: { host: { type: string } }", "{}", "spec the key 'host' is missing add 'host'")]
    [InlineData("type: object, properties: { tags: { type: array, maxItems: 1, items: { type: string } } }", "tags: [a, b]", "spec.tags must have at most 1 item, and has 2 shorten it")]
    [InlineData("type: object, properties: { ports: { type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: { type: object, properties: { name: { type: string } } } } }", "ports: [{ name: a }, { name: a }]", "spec.ports[1] has the same 'name' as item 0 remove one of the two; readers disagree on which one counts")]
    [InlineData("type: object, properties: { a: { type: string }, b: { type: string } }, oneOf: [{ not: { anyOf: [{ required: [a] }, { required: [b] }] } }, { required: [a] }, { required: [b] }]", "a: x\n  b: z", "spec 'a' and 'b' exclude each other keep one of them")]
    [InlineData("type: object, properties: { a: { type: string }, b: { type: string } }, oneOf: [{ not: { anyOf: [{ required: [a] }, { required: [b] }] } }, { required: [a] }, { required: [b] }]", "{}", "")]
    [InlineData("type: object, properties: { a: { type: string }, b: { type: string } }, anyOf: [{ required: [a] }, { required: [b] }]", "{}", "spec needs 'a' or 'b' add one of them")]
    [InlineData("type: object, properties: { a: { type: string } }, not: { required: [a] }", "a: x", "spec 'a' may not be there see the documentation of the field")]
    [InlineData("type: object, properties: { in: { type: object, x-kubernetes-embedded-resource: true } }", "in: { apiVersion: v1, kind: Pod, metadata: {}, spek: 1 }", "spec.in.spek there is no such field remove it; known here: apiVersion, kind, metadata")]
    public void What_a_schema_forbids_is_told_with_a_remedy(string schema, string spec, string expected)
    {
        var verdict = Validate(schema, spec);
        var told = string.Join('\n', verdict.Violations.Select(violation => $"{violation.Path} {violation.Message} {violation.Remedy}"));
        Assert.True(expected.Split('|') is [var all] ? told == all : expected.Split('|') is [var one, var other] && (told == one || told.EndsWith(other, StringComparison.Ordinal)), told);
        Assert.All(verdict.Violations, violation => Assert.NotNull(violation.Place));
    }

    [Theory]
    [InlineData("ipv4", "10.0.0.1", true)]
    [InlineData("ipv4", "10.0.0.256", false)]
    [InlineData("ipv4", "10.0.0.01", false)]
    [InlineData("ipv6", "::", true)]
    [InlineData("ipv6", "fe80::1", true)]
    [InlineData("ipv6", "::ffff:10.0.0.1", true)]
    [InlineData("ipv6", "1:2:3:4:5:6:7:8", true)]
    [InlineData("ipv6", "1:2:3:4:5:6:7", false)]
    [InlineData("ipv6", "1::2::3", false)]
    [InlineData("cidr", "10.0.0.0/8", true)]
    [InlineData("cidr", "10.0.0.0/33", false)]
    [InlineData("uuid", "123e4567-e89b-12d3-a456-426614174000", true)]
    [InlineData("byte", "Zm9v", true)]
    [InlineData("byte", "Zm9", false)]
    [InlineData("nobody-knows", "anything", true)]
    public void Formats_are_those_of_kubernetes(string format, string text, bool isFine) =>
        Assert.Equal(isFine, Validate($"type: object, properties: {{ a: {{ type: string, format: {format} }} }}", $"a: \"{text}\"").Violations.IsEmpty);

    [Fact]
    public void Rules_in_cel_are_listed_and_never_passed()
    {
        var verdict = Validate("type: object, properties: { a: { type: string } }, x-kubernetes-validations: [{ rule: self.a != 'x' }]", "a: x");
        Assert.Empty(verdict.Violations);
        Assert.Equal(new Unevaluated("spec", "self.a != 'x'", "only the API server evaluates CEL rules"), Assert.Single(verdict.Unevaluated));
    }

    [Theory]
    [InlineData("(a+)+$", true)]
    [InlineData("(?<=a)b", null)]
    [InlineData("^\\d+$", false)]
    [InlineData("[[:alpha:]]", true)]
    public void Patterns_take_bounded_time_and_those_that_cannot_be_evaluated_say_so(string pattern, bool? expected)
    {
        var verdict = Validate($"type: object, properties: {{ a: {{ type: string, pattern: '{pattern}' }} }}", $"a: {new string('a', 20_000)}");
        Assert.Equal(expected, verdict.Unevaluated.Length > 0 ? null : verdict.Violations.Length == 0);
    }

    [Fact]
    public void A_type_that_refers_to_itself_is_followed_as_deep_as_the_document_goes()
    {
        const string openApi = """
            { "definitions": {
                "io.x.Tree": { "type": "object", "properties": { "apiVersion": { "type": "string" }, "kind": { "type": "string" }, "child": { "$ref": "#/definitions/io.x.Tree" }, "name": { "type": "string" } },
                  "x-kubernetes-group-version-kind": [{ "group": "x.io", "version": "v1", "kind": "Tree" }] },
                "io.x.Loop": { "type": "object", "allOf": [{ "$ref": "#/definitions/io.x.Loop" }, { "$ref": "#/definitions/io.x.Loop" }], "properties": { "apiVersion": { "type": "string" } },
                  "x-kubernetes-group-version-kind": [{ "group": "x.io", "version": "v1", "kind": "Loop" }] } } }
            """;
        var types = KubernetesSchemas.Read(Encoding.UTF8.GetBytes(openApi), "x.json");
        var tree = SchemaValidator.Validate(types.Single(type => type.Kind == "Tree"), Read("child: { child: { child: { nam: x } } }"), null);
        Assert.Equal("child.child.child.nam", Assert.Single(tree.Violations).Path);
        Assert.NotEmpty(SchemaValidator.Validate(types.Single(type => type.Kind == "Loop"), Read("apiVersion: x.io/v1"), null).Unevaluated);
    }

    [Fact]
    public void Null_is_no_value_to_types_of_kubernetes_and_their_status_may_be_empty()
    {
        const string openApi = """
            { "components": { "schemas": { "io.x.Set": { "type": "object", "properties": {
                "apiVersion": { "type": "string" }, "spec": { "allOf": [{ "$ref": "#/components/schemas/io.x.Spec" }], "default": {} }, "status": { "$ref": "#/components/schemas/io.x.Spec" } },
                "x-kubernetes-group-version-kind": [{ "group": "x.io", "version": "v1", "kind": "Set" }] },
              "io.x.Spec": { "type": "object", "required": ["size"], "properties": { "size": { "type": "integer" }, "memory": { "$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity" } } },
              "io.k8s.apimachinery.pkg.api.resource.Quantity": { "type": "string" } } } }
            """;
        var type = Assert.Single(KubernetesSchemas.Read(Encoding.UTF8.GetBytes(openApi), "x.json"));
        Assert.Empty(SchemaValidator.Validate(type, Read("spec: { size: null, memory: 1 }\nstatus: {}"), null).Violations);
        Assert.Equal("spec", Assert.Single(SchemaValidator.Validate(type, Read("spec: {}\nstatus: {}"), null).Violations).Path);
        Assert.Equal("spec.memory", Assert.Single(SchemaValidator.Validate(type, Read("spec: { size: 1, memory: lots }"), null).Violations).Path);
    }

    [Fact]
    public void A_document_made_from_its_schema_is_valid_and_a_planted_field_is_found_where_it_stands() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20261120, 5),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var (schema, document) = Made(random, depth: 0, isObject: true);
            var type = Assert.Single(CrdSchemas.Read(Read($"apiVersion: apiextensions.k8s.io/v1\nspec: {{ group: x.io, names: {{ kind: X }}, versions: [{{ name: v1, served: true, schema: {{ openAPIV3Schema: {{ type: object, properties: {{ spec: {schema} }} }} }} }}] }}"), "x"));
            var valid = SchemaValidator.Validate(type, Read($"spec: {document}"), null).Violations;
            var planted = SchemaValidator.Validate(type, Read($"spec: {document[..^1]}{(document.Length > 2 ? "," : "")} planted: 1 }}"), null).Violations;
            return valid.IsEmpty && planted is [{ Path: "spec.planted", Message: "there is no such field" }];
        }));

    private static (string Schema, string Document) Made(Random random, int depth, bool isObject)
    {
        if (isObject || (depth < 4 && random.Next(3) == 0))
        {
            var fields = Enumerable.Range(0, random.Next(4)).Select(i => (Name: $"f{i}", Value: Made(random, depth + 1, isObject: false))).ToList();
            return ($"{{ type: object, properties: {{ {string.Join(", ", fields.Select(field => $"{field.Name}: {field.Value.Schema}"))} }} }}", $"{{{string.Join(", ", fields.Select(field => $"{field.Name}: {field.Value.Document}"))}}}");
        }
        if (depth < 4 && random.Next(4) == 0)
        {
            var item = Made(random, depth + 1, isObject: false);
            return ($"{{ type: array, items: {item.Schema} }}", $"[{item.Document}, {item.Document}]");
        }
        return random.Next(5) switch
        {
            0 => ("{ type: string, pattern: '^a+$', maxLength: 9 }", new string('a', random.Next(1, 9))),
            1 => ("{ type: integer, minimum: 3 }", random.Next(3, 99).ToString(System.Globalization.CultureInfo.InvariantCulture)),
            2 => ("{ type: boolean }", "true"),
            3 => ("{ type: string, enum: [x, 'y'] }", "\"y\""),
            _ => ("{ x-kubernetes-int-or-string: true }", random.Next(2) == 0 ? "7" : "seven"),
        };
    }

    private static SchemaVerdict Validate(string schema, string spec)
    {
        var crd = Read($"apiVersion: apiextensions.k8s.io/v1\nspec: {{ group: x.io, names: {{ kind: X }}, versions: [{{ name: v1, served: true, schema: {{ openAPIV3Schema: {{ type: object, properties: {{ spec: {{ {schema} }} }} }} }} }}] }}");
        return SchemaValidator.Validate(Assert.Single(CrdSchemas.Read(crd, "x.yaml")), Read($"apiVersion: x.io/v1\nkind: X\nmetadata: {{ name: x }}\nspec:\n  {spec}\n"), null);
    }

    private static YamlMapping Read(string text) => (YamlMapping)YamlReader.Read(text)!;
}
