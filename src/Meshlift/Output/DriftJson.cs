using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Drifting;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Engine.Drifting;
using Meshlift.Yaml;

namespace Meshlift.CommandLine.Output;

/// <summary>Drift for programs: <c>schemas/drift.schema.json</c>.</summary>
internal static class DriftJson
{
    /// <summary>The text.</summary>
    public static string Of(ImmutableArray<ComparedCluster> fleet) => JsonText.OfObject(json =>
    {
        json.WriteStartArray("clusters");
        foreach (var cluster in fleet)
        {
            json.WriteStartObject();
            json.WriteString("name", cluster.Name);
            json.WriteString("problem", cluster.Problem?.Message);
            if (cluster.Drift is { } drift) Write(json, drift);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, ClusterDrift drift)
    {
        json.WriteNumber("compared", drift.Compared);
        json.WriteNumber("dryRuns", drift.DryRuns);
        json.WriteBoolean("hasDrift", drift.HasDrift);
        json.WriteBoolean("hasUnknown", drift.HasUnknown);
        json.WriteNumber("folded", drift.Folded);
        json.WriteStartArray("findings");
        foreach (var finding in drift.Findings)
        {
            json.WriteStartObject();
            json.WriteString("kind", finding.IsFolded ? "folded" : DriftText.Word(finding.Kind));
            json.WriteStartObject("resource");
            json.WriteString("group", finding.Resource.Group);
            json.WriteString("kind", finding.Resource.Kind);
            json.WriteString("namespace", finding.Resource.Namespace);
            json.WriteString("name", finding.Resource.Name);
            json.WriteEndObject();
            json.WriteString("origin", finding.Origin.Length == 0 ? null : finding.Origin);
            json.WriteString("reason", finding.Reason.Length == 0 ? null : finding.Reason);
            json.WriteStartArray("fields");
            foreach (var one in finding.Fields) Write(json, one);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("remarks");
        foreach (var remark in drift.Remarks) json.WriteStringValue(remark);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, DriftedField one)
    {
        json.WriteStartObject();
        json.WriteString("path", one.Path);
        Write(json, "git", one.Git);
        Write(json, "live", one.Live);
        json.WriteBoolean("isHidden", one.IsHidden);
        if (one.Author is { } author)
        {
            json.WriteStartObject("author");
            json.WriteString("manager", author.Manager);
            json.WriteString("operation", author.Operation);
            if (author.Time is { } time) json.WriteString("time", time.UtcDateTime);
            else json.WriteNull("time");
            json.WriteEndObject();
        }
        else json.WriteNull("author");
        json.WriteString("owner", one.Owner);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, YamlNode? node)
    {
        json.WritePropertyName(name);
        if (node is null) json.WriteNullValue();
        else json.WriteRawValue(JsonNodes.Write(node));
    }
}
