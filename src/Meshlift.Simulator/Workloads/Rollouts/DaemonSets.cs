using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads.Rollouts;

/// <summary>Keeps a pod of each DaemonSet on each node that its node selector names (pkg/controller/daemon of Kubernetes). Taints and affinities are not looked at.</summary>
internal sealed class DaemonSets(SimulatedCluster cluster, ControllerLoop loop, ControllerWrites writes, PodIndex pods, PodMaker maker, TimeProvider time) : IController
{
    private readonly ResourceType _type = cluster.Type("apps/v1", "DaemonSet");
    private readonly ResourceType _nodes = cluster.Type("v1", "Node");
    private readonly Revisions _revisions = new(cluster, writes);

    public IEnumerable<(string, string)> Concerned(StoreEvent change)
    {
        if (change.Key == _type.Key) return [(change.Object.Namespace, change.Object.Name)];
        if (change.Key == _nodes.Key && (change.Before is null || change.After is null)) return cluster.Store.Read(_type.Key).Items.Select(set => (set.Namespace, set.Name));
        return change.Key == SimulatedCluster.Pods ? OwnerNames.Of(change.Object, "DaemonSet") : [];
    }

    public void Reconcile(string @namespace, string name)
    {
        if (cluster.Store.Find(_type.Key, @namespace, name) is not { IsDeleting: false } set) return;
        var json = set.ToJson();
        var revision = _revisions.Current(_type, set, json, pods.Of(set.Uid))[(set.Name.Length + 1)..];
        var selector = (json.At("spec.template.spec") as JsonObject)?.Pairs("nodeSelector").ToList() ?? [];
        var nodes = cluster.Store.Read(_nodes.Key).Items.Where(node => selector.TrueForAll(label => node.Label(label.Key) == label.Value)).Select(node => node.Name).ToList();
        Keep(set, json, revision, nodes);
        UpdateStatus(set, json, revision, nodes);
    }

    private void Keep(StoredObject set, JsonObject json, string revision, List<string> nodes)
    {
        var owned = pods.Of(set.Uid).ToLookup(pod => pod.Node, StringComparer.Ordinal);
        foreach (var pod in owned.Where(node => !nodes.Contains(node.Key, StringComparer.Ordinal)).SelectMany(node => node).Where(pod => !pod.IsDeleting)) maker.Delete(pod);
        foreach (var pod in pods.Of(set.Uid).Where(pod => pod.IsEnded && !pod.IsDeleting).ToList()) maker.Delete(pod);
        foreach (var node in nodes.Where(node => !owned[node].Any()))
        {
            var pod = PodTemplates.Pod((JsonObject)json.At("spec.template")!, _type, set);
            pod["metadata"]!.AsObject().Ensure("labels")[PodTemplates.RevisionHash] = revision;
            pod["spec"]!["nodeName"] = node;
            if (maker.Make(this, _type, set, pod, "daemonset-controller") is not null) return;
        }
        if (json.At("spec.updateStrategy.type").Shown() == "OnDelete") return;
        var (now, minReady) = (time.GetUtcNow(), json.At("spec.minReadySeconds").AsWhole() ?? 0);
        var spare = Math.Max(1, PodTemplates.Scaled(json.At("spec.updateStrategy.rollingUpdate.maxUnavailable"), nodes.Count, roundsUp: true)) - nodes.Count(node => !owned[node].Any(pod => !pod.IsDeleting && pod.IsAvailable(now, minReady)));
        var outdated = pods.Of(set.Uid).Where(pod => !pod.IsDeleting && pod.Label(PodTemplates.RevisionHash) != revision).ToList();
        // What does not work already may go without making it worse.
        foreach (var pod in outdated.Where(pod => !pod.IsAvailable(now, minReady)).Concat(outdated.Where(pod => pod.IsAvailable(now, minReady)).Take((int)Math.Max(0, spare)))) maker.Delete(pod);
    }

    private void UpdateStatus(StoredObject set, JsonObject json, string revision, List<string> nodes)
    {
        var (now, minReady) = (time.GetUtcNow(), json.At("spec.minReadySeconds").AsWhole() ?? 0);
        var active = pods.Of(set.Uid).Where(pod => pod.IsActive).ToList();
        var (ready, available) = (active.Count(pod => pod.IsReady), active.Count(pod => pod.IsAvailable(now, minReady)));
        writes.Status(_type, set, new JsonObject
        {
            ["observedGeneration"] = json.At("metadata.generation")?.DeepClone(), ["desiredNumberScheduled"] = (long)nodes.Count, ["currentNumberScheduled"] = (long)active.Count, ["numberMisscheduled"] = 0L,
            ["numberReady"] = (long)ready, ["numberAvailable"] = available == 0 ? null : (long)available, ["numberUnavailable"] = nodes.Count == available ? null : (long)(nodes.Count - available),
            ["updatedNumberScheduled"] = (long)active.Count(pod => pod.Label(PodTemplates.RevisionHash) == revision),
        });
        if (ready > available) loop.Again(this, set.Namespace, set.Name, TimeSpan.FromSeconds(minReady));
    }
}
