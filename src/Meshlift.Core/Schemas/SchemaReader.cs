using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Yaml;

namespace Meshlift.Core.Schemas;

/// <summary>Reads a schema as it stands in a CRD or in an OpenAPI document.</summary>
/// <param name="source">Its file, for messages.</param>
/// <param name="reference">Finds what a <c>$ref</c> leads to; null when it leads nowhere.</param>
/// <param name="isBuiltIn">True for types of Kubernetes itself, which take null for absent, and whose objects without fields take any.</param>
/// <param name="keepsUnknown">True where unknown fields are kept everywhere (CRDs of v1beta1 with <c>preserveUnknownFields</c>).</param>
internal sealed class SchemaReader(string source, Func<string, SchemaNode?> reference, bool isBuiltIn, bool keepsUnknown)
{
    /// <exception cref="UserException">It is no schema.</exception>
    public SchemaNode Read(YamlNode schema)
    {
        var node = new SchemaNode();
        return ReadInto(node, schema);
    }

    /// <summary>Reads into a node that others may already refer to.</summary>
    /// <returns>That node, or the one that it only stands for.</returns>
    public SchemaNode ReadInto(SchemaNode node, YamlNode from)
    {
        if (from is not YamlMapping schema) throw Wrong(from, "a schema is a mapping");
        if (Referred(schema) is { } target) return target;
        node.IsNullable = isBuiltIn || Is(schema, "nullable");
        node.IsResource = Is(schema, "x-kubernetes-embedded-resource");
        node.Default = schema["default"];
        node.Format = Text(schema, "format");
        node.Types = Types(schema);
        if (schema["properties"] is YamlMapping properties)
        {
            var read = new Dictionary<string, SchemaNode>(properties.Entries.Length, StringComparer.Ordinal);
            foreach (var property in properties.Entries) read[property.Key] = Read(property.Value);
            node.Properties = read;
        }
        node.Items = schema["items"] is { } items ? Read(items) : null;
        node.AdditionalProperties = schema["additionalProperties"] is YamlMapping additional ? Read(additional) : null;
        node.AllowsUnknown = keepsUnknown || Is(schema, "x-kubernetes-preserve-unknown-fields") || schema["additionalProperties"] is YamlScalar { Value: "true" }
            || (isBuiltIn && node.Properties is null && node.AdditionalProperties is null);
        node.Required = Texts(schema, "required");
        node.Enum = schema["enum"] is YamlSequence values ? values.Items : [];
        node.Pattern = Text(schema, "pattern") is { } pattern ? new Re2Pattern(pattern) : null;
        node.Bounds = Bounds(schema);
        node.ListKeys = Text(schema, "x-kubernetes-list-type") == "map" ? Texts(schema, "x-kubernetes-list-map-keys") : [];
        node.IsSet = Text(schema, "x-kubernetes-list-type") == "set" || Is(schema, "uniqueItems");
        (node.AllOf, node.AnyOf, node.OneOf) = (Many(schema, "allOf"), Many(schema, "anyOf"), Many(schema, "oneOf"));
        node.Not = schema["not"] is { } not ? Read(not) : null;
        node.CelRules = schema["x-kubernetes-validations"] is YamlSequence rules
            ? [.. rules.Items.OfType<YamlMapping>().Select(rule => Text(rule, "rule")).OfType<string>()]
            : [];
        return node;
    }

    /// <summary>What a schema stands for that is nothing but a reference, alone or, beside a default, as the one member of <c>allOf</c>.</summary>
    private SchemaNode? Referred(YamlMapping schema)
    {
        var name = schema["$ref"] ?? (schema["allOf"] is YamlSequence { Items: [YamlMapping only] } && schema["properties"] is null ? only["$ref"] : null);
        if (name is null) return null;
        var target = (name as YamlScalar)?.Value ?? "";
        return reference(target[(target.LastIndexOf('/') + 1)..]) ?? throw Wrong(name, $"'{target}' refers to no schema of this file");
    }

    private static ValueTypes Types(YamlMapping schema)
    {
        if (Is(schema, "x-kubernetes-int-or-string") || Text(schema, "format") == "int-or-string") return ValueTypes.Integer | ValueTypes.String;
        return Text(schema, "type") switch
        {
            "object" => ValueTypes.Object,
            "array" => ValueTypes.Array,
            "string" => ValueTypes.String,
            "integer" => ValueTypes.Integer,
            "number" => ValueTypes.Number,
            "boolean" => ValueTypes.Boolean,
            _ => ValueTypes.None,
        };
    }

    private static SchemaBounds? Bounds(YamlMapping schema)
    {
        var bounds = new SchemaBounds
        {
            Minimum = Number(schema, "minimum"),
            Maximum = Number(schema, "maximum"),
            IsMinimumExclusive = Is(schema, "exclusiveMinimum"),
            IsMaximumExclusive = Is(schema, "exclusiveMaximum"),
            MultipleOf = Number(schema, "multipleOf"),
            MinLength = (long?)Number(schema, "minLength"),
            MaxLength = (long?)Number(schema, "maxLength"),
            MinItems = (long?)Number(schema, "minItems"),
            MaxItems = (long?)Number(schema, "maxItems"),
            MinProperties = (long?)Number(schema, "minProperties"),
            MaxProperties = (long?)Number(schema, "maxProperties"),
        };
        return bounds == new SchemaBounds() ? null : bounds;
    }

    private ImmutableArray<SchemaNode> Many(YamlMapping schema, string key) => schema[key] is YamlSequence { Items.IsEmpty: false } many ? [.. many.Items.Select(Read)] : [];

    private static bool Is(YamlMapping schema, string key) => schema[key] is YamlScalar { Kind: ScalarKind.Boolean, Value: "true" };

    private static string? Text(YamlMapping schema, string key) => (schema[key] as YamlScalar)?.AsString;

    private static ImmutableArray<string> Texts(YamlMapping schema, string key) =>
        schema[key] is YamlSequence { Items.IsEmpty: false } many ? [.. many.Items.OfType<YamlScalar>().Select(item => item.Value)] : [];

    private static double? Number(YamlMapping schema, string key) =>
        schema[key] is YamlScalar scalar && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private UserException Wrong(YamlNode node, string what) =>
        new(ErrorKind.Input, $"{source}{(node.Span is { } span ? $":{span.Start}" : "")}: {what}", "correct the schema, or fetch it again from where it is published");
}
