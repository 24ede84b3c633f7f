using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads.Rollouts;

/// <summary>The templates that a StatefulSet or a DaemonSet has had, as ControllerRevisions: what <c>kubectl rollout history</c> and <c>undo</c> read.</summary>
internal sealed class Revisions(SimulatedCluster cluster, ControllerWrites writes)
{
    private readonly ResourceType _type = cluster.Type("apps/v1", "ControllerRevision");

    /// <summary>The name of the template as it is now, which becomes the newest revision.</summary>
    public string Current(ResourceType type, StoredObject owner, JsonObject json, IReadOnlyCollection<PodFacts> pods)
    {
        var template = (JsonObject)PodTemplates.Plain(json.At("spec.template"))!;
        template["$patch"] = "replace";
        var data = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } };
        var known = cluster.Store.OwnedBy(owner.Uid).Where(item => item.Key == _type.Key).Select(item => item.Object.ToJson()).OrderBy(item => item.Number("revision")).ToList();
        var next = (known.Count == 0 ? 0 : known[^1].Number("revision") ?? 0) + 1;
        var found = known.Find(item => JsonNode.DeepEquals(item["data"], data));
        var name = found.At("metadata.name").Shown();
        if (found is null)
        {
            var hash = PodTemplates.Hash(data);
            for (var collisions = 1; cluster.Store.Find(_type.Key, owner.Namespace, $"{owner.Name}-{hash}") is not null; collisions++) hash = PodTemplates.Hash(data, collisions);
            name = $"{owner.Name}-{hash}";
            var labels = json.At("spec.template.metadata.labels")?.DeepClone() as JsonObject ?? [];
            labels[PodTemplates.RevisionHash] = hash;
            var metadata = new JsonObject { ["name"] = name, ["labels"] = labels, ["ownerReferences"] = new JsonArray(PodTemplates.Reference(type, owner)), ["annotations"] = json.At("metadata.annotations")?.DeepClone() };
            writes.Create(_type, owner.Namespace, new JsonObject { ["metadata"] = metadata, ["data"] = data, ["revision"] = next });
        }
        else if (found != known[^1]) writes.Change(_type, owner.Namespace, name, item => item["revision"] = next);
        Forget(json, known.FindAll(item => item != found), pods);
        return name;
    }

    /// <summary>The template of a revision; null when it is forgotten.</summary>
    public JsonObject? Template(string @namespace, string name)
    {
        var template = cluster.Store.Find(_type.Key, @namespace, name)?.ToJson().At("data.spec.template") as JsonObject;
        template?.Remove("$patch");
        return template;
    }

    private void Forget(JsonObject json, List<JsonObject> others, IReadOnlyCollection<PodFacts> pods)
    {
        var used = pods.Select(pod => pod.Label(PodTemplates.RevisionHash)).ToHashSet(StringComparer.Ordinal);
        var idle = others.FindAll(item => !used.Contains(item.At("metadata.name").Shown()) && !used.Contains(item.At("metadata.labels").At(PodTemplates.RevisionHash).Shown()) && item.At("metadata.name").Shown() != json.At("status.currentRevision").Shown());
        foreach (var item in idle.Take((int)Math.Max(0, idle.Count - (json.At("spec.revisionHistoryLimit").AsWhole() ?? 10))))
            writes.Delete(_type, item.At("metadata.namespace").Shown(), item.At("metadata.name").Shown(), item.At("metadata.uid").Shown());
    }
}
