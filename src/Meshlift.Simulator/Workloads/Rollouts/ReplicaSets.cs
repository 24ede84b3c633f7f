using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads.Rollouts;

/// <summary>Keeps as many pods as a ReplicaSet wants (pkg/controller/replicaset of Kubernetes). Pods that belong to nobody are not adopted.</summary>
internal sealed class ReplicaSets(SimulatedCluster cluster, ControllerLoop loop, ControllerWrites writes, PodIndex pods, PodMaker maker, TimeProvider time) : IController
{
    private readonly ResourceType _type = cluster.Type("apps/v1", "ReplicaSet");

    public IEnumerable<(string, string)> Concerned(StoreEvent change)
    {
        if (change.Key == _type.Key) return [(change.Object.Namespace, change.Object.Name)];
        return change.Key == SimulatedCluster.Pods ? OwnerNames.Of(change.Object, "ReplicaSet") : [];
    }

    public void Reconcile(string @namespace, string name)
    {
        if (cluster.Store.Find(_type.Key, @namespace, name) is not { IsDeleting: false } set) return;
        var json = set.ToJson();
        var wanted = json.At("spec.replicas").AsWhole() ?? 1;
        var active = pods.Of(set.Uid).Where(pod => pod.IsActive).ToList();
        string? refusal = null;
        for (var missing = wanted - active.Count; missing > 0 && refusal is null; missing--)
            refusal = maker.Make(this, _type, set, PodTemplates.Pod((JsonObject)json["spec"]!["template"]!, _type, set), "replicaset-controller");
        // Those that are not ready go first, then the youngest (ActivePodsWithRanks of the controllers).
        foreach (var pod in active.OrderBy(pod => pod.Node.Length > 0).ThenBy(pod => pod.IsReady).ThenByDescending(pod => pod.ReadySince ?? pod.Created).ThenBy(pod => pod.Name, StringComparer.Ordinal).Take((int)Math.Max(0, active.Count - wanted)))
            maker.Delete(pod);
        UpdateStatus(set, json, refusal);
    }

    private void UpdateStatus(StoredObject set, JsonObject json, string? refusal)
    {
        var (now, minReady) = (time.GetUtcNow(), json.At("spec.minReadySeconds").AsWhole() ?? 0);
        var active = pods.Of(set.Uid).Where(pod => pod.IsActive).ToList();
        var available = active.Count(pod => pod.IsAvailable(now, minReady));
        var conditions = new Conditions(json["status"], writes.Now);
        if (refusal is not null) conditions.Set("ReplicaFailure", value: true, "FailedCreate", refusal);
        else conditions.Remove("ReplicaFailure");
        writes.Status(_type, set, new JsonObject
        {
            ["replicas"] = (long)active.Count, ["fullyLabeledReplicas"] = Counts.Some(active.Count), ["readyReplicas"] = Counts.Some(active.Count(pod => pod.IsReady)),
            ["availableReplicas"] = Counts.Some(available), ["observedGeneration"] = json.At("metadata.generation")?.DeepClone(), ["conditions"] = conditions.ToJson(),
        });
        if (active.Exists(pod => pod.IsReady && !pod.IsAvailable(now, minReady))) loop.Again(this, set.Namespace, set.Name, TimeSpan.FromSeconds(minReady));
    }
}
