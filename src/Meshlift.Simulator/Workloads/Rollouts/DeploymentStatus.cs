using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;

namespace Meshlift.Simulator.Workloads.Rollouts;

/// <summary>The status of a Deployment (pkg/controller/deployment/progress.go and sync.go of Kubernetes).</summary>
/// <param name="Status">The status.</param>
/// <param name="LookAgain">After how long it may have failed to progress; null when that cannot be.</param>
internal sealed record DeploymentStatus(JsonObject Status, TimeSpan? LookAgain)
{
    // This large a number stands for "never" (deploymentutil.HasProgressDeadline).
    private const long NoDeadline = int.MaxValue;

    public static DeploymentStatus Of(JsonObject deployment, OwnedSet? @new, List<OwnedSet> old, DateTimeOffset time, string now)
    {
        IReadOnlyList<OwnedSet> all = @new is null ? old : [.. old, @new];
        var before = deployment["status"] as JsonObject ?? [];
        var wanted = deployment.At("spec.replicas").AsWhole() ?? 1;
        var (total, updated, ready, available) = (all.Sum(set => set.Observed), @new?.Observed ?? 0, all.Sum(set => set.Ready), all.Sum(set => set.Available));
        var least = wanted - (deployment.At("spec.strategy.type").Shown() == "Recreate" ? wanted : RollingUpdate.Of(deployment).Unavailable);
        var conditions = new Conditions(before, now);
        if (available >= least) conditions.Set("Available", value: true, "MinimumReplicasAvailable", "Deployment has minimum availability.");
        else conditions.Set("Available", value: false, "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
        if (all.Select(set => set.Refusal).FirstOrDefault(refusal => refusal is not null) is { } why) conditions.Set("ReplicaFailure", value: true, "FailedCreate", why);
        else conditions.Remove("ReplicaFailure");

        var progress = conditions["Progressing"];
        var lookAgain = (TimeSpan?)null;
        var updatedTime = progress?.Text("lastUpdateTime") ?? now;
        var isComplete = @new is not null && updated == wanted && total == wanted && available == wanted && @new.Replicas == wanted;
        var isPaused = deployment.At("spec.paused").Shown() == "true";
        if (isPaused && !isComplete) conditions.Set("Progressing", value: true, "DeploymentPaused", "Deployment is paused");
        else if (isComplete)
        {
            if (progress?.Text("reason") != "NewReplicaSetAvailable") updatedTime = now;
            conditions.Set("Progressing", value: true, "NewReplicaSetAvailable", $"ReplicaSet \"{@new!.Name}\" has successfully progressed.");
        }
        else
        {
            var hasMoved = progress is null || progress.Text("reason") is "NewReplicaSetAvailable" or "DeploymentPaused" || updated > Number(before, "updatedReplicas")
                || total - updated < Number(before, "replicas") - Number(before, "updatedReplicas") || ready > Number(before, "readyReplicas") || available > Number(before, "availableReplicas")
                || (before.Number("observedGeneration") ?? 0) < (deployment.At("metadata.generation").AsWhole() ?? 0);
            if (hasMoved) updatedTime = now;
            var deadline = deployment.At("spec.progressDeadlineSeconds").AsWhole() ?? NoDeadline;
            var left = (Timestamp.Parse(updatedTime) ?? time) + TimeSpan.FromSeconds(Math.Min(deadline, NoDeadline)) - time;
            if (left <= TimeSpan.Zero) conditions.Set("Progressing", value: false, "ProgressDeadlineExceeded", $"ReplicaSet \"{@new?.Name}\" has timed out progressing.");
            else
            {
                conditions.Set("Progressing", value: true, "ReplicaSetUpdated", $"ReplicaSet \"{@new?.Name}\" is progressing.");
                if (deadline < NoDeadline) lookAgain = left;
            }
        }
        var items = conditions.ToJson()!;
        foreach (var item in items.OfType<JsonObject>()) item["lastUpdateTime"] = item.Text("type") == "Progressing" ? updatedTime : item.Text("lastTransitionTime");
        return new(new JsonObject
        {
            ["observedGeneration"] = deployment.At("metadata.generation")?.DeepClone(), ["replicas"] = Counts.Some(total), ["updatedReplicas"] = Counts.Some(updated), ["readyReplicas"] = Counts.Some(ready),
            ["availableReplicas"] = Counts.Some(available), ["unavailableReplicas"] = Counts.Some(Math.Max(0, Math.Max(wanted, total) - available)), ["conditions"] = items,
        }, lookAgain);
    }

    private static long Number(JsonObject status, string field) => status.Number(field) ?? 0;
}
