using System.Text.Json.Nodes;
using Meshlift.Core;
using Meshlift.Core.Delivery;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Manifests;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.GitOps;

/// <summary>What an object is called by, whatever version of its kind it is written in.</summary>
internal readonly record struct ObjectName(string Group, string Kind, string Namespace, string Name)
{
    public static ObjectName Of(JsonObject item) =>
        new(ResourceIdentity.GroupOf(item.Text("apiVersion") ?? ""), item.Text("kind") ?? "", item.At("metadata.namespace").Shown(), item.At("metadata.name").Shown());

    /// <summary>As Flux writes it into an inventory.</summary>
    public string InventoryId => $"{Namespace}_{Name.Replace(":", "__", StringComparison.Ordinal)}_{Group}_{Kind}";

    /// <summary>As messages write it.</summary>
    public override string ToString() => Namespace.Length == 0 ? $"{Kind}/{Name}" : $"{Kind}/{Namespace}/{Name}";
}

/// <summary>The objects of a folder.</summary>
internal static class BuiltFolder
{
    /// <summary>Builds a folder.</summary>
    /// <returns>The objects in the order in which they are applied, and what is wrong with the folder; empty when nothing is.</returns>
    public static (IReadOnlyList<JsonObject> Objects, string Problem) Of(DeliveryUnit unit, GitFiles files)
    {
        var folder = KustomizedFolder.Of(unit.Path, files.Files);
        if (folder.Problems is [var problem, ..]) return ([], problem);
        var objects = new Dictionary<ObjectName, JsonObject>();
        foreach (var path in folder.Files)
        {
            try
            {
                foreach (var resource in ManifestStream.Split(files.Files[path], path))
                {
                    var item = JsonRead.Object(JsonNodes.Write(resource.Root));
                    Mark(item, unit, folder);
                    if (!objects.TryAdd(ObjectName.Of(item), item)) return ([], $"{resource.Origin}: {ObjectName.Of(item)} is there twice");
                }
            }
            catch (UserException e)
            {
                return ([], e.Message);
            }
        }
        return ([.. objects.Values.OrderBy(ApplyOrder.Of)], "");
    }

    private static void Mark(JsonObject item, DeliveryUnit unit, KustomizedFolder folder)
    {
        var metadata = item.Ensure("metadata");
        var labels = metadata.Ensure("labels");
        (labels[FluxTypes.NameLabel], labels[FluxTypes.NamespaceLabel]) = (unit.Name, unit.Namespace);
        foreach (var (key, value) in folder.Annotations) metadata.Ensure("annotations")[key] = value;
    }
}
