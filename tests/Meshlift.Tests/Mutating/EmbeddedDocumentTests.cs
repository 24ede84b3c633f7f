using System.Text;
using FsCheck.Fluent;
using FsCheck;
using Meshlift.Core.Classifying;
using Meshlift.Core.Configuration;
using Meshlift.Core.Manifests;
using Meshlift.Core.Mutating;
using Meshlift.Core.Versions;
using Meshlift.Core;
using Meshlift.Tests.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Tests.Mutating;

/// <summary>Mutations that go on within a document that stands in a resource as a text.</summary>
public sealed class EmbeddedDocumentTests
{
    private const string Values = """
        {
          "global": {
            "hub": "docker.io/istio",
            "proxy": { "image":"proxyv2", "holes" : [ 1,2, 3 ] },
            "big": 1E3, "esc": "a\u003cb\/c"
          },
          "revision":   "1-30-3"
        }
        """;

    private const string Config = """
        # For those who ask for no template.
        defaultTemplates: [sidecar]   # one
        policy: enabled
        templates:
          sidecar: |
            {{- $name := .Values.global.hub }}
            spec:
              {{ if true }}containers: []{{ end }}

            ---
          gateway: "{{ .x }}"
        """;

    [Theory]
    [InlineData("global.hub", "x/y", "\"docker.io/istio\"", "\"x/y\"")]
    [InlineData("revision", "2", "\"1-30-3\"", "\"2\"")]
    [InlineData("global.proxy.holes[1]", "9", "1,2, 3", "1,\"9\", 3")]
    [InlineData("global.proxy.image", "a\"b\n", "\"image\":\"proxyv2\"", "\"image\":\"a\\\"b\\n\"")]
    [InlineData("global.tag", "1.30.3", "\"a\\u003cb\\/c\"", "\"a\\u003cb\\/c\", \"tag\": \"1.30.3\"")]
    [InlineData("global.proxy.tag", "t", "[ 1,2, 3 ] }", "[ 1,2, 3 ], \"tag\": \"t\" }")]
    [InlineData("pilot.env.A", "b", "\"1-30-3\"\n}", "\"1-30-3\",\n  \"pilot\": {\n    \"env\": {\n      \"A\": \"b\"\n    }\n  }\n}")]
    public void A_value_is_set_in_JSON_and_no_other_byte_changes(string path, string value, string old, string @new) =>
        Assert.Equal(Values.Replace(old, @new, StringComparison.Ordinal), Set(Values, path, value));

    [Theory]
    [InlineData("global.hub", "\"hub\": \"docker.io/istio\",\n    ", "")]
    [InlineData("global.esc", ", \"esc\": \"a\\u003cb\\/c\"", "")]
    [InlineData("global.proxy.holes[0]", "[ 1,2, 3 ]", "[ 2, 3 ]")]
    [InlineData("global.proxy.holes[2]", "[ 1,2, 3 ]", "[ 1,2 ]")]
    [InlineData("global.proxy.holes[*]", "[ 1,2, 3 ]", "[]")]
    [InlineData("global.nothing", "", "")]
    public void A_value_is_removed_from_JSON_and_no_other_byte_changes(string path, string old, string @new) =>
        Assert.Equal(old.Length == 0 ? Values : Values.Replace(old, @new, StringComparison.Ordinal), Remove(Values, path));

    [Theory]
    [InlineData("{\"a\":{},\"b\":[]}", "a.c", "{\"a\":{\"c\":\"v\"},\"b\":[]}")]
    [InlineData("{}", "a", "{\"a\": \"v\"}")]
    [InlineData("[{\"name\":\"x\"},{\"name\":\"y\"}]", "[name=y].z", "[{\"name\":\"x\"},{\"name\":\"y\",\"z\":\"v\"}]")]
    [InlineData("{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}\n", "a.c", "{\n\t\"a\": {\n\t\t\"b\": 1,\n\t\t\"c\": \"v\"\n\t}\n}\n")]
    public void New_keys_follow_the_form_of_their_neighbours(string json, string path, string expected) => Assert.Equal(expected, Set(json, path, "v"));

    [Theory]
    [InlineData("policy", "disabled", "policy: enabled", "policy: disabled")]
    [InlineData("defaultTemplates[0]", "gateway", "[sidecar]   # one", "[gateway]   # one")]
    [InlineData("templates.gateway", "{{ .y }}", "\"{{ .x }}\"", "\"{{ .y }}\"")]
    public void A_value_is_set_in_YAML_and_comments_and_templates_stay(string path, string value, string old, string @new) =>
        Assert.Equal(Config.Replace(old, @new, StringComparison.Ordinal), Set(Config, path, value));

    [Fact]
    public void A_template_is_replaced_or_removed_as_a_whole()
    {
        var set = Set(Config, "templates.sidecar", "{{ one }}\n  {{ two }}\n");
        Assert.Contains("  sidecar: |\n    {{ one }}\n      {{ two }}\n  gateway: \"{{ .x }}\"", set, StringComparison.Ordinal);
        Assert.DoesNotContain("$name", Remove(Config, "templates.sidecar"), StringComparison.Ordinal);
        Assert.EndsWith("templates:\n  gateway: \"{{ .x }}\"", Remove(Config, "templates.sidecar").TrimEnd('\n'), StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_in_documents_are_reached_too()
    {
        var outer = "config: |\n  {\"mesh\": \"accessLogFile: /dev/stdout # here\\n\"}\n";
        Assert.Equal("config: |\n  {\"mesh\": \"accessLogFile: none # here\\n\"}\n", Set(outer, "config|mesh|accessLogFile", "none"));
    }

    [Fact]
    public void The_end_of_a_path_that_is_not_there_is_reported_and_changes_nothing()
    {
        var mutated = Mutate(Values, "- set: { path: 'data.nothing|global.hub', value: x }");
        Assert.Equal(("ML1006", "spec.mutate[0]"), (Assert.Single(mutated.Findings).Code, mutated.Findings[0].Subject));
        Assert.Empty(Mutate(Values, "- set: { path: 'data.doc|global.hub', value: docker.io/istio }").Findings);
    }

    [Theory]
    [InlineData("{\n  \"a\": 1,\n  \"a\": 2 }", "spec.mutate[0]: ConfigMap istio-system/one, in data.doc, 3:3: the key 'a' stands twice")]
    [InlineData("{\n  \"a\": }x\n}", "spec.mutate[0]: ConfigMap istio-system/one, in data.doc, 2:8: ")]
    [InlineData("a: b: c", "spec.mutate[0]: ConfigMap istio-system/one, in data.doc, 1:")]
    [InlineData("a: &x { b: 1 }\nc: *x\n", "spec.mutate[0]: ConfigMap istio-system/one, in data.doc, 2:4: c.b cannot be changed")]
    public void What_cannot_be_changed_is_an_error_with_the_place_in_the_document(string document, string expected)
    {
        var error = Assert.Throws<UserException>(() => Mutate(document, "- set: { path: 'data.doc|c.b', value: 2 }"));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void A_place_that_is_no_text_is_an_error() =>
        Assert.Equal("spec.mutate[0]: ConfigMap istio-system/one: data is no text that could hold a document", Assert.Throws<UserException>(() => Mutate(Values, "- set: { path: 'data|a', value: 1 }")).Message);

    [Theory]
    [InlineData("a|", "character 3"), InlineData("|a", "character 1"), InlineData("a||b", "character 3")]
    public void A_bar_stands_between_two_fields(string path, string place) => Assert.Contains(place, Assert.Throws<FormatException>(() => FieldPath.Parse(path)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("data[\"a|b\"]|c[name=x|y][k=\"]|\"]", 2), InlineData("data.x", 1), InlineData("a[name=it's]|b", 2)]
    public void A_bar_within_brackets_is_part_of_a_key(string path, int parts)
    {
        Assert.Equal(parts, FieldPath.Parse(path).Parts.Length);
        Assert.Equal(parts, FieldPath.Parse(FieldPath.Parse(path).ToString()).Parts.Length);
    }

    /// <summary>Any value, written over any other, is read back, and what both have in common is not touched.</summary>
    [Fact]
    public void Whatever_is_written_into_JSON_is_read_back()
    {
        var leaf = Gen.Elements<YamlNode>(YamlScalar.Null, true, YamlScalar.Integer(7), "x", "", "a\"\\\n\u00e9\ud83d\ude00", YamlScalar.FromPlainText("0.5"));
        Gen<YamlNode> Node(int depth) => depth == 0 ? leaf : Gen.OneOf(
            leaf,
            Gen.SubListOf("a", "b", "c", "d").SelectMany(keys => Node(depth - 1).ListOf(keys.Count).Select(values => (YamlNode)YamlMapping.Of([.. keys.Zip(values)]))),
            Node(depth - 1).ListOf().Resize(4).Select(items => (YamlNode)YamlSequence.Of(items)));
        Prop.ForAll(
            Node(3).Zip(Node(3)).Zip(Gen.Elements(0, 1, 2)).ToArbitrary(),
            pair =>
            {
                var ((before, after), spaces) = pair;
                var utf8 = Encoding.UTF8.GetBytes(Json(before, spaces));
                var part = JsonPart.Read(utf8);
                Assert.True(YamlEquality.Instance.Equals(before, part.Value));
                Assert.Equal(Encoding.UTF8.GetString(utf8), JsonRewrite.Apply(utf8, part, before));
                var written = JsonRewrite.Apply(utf8, part, after);
                return YamlEquality.Instance.Equals(JsonPart.Read(Encoding.UTF8.GetBytes(written)).Value, after);
            }).Holds();
    }

    [IstioDataTheory]
    [InlineData("1.10.6"), InlineData("1.11.8"), InlineData("1.28.10"), InlineData("1.29.6"), InlineData("1.30.3")]
    public void The_injector_of_every_release_is_changed_in_its_own_form(string version)
    {
        var revision = version.Replace('.', '-');
        var rendering = ClassifiedResource.Of(ManifestSet.Create(ManifestStream.Split(IstioData.Read($"manifests/{version}/full.yaml"), version)), RevisionName.Parse(revision));
        var before = Text(rendering, $"istio-sidecar-injector-{revision}", "values");
        var hub = Hub(before);

        var values = Apply(rendering, "- set: { path: 'data.values|global.hub', value: registry.example.com/mesh }");
        Assert.Equal(before.Replace($"\"hub\": \"{hub}\"", "\"hub\": \"registry.example.com/mesh\"", StringComparison.Ordinal), Text(values, $"istio-sidecar-injector-{revision}", "values"));
        Assert.NotEqual(before, Text(values, $"istio-sidecar-injector-{revision}", "values"));

        // The registry mutation reaches the same place, as a text like any other.
        var moved = Apply(rendering, $"- registry: {{ from: {hub}, to: registry.example.com/mesh }}");
        Assert.Equal("registry.example.com/mesh", Hub(Text(moved, $"istio-sidecar-injector-{revision}", "values")));

        var config = Text(rendering, $"istio-sidecar-injector-{revision}", "config");
        var policy = Text(Apply(rendering, "- set: { path: 'data.config|policy', value: disabled }"), $"istio-sidecar-injector-{revision}", "config");
        Assert.Equal(config.Replace("policy: enabled", "policy: disabled", StringComparison.Ordinal), policy);

        var mesh = Text(Apply(rendering, "- set: { path: 'data.mesh|accessLogFile', value: /dev/null }"), $"istio-{revision}", "mesh");
        Assert.Equal(Text(rendering, $"istio-{revision}", "mesh").Replace("accessLogFile: /dev/stdout", "accessLogFile: /dev/null", StringComparison.Ordinal), mesh);
        Assert.Contains("/dev/null", mesh, StringComparison.Ordinal);
    }

    private static string Hub(string values) => ((YamlScalar)((YamlMapping)((YamlMapping)JsonPart.Read(Encoding.UTF8.GetBytes(values)).Value)["global"]!)["hub"]!).Value;

    private static string Json(YamlNode node, int spaces)
    {
        using var stream = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(stream, new() { Indented = spaces > 0, IndentSize = Math.Max(spaces, 1), NewLine = "\n" })) Write(json, node);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                json.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    json.WritePropertyName(entry.Key);
                    Write(json, entry.Value);
                }
                json.WriteEndObject();
                break;
            case YamlSequence sequence:
                json.WriteStartArray();
                foreach (var item in sequence.Items) Write(json, item);
                json.WriteEndArray();
                break;
            case YamlScalar { Kind: ScalarKind.String } text:
                json.WriteStringValue(text.Value);
                break;
            default:
                json.WriteRawValue(((YamlScalar)node).Value);
                break;
        }
    }

    private static string Set(string document, string path, string value) => Text(Mutate(document, $"- set: {{ path: 'data.doc|{path}', value: {Quoted(value)} }}").Resources, "one", "doc");

    private static string Remove(string document, string path) => Text(Mutate(document, $"- remove: {{ path: 'data.doc|{path}' }}").Resources, "one", "doc");

    private static string Quoted(string value) => "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    private static Mutated Mutate(string document, string mutation)
    {
        var root = YamlMapping.Of(("apiVersion", "v1"), ("kind", "ConfigMap"), ("metadata", YamlMapping.Of(("name", "one"), ("namespace", "istio-system"))), ("data", YamlMapping.Of(("doc", document))));
        var resource = new Resource(ManifestStream.IdentityOf(root)!, root, "test");
        return Mutator.Apply([new ClassifiedResource(resource, new(ResourceClass.OnceOnly))], Parse(mutation), "spec.mutate[0]");
    }

    private static System.Collections.Immutable.ImmutableArray<ClassifiedResource> Apply(System.Collections.Immutable.ImmutableArray<ClassifiedResource> rendering, string mutation)
    {
        var mutated = Mutator.Apply(rendering, Parse(mutation), "spec.mutate[0]");
        Assert.Empty(mutated.Findings);
        return mutated.Resources;
    }

    private static Mutation Parse(string mutation) => Assert.Single(MeshText.Read($"{MeshText.Smallest}  mutate:\n    {mutation}\n").Spec.Mutate);

    private static string Text(IEnumerable<ClassifiedResource> resources, string configMap, string key) =>
        ((YamlScalar)((YamlMapping)resources.Single(one => one.Resource.Identity is { Kind: "ConfigMap" } identity && identity.Name == configMap).Resource.Root["data"]!)[key]!).Value;
}
