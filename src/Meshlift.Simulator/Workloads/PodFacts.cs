using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;

namespace Meshlift.Simulator.Workloads;

/// <summary>What controllers ask about a pod.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="Controller">The uid of the owner that manages it; null for a bare pod.</param>
/// <param name="Node">The node it is on; empty while it has none.</param>
/// <param name="Phase">Such as Running.</param>
/// <param name="Created">When it was made.</param>
/// <param name="ReadySince">Since when it is ready; null while it is not.</param>
/// <param name="IsDeleting">True when it is on its way out.</param>
internal sealed record PodFacts(string Namespace, string Name, string Uid, string? Controller, string Node, string Phase, DateTimeOffset Created, DateTimeOffset? ReadySince, bool IsDeleting)
{
    private StoredObject? _stored;

    public bool IsReady => ReadySince is not null;

    public bool IsEnded => Phase is "Succeeded" or "Failed";

    /// <summary>True while it counts as a replica (FilterActivePods of the controllers).</summary>
    public bool IsActive => !IsDeleting && !IsEnded;

    public string? Label(string key) => _stored!.Label(key);

    public bool IsAvailable(DateTimeOffset now, long minReadySeconds) => ReadySince is { } since && since + TimeSpan.FromSeconds(minReadySeconds) <= now;

    public static PodFacts Of(StoredObject pod)
    {
        var json = pod.ToJson();
        var ready = (json["status"] as JsonObject)?.Items("conditions").OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");
        var controller = pod.Owners.Where(owner => owner.IsController).Select(owner => owner.Uid).FirstOrDefault();
        var created = Timestamp.Parse(json.At("metadata.creationTimestamp").Shown()) ?? default;
        return new PodFacts(
            pod.Namespace, pod.Name, pod.Uid, controller, json.At("spec.nodeName").Shown(), json.At("status.phase").Shown(), created,
            ready is null ? null : Timestamp.Parse(ready.Text("lastTransitionTime")) ?? created, pod.IsDeleting)
        {
            _stored = pod,
        };
    }
}

/// <summary>The pods of a cluster by what controllers look for. It must be told of changes before the controllers are.</summary>
internal sealed class PodIndex
{
    private static readonly SortedDictionary<string, PodFacts> None = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<string, PodFacts>> _byController = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<string, PodFacts>> _byNamespace = new(StringComparer.Ordinal);

    /// <summary>Indexes the pods that are there, and from then on all.</summary>
    public PodIndex(SimulatedCluster cluster)
    {
        foreach (var pod in cluster.Store.Read(SimulatedCluster.Pods).Items) Add(pod);
        cluster.Store.Subscribe(OnChanged);
    }

    /// <summary>The pods that an owner manages, by their names.</summary>
    public IReadOnlyCollection<PodFacts> Of(string controllerUid) => _byController.GetValueOrDefault(controllerUid, None).Values;

    /// <summary>The pods of a namespace, by their names.</summary>
    public IReadOnlyCollection<PodFacts> In(string @namespace) => _byNamespace.GetValueOrDefault(@namespace, None).Values;

    public PodFacts? Find(string @namespace, string name) => _byNamespace.GetValueOrDefault(@namespace, None).GetValueOrDefault(name);

    private void OnChanged(StoreEvent change)
    {
        if (change.Key != SimulatedCluster.Pods) return;
        if (change.After is { } pod) Add(pod);
        else if (Find(change.Object.Namespace, change.Object.Name) is { } gone) Remove(gone);
    }

    private void Add(StoredObject pod)
    {
        if (Find(pod.Namespace, pod.Name) is { } old) Remove(old);
        var facts = PodFacts.Of(pod);
        Shelf(_byNamespace, facts.Namespace)[facts.Name] = facts;
        if (facts.Controller is { } owner) Shelf(_byController, owner)[facts.Name] = facts;
    }

    private void Remove(PodFacts pod)
    {
        Shelf(_byNamespace, pod.Namespace).Remove(pod.Name);
        if (pod.Controller is { } owner && Shelf(_byController, owner) is var owned && owned.Remove(pod.Name) && owned.Count == 0) _byController.Remove(owner);
    }

    private static SortedDictionary<string, PodFacts> Shelf(Dictionary<string, SortedDictionary<string, PodFacts>> index, string key)
    {
        if (!index.TryGetValue(key, out var shelf)) index[key] = shelf = new SortedDictionary<string, PodFacts>(StringComparer.Ordinal);
        return shelf;
    }
}
