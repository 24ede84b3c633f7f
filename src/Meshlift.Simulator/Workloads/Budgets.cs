using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Selectors;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads;

/// <summary>Tells in the status of each PodDisruptionBudget how many of its pods may go now (pkg/controller/disruption of Kubernetes).</summary>
internal sealed class Budgets(SimulatedCluster cluster, ControllerWrites writes, PodIndex pods) : IController
{
    private readonly ResourceType _type = cluster.Type("policy/v1", "PodDisruptionBudget");

    public IEnumerable<(string, string)> Concerned(StoreEvent change)
    {
        if (change.Key == _type.Key) return [(change.Object.Namespace, change.Object.Name)];
        if (change.Key != SimulatedCluster.Pods && change.Key.Group != "apps") return [];
        return cluster.Store.Read(_type.Key).From(change.Object.Namespace, null).Select(budget => (budget.Namespace, budget.Name));
    }

    public void Reconcile(string @namespace, string name)
    {
        if (cluster.Store.Find(_type.Key, @namespace, name) is not { IsDeleting: false } budget) return;
        var json = budget.ToJson();
        var selector = LabelSelector.Of(json.At("spec.selector") as JsonObject);
        var matching = selector is null ? [] : pods.In(@namespace).Where(pod => pod.IsActive && selector.Matches(key => pod.Label(key))).ToList();
        var healthy = matching.Count(pod => pod.IsReady);
        var (expected, desired) = Numbers(json, @namespace, matching);
        var allowed = expected == 0 ? 0 : Math.Max(0, healthy - desired);
        var conditions = new Conditions(json["status"], writes.Now);
        conditions.Set("DisruptionAllowed", allowed > 0, allowed > 0 ? "SufficientPods" : "InsufficientPods", allowed > 0 ? "more pods are healthy than must be" : "no healthy pod can be spared");
        var items = conditions.ToJson()!;
        items[0]!["observedGeneration"] = json.At("metadata.generation")?.DeepClone();
        writes.Status(_type, budget, new JsonObject
        {
            ["observedGeneration"] = json.At("metadata.generation")?.DeepClone(), ["currentHealthy"] = (long)healthy, ["desiredHealthy"] = desired, ["expectedPods"] = expected,
            ["disruptionsAllowed"] = allowed, ["conditions"] = items,
        });
    }

    /// <summary>How many pods there should be, and how many of them must be healthy. Shares are of what the controllers of the pods are told to have.</summary>
    private (long Expected, long Desired) Numbers(JsonObject json, string @namespace, List<PodFacts> matching)
    {
        var (least, most) = (json.At("spec.minAvailable"), json.At("spec.maxUnavailable"));
        if (least is not null && least.AsText() is null) return (matching.Count, least.AsWhole() ?? 0);
        var expected = matching.Select(pod => pod.Controller ?? pod.Uid).Distinct(StringComparer.Ordinal).Select(uid => Scale(@namespace, uid, matching)).DistinctBy(scale => scale.Uid, StringComparer.Ordinal).Sum(scale => scale.Replicas);
        if (most is not null) return (expected, Math.Max(0, expected - PodTemplates.Scaled(most, expected, roundsUp: true)));
        return (expected, least is null ? 1 : PodTemplates.Scaled(least, expected, roundsUp: true));
    }

    private (string Uid, long Replicas) Scale(string @namespace, string uid, List<PodFacts> matching)
    {
        foreach (var kind in (string[])["ReplicaSet", "StatefulSet"])
        {
            var type = cluster.Type("apps/v1", kind);
            if (cluster.Store.Read(type.Key).From(@namespace, null).FirstOrDefault(item => item.Uid == uid) is not { } owner) continue;
            foreach (var (space, name) in OwnerNames.Of(owner, "Deployment"))
                if (cluster.Store.Find(cluster.Type("apps/v1", "Deployment").Key, space, name) is { } deployment) return (deployment.Uid, deployment.ToJson().At("spec.replicas").AsWhole() ?? 1);
            return (uid, owner.ToJson().At("spec.replicas").AsWhole() ?? 1);
        }
        return (uid, matching.Count(pod => (pod.Controller ?? pod.Uid) == uid));
    }
}
