using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meshlift.Yaml;

namespace Meshlift.Tests.Configuration;

/// <summary>Enough of JSON Schema 2020-12 to hold our own schema against a document. A keyword that it does not know is a failure, never ignored.</summary>
internal sealed class JsonSchemaValidator(JsonObject schema)
{
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal) { "$schema", "$id", "$defs", "title", "description", "default", "examples" };

    /// <summary>Everything in the document that the schema refuses, by JSON pointer; empty when it is valid.</summary>
    public List<string> Validate(YamlNode document) => Errors(schema, document, "").ToList();

    private IEnumerable<string> Errors(JsonNode node, YamlNode value, string path)
    {
        if (node is JsonValue) return node.GetValue<bool>() ? [] : [$"{path}: nothing may stand here"];
        return ((JsonObject)node).SelectMany(keyword => Keyword((JsonObject)node, keyword.Key, keyword.Value!, value, path));
    }

    private IEnumerable<string> Keyword(JsonObject parent, string keyword, JsonNode rule, YamlNode value, string path)
    {
        var text = (value as YamlScalar)?.AsString;
        switch (keyword)
        {
            case "$ref":
                var (other, name) = rule.GetValue<string>().Split("#/$defs/") is [var file, var named] ? (file, named) : throw new NotSupportedException(rule.ToJsonString());
                // Another schema of ours, named as in its $id.
                return other.Length > 0 ? new JsonSchemaValidator(CommandLine.PublishedSchema.Read(Path.GetFileNameWithoutExtension(other))).Errors(new JsonObject { ["$ref"] = $"#/$defs/{name}" }, value, path) : Errors(schema["$defs"]![name]!, value, path);
            case "type":
                var types = rule is JsonArray several ? several.Select(type => type!.GetValue<string>()) : [rule.GetValue<string>()];
                return Found(types.Any(type => Is(type, value)), $"{path}: is no {rule.ToJsonString()}");
            case "const":
                return Found(text == rule.GetValue<string>(), $"{path}: is not {rule}");
            case "enum":
                return Found(rule.AsArray().Any(word => word!.GetValue<string>() == text), $"{path}: is none of {rule.ToJsonString()}");
            case "pattern":
                return Found(text is null || Regex.IsMatch(text, rule.GetValue<string>(), RegexOptions.ECMAScript, TimeSpan.FromSeconds(5)), $"{path}: '{text}' does not match {rule}");
            case "minimum" or "maximum":
                if (value is not YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float } number) return [];
                var order = double.Parse(number.Value, CultureInfo.InvariantCulture).CompareTo(rule.GetValue<double>());
                return Found(keyword == "minimum" ? order >= 0 : order <= 0, $"{path}: {number} is out of bounds");
            case "minItems":
                return Found(value is not YamlSequence items || items.Items.Length >= rule.GetValue<int>(), $"{path}: too few items");
            case "minProperties":
                return Found(value is not YamlMapping properties || properties.Entries.Length >= rule.GetValue<int>(), $"{path}: too few keys");
            case "items":
                return value is YamlSequence list ? list.Items.SelectMany((item, index) => Errors(rule, item, $"{path}/{index}")) : [];
            case "properties":
                return value is YamlMapping fields ? fields.Entries.Where(entry => rule[entry.Key] is not null).SelectMany(entry => Errors(rule[entry.Key]!, entry.Value, $"{path}/{entry.Key}")) : [];
            case "additionalProperties":
                var known = parent["properties"] as JsonObject;
                return value is YamlMapping others ? others.Entries.Where(entry => known?.ContainsKey(entry.Key) != true).SelectMany(entry => Errors(rule, entry.Value, $"{path}/{entry.Key}")) : [];
            case "propertyNames":
                return value is YamlMapping names ? names.Entries.SelectMany(entry => Errors(rule, YamlScalar.String(entry.Key), $"{path}/{entry.Key}")) : [];
            case "required":
                return value is YamlMapping given ? rule.AsArray().Select(key => key!.GetValue<string>()).Where(key => given[key] is null).Select(key => $"{path}: lacks {key}") : [];
            case "anyOf":
                return Found(rule.AsArray().Any(form => !Errors(form!, value, path).Any()), $"{path}: fits no form");
            case "oneOf":
                return Found(rule.AsArray().Count(form => !Errors(form!, value, path).Any()) == 1, $"{path}: fits not exactly one form");
            default:
                Assert.True(Annotations.Contains(keyword), $"the validator does not know the keyword {keyword}");
                return [];
        }
    }

    private static IEnumerable<string> Found(bool isGood, string error) => isGood ? [] : [error];

    private static bool Is(string type, YamlNode value) => (type, value) switch
    {
        ("object", YamlMapping) or ("array", YamlSequence) => true,
        ("string", YamlScalar { Kind: ScalarKind.String }) or ("boolean", YamlScalar { Kind: ScalarKind.Boolean }) or ("integer", YamlScalar { Kind: ScalarKind.Integer }) => true,
        ("number", YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float }) => true,
        ("null", YamlScalar { Kind: ScalarKind.Null }) => true,
        _ => false,
    };
}
