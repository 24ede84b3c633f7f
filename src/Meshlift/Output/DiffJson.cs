using System.Text.Json;
using Meshlift.Core.Diffing;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.CommandLine.Output;

/// <summary>A difference for programs; the schema is <c>schemas/diff.schema.json</c>.</summary>
internal static class DiffJson
{
    public static string Write(DiffReport report) => JsonText.OfObject(json =>
    {
        var names = report.Difference.Names;
        Side(json, "before", report.Before, names.RevisionBefore?.Value, names.VersionBefore?.ToString());
        Side(json, "after", report.After, names.RevisionAfter?.Value, names.VersionAfter?.ToString());
        json.WriteStartArray("resources");
        foreach (var resource in report.Selected) Resource(json, resource);
        json.WriteEndArray();
        json.WriteStartArray("customResources");
        foreach (var impact in report.Impacts)
        {
            json.WriteStartObject();
            json.WriteString("place", impact.Place);
            Identity(json, "resource", impact.Resource);
            json.WriteString("field", impact.Field);
            json.WriteString("outcome", impact.IsRejected ? "rejected" : "pruned");
            json.WriteString("reason", impact.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("same", report.Difference.Same);
        json.WriteNumber("notShown", report.Difference.Real.Count() - report.Selected.Length);
        json.WriteStartObject("folded");
        foreach (var noise in Enum.GetValues<DiffNoise>()) json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(noise.ToString()), report.Difference.Folded.GetValueOrDefault(noise));
        json.WriteEndObject();
    });

    private static void Side(Utf8JsonWriter json, string name, DiffSide side, string? revision, string? version)
    {
        json.WriteStartObject(name);
        json.WriteString("name", side.Name);
        json.WriteString("revision", revision);
        json.WriteString("version", version);
        json.WriteNumber("resources", side.Resources.Resources.Length);
        json.WriteNumber("leftOut", side.LeftOut);
        json.WriteEndObject();
    }

    private static void Resource(Utf8JsonWriter json, ResourceDiff resource)
    {
        json.WriteStartObject();
        json.WriteString("change", DiffReport.NameOf(resource.Kind));
        Identity(json, "before", resource.Before?.Identity);
        Identity(json, "after", resource.After?.Identity);
        json.WriteBoolean("renamed", resource.IsRenamed);
        json.WriteString("risk", DiffReport.NameOf(resource.Risk));
        json.WriteString("reason", resource.Reason);
        json.WriteStartArray("changes");
        foreach (var change in resource.Changes)
        {
            json.WriteStartObject();
            json.WriteString("path", change.Path.ToString());
            json.WriteString("change", DiffReport.NameOf(change.Kind));
            json.WriteString("risk", DiffReport.NameOf(change.Risk));
            json.WriteString("reason", change.Reason);
            var isSecret = DiffReport.IsSecret(resource, change);
            json.WritePropertyName("before");
            Value(json, isSecret && change.Before is not null ? YamlScalar.String("***") : change.Before);
            json.WritePropertyName("after");
            Value(json, isSecret && change.After is not null ? YamlScalar.String("***") : change.After);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Identity(Utf8JsonWriter json, string name, ResourceIdentity? identity)
    {
        if (identity is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteString("group", identity.Group);
        json.WriteString("kind", identity.Kind);
        json.WriteString("namespace", identity.Namespace);
        json.WriteString("name", identity.Name);
        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, YamlNode? node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                json.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    json.WritePropertyName(entry.Key);
                    Value(json, entry.Value);
                }
                json.WriteEndObject();
                break;
            case YamlSequence sequence:
                json.WriteStartArray();
                foreach (var item in sequence.Items) Value(json, item);
                json.WriteEndArray();
                break;
            case YamlScalar { Kind: ScalarKind.Boolean } boolean:
                json.WriteBooleanValue(boolean.Value == "true");
                break;
            // Digits beyond what a double holds stay digits; infinities are no JSON.
            case YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float } number when char.IsAsciiDigit(number.Value[^1]) && double.TryParse(number.Value, System.Globalization.CultureInfo.InvariantCulture, out _):
                json.WriteRawValue(number.Value);
                break;
            case YamlScalar { Kind: not ScalarKind.Null } text:
                json.WriteStringValue(text.Value);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
