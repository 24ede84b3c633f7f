using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Clusters.Apply;

/// <summary>Who owns which fields.</summary>
/// <param name="Manager">The name of the manager.</param>
/// <param name="IsApply">True for server-side apply, false for all other writes.</param>
/// <param name="ApiVersion">The version in which the fields were written.</param>
/// <param name="Subresource">Such as <c>status</c>; empty for the object itself.</param>
/// <param name="Time">When the set changed last, in the form of the API.</param>
/// <param name="Fields">The fields.</param>
internal sealed record ManagerEntry(string Manager, bool IsApply, string ApiVersion, string Subresource, string Time, FieldSet Fields)
{
    /// <summary>Whether this is the entry into which a write of the other one goes.</summary>
    public bool IsSame(ManagerEntry other) =>
        Manager == other.Manager && IsApply == other.IsApply && Subresource == other.Subresource && (IsApply || ApiVersion == other.ApiVersion);

    /// <summary>The form of messages about conflicts.</summary>
    public override string ToString() => $"\"{Manager}\"{(Subresource.Length == 0 ? "" : $" with subresource \"{Subresource}\"")}{(IsApply ? "" : $" using {ApiVersion}")}";
}

/// <summary><c>metadata.managedFields</c>.</summary>
internal static class ManagedFields
{
    private static readonly string[] OfEveryObject =
        ["f:name", "f:namespace", "f:creationTimestamp", "f:selfLink", "f:uid", "f:clusterName", "f:generation", "f:managedFields", "f:resourceVersion"];

    public static List<ManagerEntry> Read(JsonObject? metadata) => metadata is null ? [] :
    [
        .. metadata.Items("managedFields").OfType<JsonObject>().Select(entry => new ManagerEntry(
            entry.Text("manager") ?? "", entry.Text("operation") == "Apply", entry.Text("apiVersion") ?? "", entry.Text("subresource") ?? "", entry.Text("time") ?? "",
            FieldSet.FromJson(entry["fieldsV1"] as JsonObject ?? []))),
    ];

    public static void Write(JsonObject metadata, IReadOnlyCollection<ManagerEntry> managers)
    {
        metadata.Remove("managedFields");
        if (managers.Count == 0) return;
        metadata["managedFields"] = new JsonArray([.. managers
            .OrderBy(entry => entry.IsApply ? 0 : 1).ThenBy(entry => entry.Time, StringComparer.Ordinal).ThenBy(entry => entry.Manager, StringComparer.Ordinal)
            .Select(entry =>
            {
                var json = new JsonObject
                {
                    ["manager"] = entry.Manager, ["operation"] = entry.IsApply ? "Apply" : "Update", ["apiVersion"] = entry.ApiVersion, ["time"] = entry.Time,
                    ["fieldsType"] = "FieldsV1", ["fieldsV1"] = entry.Fields.ToJson(),
                };
                if (entry.Subresource.Length > 0) json["subresource"] = entry.Subresource;
                return json;
            })]);
    }

    /// <summary>Takes out what nobody can own: the identity of an object and what the server writes.</summary>
    public static void DropUnowned(FieldSet set)
    {
        set.Drop("f:apiVersion");
        set.Drop("f:kind");
        if (set.Child("f:metadata") is not { } metadata) return;
        metadata.IsMember = false;
        foreach (var step in OfEveryObject) metadata.Drop(step);
        if (metadata.IsEmpty) set.Drop("f:metadata");
    }
}
