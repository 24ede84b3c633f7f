using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads.Rollouts;

/// <summary>Rolls Deployments out: a ReplicaSet for each template, sizes moved step by step (pkg/controller/deployment of Kubernetes).</summary>
/// <remarks>A Deployment whose replicas change in the middle of a rollout is not scaled in proportion; the rollout goes on with the new number.</remarks>
internal sealed class Deployments(SimulatedCluster cluster, ControllerLoop loop, ControllerWrites writes, PodIndex pods, TimeProvider time) : IController
{
    private const string Revision = "deployment.kubernetes.io/revision";
    private readonly ResourceType _type = cluster.Type("apps/v1", "Deployment");
    private readonly ResourceType _sets = cluster.Type("apps/v1", "ReplicaSet");

    public IEnumerable<(string, string)> Concerned(StoreEvent change)
    {
        if (change.Key == _type.Key) return [(change.Object.Namespace, change.Object.Name)];
        if (change.Key == _sets.Key) return OwnerNames.Of(change.Object, "Deployment");
        // A Deployment that first ends its old pods waits for the last of them.
        return change.Key == SimulatedCluster.Pods && change.After is null ? OwnerNames.Of(change.Object, "ReplicaSet").SelectMany(set => cluster.Store.Find(_sets.Key, set.Namespace, set.Name) is { } found ? OwnerNames.Of(found, "Deployment") : []) : [];
    }

    public void Reconcile(string @namespace, string name)
    {
        if (cluster.Store.Find(_type.Key, @namespace, name) is not { IsDeleting: false } deployment) return;
        var json = deployment.ToJson();
        var sets = cluster.Store.OwnedBy(deployment.Uid).Where(item => item.Key == _sets.Key).Select(item => new OwnedSet(item.Object))
            .OrderBy(set => set.Created, StringComparer.Ordinal).ThenBy(set => set.Revision).ToList();
        var @new = sets.Find(set => PodTemplates.AreSame(set.Json.At("spec.template"), json.At("spec.template")));
        var old = sets.FindAll(set => set != @new);
        if (json.At("spec.paused").Shown() != "true")
        {
            @new = Renew(deployment, json, @new, old);
            if (@new is not null) Move(json, @new, old);
            Forget(json, old);
        }
        else if (old.FindAll(set => set.Replicas > 0) is { Count: 0 } && @new is not null)
        {
            // What is paused is still scaled.
            Resize(@new, json.At("spec.replicas").AsWhole() ?? 1);
        }
        UpdateStatus(deployment, json, @new, old);
    }

    /// <summary>The set of the template as it is now, made when there is none, with the highest revision.</summary>
    private OwnedSet? Renew(StoredObject deployment, JsonObject json, OwnedSet? found, List<OwnedSet> old)
    {
        var revision = Math.Max(old.Select(set => set.Revision).DefaultIfEmpty(0).Max() + 1, found?.Revision ?? 0);
        if (found is null)
        {
            var template = (JsonObject)json.At("spec.template")!.DeepClone();
            var hash = PodTemplates.Hash(template);
            for (var collisions = 1; cluster.Store.Find(_sets.Key, deployment.Namespace, $"{deployment.Name}-{hash}") is not null; collisions++) hash = PodTemplates.Hash(template, collisions);
            template.Ensure("metadata").Ensure("labels")[PodTemplates.TemplateHash] = hash;
            var selector = (JsonObject)json.At("spec.selector")!.DeepClone();
            selector.Ensure("matchLabels")[PodTemplates.TemplateHash] = hash;
            var metadata = new JsonObject
            {
                ["name"] = $"{deployment.Name}-{hash}", ["labels"] = template["metadata"]!["labels"]!.DeepClone(), ["ownerReferences"] = new JsonArray(PodTemplates.Reference(_type, deployment)),
                ["annotations"] = Annotations(json, revision),
            };
            var spec = new JsonObject { ["replicas"] = 0L, ["selector"] = selector, ["template"] = template };
            if (json.At("spec.minReadySeconds").AsWhole() is { } seconds) spec["minReadySeconds"] = seconds;
            found = new OwnedSet(writes.Create(_sets, deployment.Namespace, new JsonObject { ["metadata"] = metadata, ["spec"] = spec }));
        }
        else if (found.Revision < revision)
        {
            writes.Change(_sets, deployment.Namespace, found.Name, set => set.Ensure("metadata")["annotations"] = Annotations(json, revision));
        }
        var text = revision.ToString(CultureInfo.InvariantCulture);
        writes.Change(_type, deployment.Namespace, deployment.Name, item => item.Ensure("metadata").Ensure("annotations")[Revision] = text);
        return found;
    }

    private void Move(JsonObject json, OwnedSet @new, List<OwnedSet> old)
    {
        var wanted = json.At("spec.replicas").AsWhole() ?? 1;
        if (json.At("spec.strategy.type").Shown() == "Recreate")
        {
            foreach (var set in old) Resize(set, 0);
            if (old.TrueForAll(set => set.Replicas == 0 && !pods.Of(set.Uid).Any(pod => !pod.IsEnded))) Resize(@new, wanted);
            return;
        }
        var update = RollingUpdate.Of(json);
        var next = update.Next(@new.Replicas, old.Sum(set => set.Replicas) + @new.Replicas);
        if (next != @new.Replicas)
        {
            Resize(@new, next);
            return;
        }
        var sizes = update.Shrink([.. old.Select(set => new SetSize(set.Replicas, set.Available))], new SetSize(@new.Replicas, @new.Available));
        for (var i = 0; i < old.Count; i++) Resize(old[i], sizes[i]);
    }

    private void Resize(OwnedSet set, long replicas)
    {
        if (set.Replicas != replicas) writes.Change(_sets, set.Namespace, set.Name, item => item.Ensure("spec")["replicas"] = replicas);
    }

    /// <summary>Removes sets that nobody would go back to.</summary>
    private void Forget(JsonObject json, List<OwnedSet> old)
    {
        var idle = old.FindAll(set => set is { Replicas: 0, Observed: 0 }).OrderBy(set => set.Revision).ToList();
        foreach (var set in idle.Take((int)Math.Max(0, idle.Count - (json.At("spec.revisionHistoryLimit").AsWhole() ?? 10)))) writes.Delete(_sets, set.Namespace, set.Name, set.Uid);
    }

    private void UpdateStatus(StoredObject deployment, JsonObject json, OwnedSet? @new, List<OwnedSet> old)
    {
        // Its own writes do not change what the sets report; that comes as changes of the sets.
        var status = DeploymentStatus.Of(json, @new, old, time.GetUtcNow(), writes.Now);
        writes.Status(_type, deployment, status.Status);
        if (status.LookAgain is { } delay) loop.Again(this, deployment.Namespace, deployment.Name, delay);
    }

    private static JsonObject Annotations(JsonObject deployment, long revision)
    {
        var annotations = deployment.At("metadata.annotations")?.DeepClone() as JsonObject ?? [];
        annotations.Remove("kubectl.kubernetes.io/last-applied-configuration");
        annotations[Revision] = revision.ToString(CultureInfo.InvariantCulture);
        annotations["deployment.kubernetes.io/desired-replicas"] = deployment.At("spec.replicas").Shown();
        return annotations;
    }
}

/// <summary>A ReplicaSet of a Deployment.</summary>
internal sealed class OwnedSet(StoredObject stored)
{
    public JsonObject Json { get; } = stored.ToJson();

    public string Namespace => stored.Namespace;

    public string Name => stored.Name;

    public string Uid => stored.Uid;

    public string Created => Json.At("metadata.creationTimestamp").Shown();

    public long Revision => long.TryParse(Json.At("metadata.annotations['deployment.kubernetes.io/revision']").Shown(), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    /// <summary>How many it is told to have.</summary>
    public long Replicas => Json.At("spec.replicas").AsWhole() ?? 1;

    /// <summary>How many it has.</summary>
    public long Observed => Json.At("status.replicas").AsWhole() ?? 0;

    public long Ready => Json.At("status.readyReplicas").AsWhole() ?? 0;

    public long Available => Json.At("status.availableReplicas").AsWhole() ?? 0;

    /// <summary>Why a pod was refused; null when none was.</summary>
    public string? Refusal => new Conditions(Json["status"], "")["ReplicaFailure"]?.Text("message");
}
