using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>Deletes what belongs to objects that are gone, and holds owners that wait for what is theirs (Kubernetes, "Garbage Collection").</summary>
internal sealed class GarbageCollection(SimulatedCluster cluster)
{
    /// <summary>Keeps an owner until its dependents are gone.</summary>
    public const string Foreground = "foregroundDeletion";

    /// <summary>Keeps an owner until its dependents are its own no more.</summary>
    public const string Orphan = "orphan";

    private readonly HashSet<string> _alive = new(StringComparer.Ordinal);

    public void OnChanged(StoreEvent change)
    {
        if (change.Before is null) OnCreated(change);
        else if (change.After is null) OnGone(change);
        else if (change.After.IsDeleting) OnDeleting(change.Key, change.After);
    }

    private void OnCreated(StoreEvent change)
    {
        _alive.Add(change.Object.Uid);
        // Whose owners are all gone, or never were, is garbage from the start.
        if (change.Object.Owners is { Count: > 0 } owners && !owners.Any(owner => _alive.Contains(owner.Uid))) Delete(change.Key, change.Object, null);
    }

    private void OnGone(StoreEvent change)
    {
        _alive.Remove(change.Object.Uid);
        foreach (var (key, dependent) in cluster.Store.OwnedBy(change.Object.Uid))
        {
            if (dependent.Owners.Any(owner => _alive.Contains(owner.Uid))) Disown(key, dependent, change.Object.Uid);
            else if (!dependent.IsDeleting) Delete(key, dependent, null);
        }
        foreach (var owner in change.Object.Owners)
            if (Find(owner.Uid, change) is var (key, found) && found is { IsDeleting: true }) OnDeleting(key, found);
    }

    private void OnDeleting(ResourceKey key, StoredObject owner)
    {
        var finalizers = ((JsonObject)owner.ToJson()["metadata"]!).Texts("finalizers").ToList();
        if (finalizers.Contains(Orphan, StringComparer.Ordinal))
        {
            foreach (var (dependentKey, dependent) in cluster.Store.OwnedBy(owner.Uid)) Disown(dependentKey, dependent, owner.Uid);
            Unhold(key, owner, Orphan);
        }
        else if (finalizers.Contains(Foreground, StringComparer.Ordinal))
        {
            foreach (var (dependentKey, dependent) in cluster.Store.OwnedBy(owner.Uid))
                if (!dependent.IsDeleting && !dependent.Owners.Any(other => other.Uid != owner.Uid && _alive.Contains(other.Uid))) Delete(dependentKey, dependent, "Foreground");
            if (!cluster.Store.OwnedBy(owner.Uid).Any(item => item.Object.Owners.Any(link => link.Uid == owner.Uid && link.BlocksDeletion))) Unhold(key, owner, Foreground);
        }
    }

    /// <summary>The owner of a deleted object, by what the deleted object says of it.</summary>
    private (ResourceKey Key, StoredObject? Object) Find(string uid, StoreEvent change)
    {
        foreach (var reference in ((JsonObject)change.Object.ToJson()["metadata"]!).Items("ownerReferences").OfType<JsonObject>())
        {
            if (reference.Text("uid") != uid || cluster.Catalog.FindKind(reference.Text("apiVersion") ?? "", reference.Text("kind") ?? "") is not { } type) continue;
            var owner = cluster.Store.Find(type.Key, type.IsNamespaced ? change.Object.Namespace : "", reference.Text("name") ?? "");
            return (type.Key, owner?.Uid == uid ? owner : null);
        }
        return default;
    }

    private void Delete(ResourceKey key, StoredObject item, string? propagation)
    {
        if (cluster.Catalog.Find(key) is not { } type || cluster.Store.Find(key, item.Namespace, item.Name)?.Uid != item.Uid) return;
        cluster.Delete(type, item.Namespace, item.Name, new DeleteOptions { Propagation = propagation, Uid = item.Uid });
    }

    private void Disown(ResourceKey key, StoredObject dependent, string uid) => Change(key, dependent, metadata =>
        metadata["ownerReferences"] = new JsonArray([.. metadata.Items("ownerReferences").OfType<JsonObject>().Where(owner => owner.Text("uid") != uid).Select(owner => owner.DeepClone())]));

    private void Unhold(ResourceKey key, StoredObject owner, string finalizer) => Change(key, owner, metadata =>
        metadata["finalizers"] = new JsonArray([.. metadata.Texts("finalizers").Where(name => name != finalizer).Select(name => JsonValue.Create(name))]));

    private void Change(ResourceKey key, StoredObject item, Action<JsonObject> change)
    {
        if (cluster.Catalog.Find(key) is not { } type || cluster.Store.Find(key, item.Namespace, item.Name) is not { } current || current.Uid != item.Uid) return;
        var json = current.ToJson();
        change((JsonObject)json["metadata"]!);
        json["apiVersion"] = type.ApiVersion;
        cluster.Update(type, item.Namespace, item.Name, json, new WriteOptions { Manager = null });
    }
}
