using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads;

/// <summary>Keeps what a HorizontalPodAutoscaler scales between its limits. Load is not simulated: nothing is scaled for it.</summary>
internal sealed class Autoscalers(SimulatedCluster cluster, ControllerWrites writes) : IController
{
    private readonly ResourceType _type = cluster.Type("autoscaling/v2", "HorizontalPodAutoscaler");

    public IEnumerable<(string, string)> Concerned(StoreEvent change)
    {
        if (change.Key == _type.Key) return [(change.Object.Namespace, change.Object.Name)];
        if (change.Key is not { Group: "apps", Plural: "deployments" or "statefulsets" }) return [];
        return cluster.Store.Read(_type.Key).From(change.Object.Namespace, null).Select(scaler => (scaler.Namespace, scaler.Name));
    }

    public void Reconcile(string @namespace, string name)
    {
        if (cluster.Store.Find(_type.Key, @namespace, name) is not { IsDeleting: false } scaler) return;
        var json = scaler.ToJson();
        var reference = json.At("spec.scaleTargetRef");
        var conditions = new Conditions(json["status"], writes.Now);
        var type = cluster.Catalog.FindKind(reference.At("apiVersion").Shown(), reference.At("kind").Shown());
        if (type is null || cluster.Store.Find(type.Key, @namespace, reference.At("name").Shown()) is not { } target || target.ToJson() is not { } scaled || scaled.At("spec.replicas").AsWhole() is not { } wanted)
        {
            conditions.Set("AbleToScale", value: false, "FailedGetScale", $"the HPA controller was unable to get the target's current scale: {reference.At("kind").Shown()} \"{reference.At("name").Shown()}\" not found");
            writes.Status(_type, scaler, new JsonObject { ["desiredReplicas"] = 0L, ["conditions"] = conditions.ToJson() });
            return;
        }
        var (least, most) = (json.At("spec.minReplicas").AsWhole() ?? 1, json.At("spec.maxReplicas").AsWhole() ?? wanted);
        // Whoever scales to nothing has switched the autoscaler off.
        var desired = wanted == 0 ? 0 : Math.Clamp(wanted, least, Math.Max(least, most));
        if (desired != wanted) writes.Change(type, @namespace, target.Name, item => item.Ensure("spec")["replicas"] = desired, "scale", "kube-controller-manager");
        conditions.Set("AbleToScale", value: true, "ReadyForNewScale", "recommended size matches current size");
        conditions.Set("ScalingActive", wanted > 0, wanted > 0 ? "ValidMetricFound" : "ScalingDisabled", wanted > 0 ? "the HPA was able to successfully calculate a replica count" : "scaling is disabled since the replica count of the target is zero");
        conditions.Set("ScalingLimited", value: desired != wanted, desired > wanted ? "TooFewReplicas" : desired < wanted ? "TooManyReplicas" : "DesiredWithinRange", "");
        writes.Status(_type, scaler, new JsonObject { ["currentReplicas"] = scaled.At("status.replicas").AsWhole() ?? 0, ["desiredReplicas"] = desired, ["conditions"] = conditions.ToJson() });
    }
}
