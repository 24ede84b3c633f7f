using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>What comes with a namespace, and what goes with it.</summary>
internal sealed class NamespaceLifecycle(SimulatedCluster cluster)
{
    private readonly HashSet<string> _terminating = new(StringComparer.Ordinal);

    /// <summary>Refuses new objects where there is no namespace, or one that is to go.</summary>
    public static void RequireOpen(SimulatedCluster cluster, ResourceType type, JsonObject metadata)
    {
        if (!type.IsNamespaced) return;
        var name = metadata.Text("namespace") ?? "";
        if (cluster.Store.Find(SimulatedCluster.Namespaces, "", name) is not { } found) throw ApiErrors.NotFound(SimulatedCluster.Namespaces, name);
        if (!found.IsDeleting) return;
        throw new ApiException(403, "Forbidden", $"{type.Key} \"{metadata.Text("name")}\" is forbidden: unable to create new content in namespace {name} because it is being terminated")
        {
            About = type.Key, Name = metadata.Text("name") ?? "",
            Causes = [new("NamespaceTerminating", $"namespace {name} is being terminated", "metadata.namespace")],
        };
    }

    public void OnChanged(StoreEvent change)
    {
        if (change.Key != SimulatedCluster.Namespaces)
        {
            if (change.After is null && _terminating.Contains(change.Object.Namespace)) Finish(change.Object.Namespace);
            return;
        }
        if (change.Before is null) Furnish(change.Object.Name);
        else if (change.After is null) _terminating.Remove(change.Object.Name);
        else if (change.After.IsDeleting && _terminating.Add(change.Object.Name)) Clear(change.Object.Name);
    }

    private void Furnish(string name)
    {
        cluster.Create(cluster.Type("v1", "ServiceAccount"), name, SimulatedCluster.Named("default"), WriteOptions.Default);
        var trust = SimulatedCluster.Named("kube-root-ca.crt");
        trust["data"] = new JsonObject { ["ca.crt"] = "" };
        cluster.Create(cluster.Type("v1", "ConfigMap"), name, trust, WriteOptions.Default);
    }

    private void Clear(string name)
    {
        foreach (var key in cluster.Store.Resources())
        {
            if (cluster.Catalog.Find(key) is not { IsNamespaced: true } type) continue;
            foreach (var item in cluster.Store.Read(key).From(name, null).ToList())
                if (!item.IsDeleting && cluster.Store.Find(key, name, item.Name) is not null) cluster.Delete(type, name, item.Name, DeleteOptions.Default);
        }
        Finish(name);
    }

    private void Finish(string name)
    {
        var remaining = cluster.Store.Resources().Where(key => cluster.Catalog.Find(key)?.IsNamespaced == true && cluster.Store.Read(key).From(name, null).Any()).ToList();
        var type = cluster.StoredType(SimulatedCluster.Namespaces);
        if (cluster.Store.Find(type.Key, "", name) is not { } found) return;
        if (remaining.Count == 0)
        {
            if (found.ToJson().At("metadata.finalizers") is not JsonArray { Count: > 0 }) cluster.Store.Remove(type, "", name);
            return;
        }
        var json = found.ToJson();
        json["status"] = new JsonObject
        {
            ["phase"] = "Terminating",
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "NamespaceContentRemaining", ["status"] = "True", ["lastTransitionTime"] = json.At("metadata.deletionTimestamp")?.DeepClone(), ["reason"] = "SomeResourcesRemain",
                ["message"] = $"Some resources are remaining: {string.Join(", ", remaining.Select(key => $"{key} has {cluster.Store.Read(key).From(name, null).Count()} resource instances"))}",
            }),
        };
        cluster.Update(type, "", name, json, new WriteOptions { Subresource = "status" });
    }
}
