using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>Serves what CustomResourceDefinitions define: accepts their names, establishes them, and removes their objects before they go.</summary>
internal sealed class DefinedTypes(SimulatedCluster cluster)
{
    private const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";
    private readonly SortedDictionary<string, (string Generation, IReadOnlyList<ResourceType> Types)> _byName = new(StringComparer.Ordinal);
    private volatile ApiCatalog _catalog = ApiCatalog.BuiltIn;

    /// <summary>All types that are served now.</summary>
    public ApiCatalog Catalog => _catalog;

    /// <summary>Keeps a definition until its objects are gone.</summary>
    public static void Hold(JsonObject metadata)
    {
        if (!metadata.Texts("finalizers").Contains(Finalizer, StringComparer.Ordinal)) metadata["finalizers"] = new JsonArray([.. metadata.Texts("finalizers").Append(Finalizer).Select(name => JsonValue.Create(name))]);
    }

    /// <summary>What the schema of a definition does not say.</summary>
    public static void Check(JsonObject crd, List<ApiCause> causes)
    {
        if (crd["spec"] is not JsonObject spec || spec["names"] is not JsonObject names) return;
        var expected = $"{names.Text("plural")}.{spec.Text("group")}";
        if ((crd["metadata"] as JsonObject)?.Text("name") is var name && name != expected) causes.Add(new("FieldValueInvalid", $"Invalid value: \"{name}\": must be spec.names.plural+\".\"+spec.group", "metadata.name"));
        var versions = spec.Items("versions").OfType<JsonObject>().ToList();
        if (versions.Count(version => version.Flag("storage")) != 1) causes.Add(new("FieldValueInvalid", "Invalid value: []: must have exactly one version marked as storage version", "spec.versions"));
        for (var i = 0; i < versions.Count; i++)
            if (versions[i]["schema"]?["openAPIV3Schema"] is null && !spec.Flag("preserveUnknownFields")) causes.Add(new("FieldValueRequired", "Required value: schemas are required", $"spec.versions[{i}].schema.openAPIV3Schema"));
    }

    public void OnChanged(StoreEvent change)
    {
        if (change.Key == SimulatedCluster.Crds) OnDefinition(change);
        else if (change.After is null) Release(change.Key);
    }

    private void OnDefinition(StoreEvent change)
    {
        if (change.After is not { } stored)
        {
            if (_byName.Remove(change.Object.Name)) Publish();
            return;
        }
        var crd = stored.ToJson();
        var generation = $"{stored.Uid}/{crd.At("metadata.generation").Shown()}";
        if (!_byName.TryGetValue(stored.Name, out var known) || known.Generation != generation)
        {
            _byName[stored.Name] = (generation, [.. CrdTypes.Read(crd, TypeDescriptions.BuiltIn.Metadata)]);
            Publish();
        }
        if (stored.IsDeleting) Drain(stored);
        else Establish(stored, crd);
    }

    private void Publish() => _catalog = ApiCatalog.With(_byName.Values.SelectMany(known => known.Types));

    private void Establish(StoredObject stored, JsonObject crd)
    {
        var spec = (JsonObject)crd["spec"]!;
        var status = crd["status"] as JsonObject ?? [];
        var version = spec.Items("versions").OfType<JsonObject>().FirstOrDefault(item => item.Flag("storage"))?.Text("name") ?? "";
        var versions = status.Texts("storedVersions").ToList();
        if (!versions.Contains(version, StringComparer.Ordinal)) versions.Add(version);
        var wanted = new JsonObject
        {
            ["acceptedNames"] = spec["names"]?.DeepClone(),
            ["storedVersions"] = new JsonArray([.. versions.Select(name => JsonValue.Create(name))]),
            ["conditions"] = status["conditions"]?.DeepClone() ?? new JsonArray(Condition("NamesAccepted", "NoConflicts", "no conflicts found"), Condition("Established", "InitialNamesAccepted", "the initial names have been accepted")),
        };
        if (JsonNode.DeepEquals(status, wanted)) return;
        crd["status"] = wanted;
        cluster.Update(cluster.StoredType(SimulatedCluster.Crds), "", stored.Name, crd, new WriteOptions { Manager = "kube-apiserver", Subresource = "status" });
    }

    private JsonObject Condition(string type, string reason, string message) =>
        new() { ["type"] = type, ["status"] = "True", ["lastTransitionTime"] = cluster.Now, ["reason"] = reason, ["message"] = message };

    private void Drain(StoredObject crd)
    {
        if (!_byName.TryGetValue(crd.Name, out var known) || known.Types.Count == 0)
        {
            Free(crd.Name);
            return;
        }
        var type = known.Types[0];
        foreach (var item in cluster.Store.Read(type.Key).Items)
            if (!item.IsDeleting) cluster.Delete(type, item.Namespace, item.Name, DeleteOptions.Default);
        Release(type.Key);
    }

    /// <summary>Lets a definition go that waited for the last of its objects.</summary>
    private void Release(ResourceKey key)
    {
        if (!_byName.ContainsKey(key.ToString()) || cluster.Store.Find(SimulatedCluster.Crds, "", key.ToString()) is not { IsDeleting: true }) return;
        if (cluster.Store.Read(key).Items.IsEmpty) Free(key.ToString());
    }

    private void Free(string name)
    {
        var type = cluster.StoredType(SimulatedCluster.Crds);
        if (cluster.Store.Find(type.Key, "", name) is not { } crd) return;
        var json = crd.ToJson();
        var metadata = (JsonObject)json["metadata"]!;
        metadata["finalizers"] = new JsonArray([.. metadata.Texts("finalizers").Where(finalizer => finalizer != Finalizer).Select(finalizer => JsonValue.Create(finalizer))]);
        cluster.Update(type, "", name, json, new WriteOptions { Manager = "kube-apiserver" });
    }
}
