using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads.Rollouts;

/// <summary>Keeps the numbered pods of StatefulSets, one after the other or all at once, and moves them from the highest number down (pkg/controller/statefulset of Kubernetes).</summary>
/// <remarks>Claims for volumes are not made.</remarks>
internal sealed class StatefulSets(SimulatedCluster cluster, ControllerLoop loop, ControllerWrites writes, PodIndex pods, PodMaker maker, TimeProvider time) : IController
{
    private readonly ResourceType _type = cluster.Type("apps/v1", "StatefulSet");
    private readonly Revisions _revisions = new(cluster, writes);

    public IEnumerable<(string, string)> Concerned(StoreEvent change)
    {
        if (change.Key == _type.Key) return [(change.Object.Namespace, change.Object.Name)];
        return change.Key == SimulatedCluster.Pods ? OwnerNames.Of(change.Object, "StatefulSet") : [];
    }

    public void Reconcile(string @namespace, string name)
    {
        if (cluster.Store.Find(_type.Key, @namespace, name) is not { IsDeleting: false } set) return;
        var json = set.ToJson();
        var update = _revisions.Current(_type, set, json, pods.Of(set.Uid));
        var current = json.At("status.currentRevision").Shown() is { Length: > 0 } known ? known : update;
        var run = new Run(json, update, current, time.GetUtcNow());
        Keep(set, json, run);
        UpdateStatus(set, json, run);
    }

    private void Keep(StoredObject set, JsonObject json, Run run)
    {
        var owned = pods.Of(set.Uid).ToDictionary(Ordinal);
        for (var ordinal = run.First; ordinal < run.First + run.Wanted; ordinal++)
        {
            if (owned.GetValueOrDefault(ordinal) is { } pod)
            {
                if (pod.IsEnded && !pod.IsDeleting) maker.Delete(pod);
                if (run.IsOrdered && (pod.IsDeleting || !pod.IsAvailable(run.Now, run.MinReady))) return;
                continue;
            }
            var revision = ordinal < run.First + run.Partition && run.Update != run.Current ? run.Current : run.Update;
            if (maker.Make(this, _type, set, Pod(set, json, ordinal, revision), "statefulset-controller") is not null || run.IsOrdered) return;
        }
        foreach (var surplus in owned.Where(item => item.Key >= run.First + run.Wanted || item.Key < run.First).OrderByDescending(item => item.Key))
        {
            if (!surplus.Value.IsDeleting) maker.Delete(surplus.Value);
            if (run.IsOrdered) return;
        }
        if (run.IsOnDelete) return;
        for (var ordinal = run.First + run.Wanted - 1; ordinal >= run.First + run.Partition; ordinal--)
        {
            if (owned.GetValueOrDefault(ordinal) is not { } pod) return;
            if (pod.Label(PodTemplates.RevisionHash) != run.Update && !pod.IsDeleting)
            {
                maker.Delete(pod);
                return;
            }
            if (pod.IsDeleting || !pod.IsAvailable(run.Now, run.MinReady)) return;
        }
    }

    private JsonObject Pod(StoredObject set, JsonObject json, long ordinal, string revision)
    {
        var pod = PodTemplates.Pod(_revisions.Template(set.Namespace, revision) ?? (JsonObject)json.At("spec.template")!, _type, set);
        var name = string.Create(CultureInfo.InvariantCulture, $"{set.Name}-{ordinal}");
        var metadata = (JsonObject)pod["metadata"]!;
        metadata.Remove("generateName");
        metadata["name"] = name;
        var labels = metadata.Ensure("labels");
        (labels["apps.kubernetes.io/pod-index"], labels[PodTemplates.RevisionHash], labels["statefulset.kubernetes.io/pod-name"]) = (ordinal.ToString(CultureInfo.InvariantCulture), revision, name);
        (pod["spec"]!["hostname"], pod["spec"]!["subdomain"]) = (name, json.At("spec.serviceName")?.DeepClone());
        return pod;
    }

    private void UpdateStatus(StoredObject set, JsonObject json, Run run)
    {
        var active = pods.Of(set.Uid).Where(pod => pod.IsActive).ToList();
        var updated = active.Count(pod => pod.Label(PodTemplates.RevisionHash) == run.Update);
        var ready = active.Count(pod => pod.IsReady);
        var isDone = updated == run.Wanted && active.Count == run.Wanted && ready == run.Wanted && run.Partition == 0;
        var current = isDone ? run.Update : run.Current;
        var available = active.Count(pod => pod.IsAvailable(run.Now, run.MinReady));
        writes.Status(_type, set, new JsonObject
        {
            ["observedGeneration"] = json.At("metadata.generation")?.DeepClone(), ["replicas"] = (long)active.Count, ["readyReplicas"] = (long)ready, ["availableReplicas"] = (long)available,
            ["currentReplicas"] = (long)active.Count(pod => pod.Label(PodTemplates.RevisionHash) == current), ["updatedReplicas"] = (long)updated,
            ["currentRevision"] = current, ["updateRevision"] = run.Update, ["collisionCount"] = 0L,
        });
        if (ready > available) loop.Again(this, set.Namespace, set.Name, TimeSpan.FromSeconds(run.MinReady));
    }

    private static long Ordinal(PodFacts pod) => long.TryParse(pod.Name.AsSpan(pod.Name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : -1;

    private sealed class Run(JsonObject set, string update, string current, DateTimeOffset now)
    {
        public string Update => update;

        public string Current => current;

        public DateTimeOffset Now => now;

        public long Wanted { get; } = set.At("spec.replicas").AsWhole() ?? 1;

        public long First { get; } = set.At("spec.ordinals.start").AsWhole() ?? 0;

        public long MinReady { get; } = set.At("spec.minReadySeconds").AsWhole() ?? 0;

        /// <summary>How many of the lowest numbers keep the current revision.</summary>
        public long Partition { get; } = set.At("spec.updateStrategy.rollingUpdate.partition").AsWhole() ?? 0;

        public bool IsOnDelete { get; } = set.At("spec.updateStrategy.type").Shown() == "OnDelete";

        public bool IsOrdered { get; } = set.At("spec.podManagementPolicy").Shown() != "Parallel";
    }
}
