using System.Collections.Immutable;
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
        if (report.IsFleet)
        {
            json.WriteStartArray("clusters");
            foreach (var shown in report.Shown)
            {
                json.WriteStartObject();
                json.WriteString("name", shown.Sides.Cluster);
                Compared(json, shown);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("failed");
            foreach (var failure in report.Failed)
            {
                json.WriteStartObject();
                json.WriteString("name", failure.Cluster);
                json.WriteString("message", failure.Error.Message);
                json.WriteString("remedy", failure.Error.Remedy);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        else
        {
            Compared(json, report.Shown[0]);
        }
        json.WriteStartArray("resources");
        foreach (var section in report.Sections)
            foreach (var resource in section.Resources)
                Resource(json, resource, section.Clusters);
        json.WriteEndArray();
        json.WriteStartArray("customResources");
        foreach (var found in report.CustomResources)
            foreach (var impact in found.Resources.Verdict.Impacts)
            {
                json.WriteStartObject();
                Clusters(json, found.Clusters);
                json.WriteString("place", impact.Place);
                Identity(json, "resource", impact.Resource);
                json.WriteString("field", impact.Field);
                json.WriteString("outcome", impact.IsRejected ? "rejected" : "pruned");
                json.WriteString("reason", impact.Reason);
                json.WriteEndObject();
            }
        json.WriteEndArray();
        json.WriteStartArray("notEvaluated");
        foreach (var found in report.CustomResources)
            foreach (var demand in found.Resources.Verdict.NotEvaluated)
            {
                json.WriteStartObject();
                Clusters(json, found.Clusters);
                json.WriteString("definition", demand.Definition.Name);
                json.WriteString("version", demand.Version);
                json.WriteString("field", demand.Field);
                json.WriteString("demand", demand.Demand);
                json.WriteString("reason", demand.Reason);
                json.WriteNumber("resources", demand.Resources);
                json.WriteEndObject();
            }
        json.WriteEndArray();
        json.WriteStartArray("notLookedAt");
        foreach (var file in report.CustomResources.SelectMany(found => found.Resources.Unread).Distinct())
        {
            json.WriteStartObject();
            json.WriteString("place", file.Place);
            json.WriteString("reason", file.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void Compared(Utf8JsonWriter json, ShownDifference shown)
    {
        var (sides, difference) = (shown.Sides, shown.Sides.Difference);
        Side(json, "before", sides.Before, difference.Names.RevisionBefore?.Value, difference.Names.VersionBefore?.ToString());
        Side(json, "after", sides.After, difference.Names.RevisionAfter?.Value, difference.Names.VersionAfter?.ToString());
        json.WriteNumber("same", difference.Same);
        json.WriteNumber("notShown", shown.Hidden);
        json.WriteStartObject("folded");
        foreach (var noise in Enum.GetValues<DiffNoise>()) json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(noise.ToString()), difference.Folded.GetValueOrDefault(noise));
        json.WriteEndObject();
    }

    /// <summary>Only where clusters are told apart.</summary>
    private static void Clusters(Utf8JsonWriter json, ImmutableArray<string> clusters)
    {
        if (clusters.IsEmpty) return;
        json.WriteStartArray("clusters");
        foreach (var cluster in clusters) json.WriteStringValue(cluster);
        json.WriteEndArray();
    }

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

    private static void Resource(Utf8JsonWriter json, ResourceDiff resource, ImmutableArray<string> clusters)
    {
        json.WriteStartObject();
        Clusters(json, clusters);
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
