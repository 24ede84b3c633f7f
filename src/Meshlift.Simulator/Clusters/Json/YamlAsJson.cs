using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Yaml;

namespace Meshlift.Simulator.Clusters.Json;

/// <summary>YAML bodies (<c>application/yaml</c>, <c>application/apply-patch+yaml</c>) as JSON.</summary>
internal static class YamlAsJson
{
    /// <summary>Reads one document; JSON is YAML and may stand there too.</summary>
    /// <exception cref="YamlSyntaxException">It is none.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8) => Value(YamlReader.Read(utf8));

    private static JsonNode? Value(YamlNode? node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                var members = new JsonObject();
                foreach (var entry in mapping.Entries) members[entry.Key] = Value(entry.Value);
                return members;
            case YamlSequence sequence:
                return new JsonArray([.. sequence.Items.Select(Value)]);
            case YamlScalar { AsString: { } text }:
                return JsonValue.Create(text);
            case YamlScalar { Kind: ScalarKind.Boolean } flag:
                return JsonValue.Create(flag.Value.Equals("true", StringComparison.OrdinalIgnoreCase));
            case YamlScalar { Kind: ScalarKind.Integer } whole when long.TryParse(whole.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return JsonValue.Create(number);
            case YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float } scalar when double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                return JsonValue.Create(number);
            default:
                return null;
        }
    }
}
