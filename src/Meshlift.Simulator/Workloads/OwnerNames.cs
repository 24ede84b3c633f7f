using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;

namespace Meshlift.Simulator.Workloads;

/// <summary>The owners of objects, by what the objects say.</summary>
internal static class OwnerNames
{
    /// <summary>The owner of a kind that manages an object; nothing when another one does, or none.</summary>
    public static IEnumerable<(string Namespace, string Name)> Of(StoredObject item, string kind)
    {
        if (item.Owners.Count == 0) return [];
        return ((JsonObject)item.ToJson()["metadata"]!).Items("ownerReferences").OfType<JsonObject>()
            .Where(owner => owner.Flag("controller") && owner.Text("kind") == kind).Select(owner => (item.Namespace, owner.Text("name") ?? ""));
    }
}
