using System.Globalization;
using Meshlift.Core.Findings;
using Meshlift.Core.Fleet;
using Meshlift.Core.Kubernetes.Items;

namespace Meshlift.Core.Restarting;

/// <summary>How far a rollout is.</summary>
public enum RolloutStage
{
    /// <summary>Its controller has not looked at the change yet.</summary>
    Waiting,
    /// <summary>Pods are being replaced.</summary>
    Progressing,
    /// <summary>Its controller is done; its pods are not seen yet as they should be.</summary>
    Settling,
    /// <summary>All pods are new and available, and their proxies are those that are expected, and ready.</summary>
    Complete,
    /// <summary>It does not come to its end.</summary>
    Failed,
}

/// <summary>A rollout as the workload and its pods show it.</summary>
/// <param name="Stage">How far it is.</param>
/// <param name="Done">How many pods are through.</param>
/// <param name="Wanted">How many there are to be.</param>
/// <param name="Reason">What is missing, or what went wrong; empty when it is complete.</param>
public sealed record RolloutReading(RolloutStage Stage, long Done, long Wanted, string Reason)
{
    /// <summary>True while its controller replaces pods, whoever asked for it. Pods that are new and not available are no rollout.</summary>
    public static bool IsRolling(WorkloadItem workload) =>
        (workload.ObservedGeneration ?? 0) < workload.Metadata.Generation || (workload.Updated ?? 0) < (workload.Wanted ?? 1) || (workload.Current ?? 0) > (workload.Updated ?? 0);

    /// <summary>Reads it.</summary>
    /// <param name="workload">A Deployment, StatefulSet or DaemonSet.</param>
    /// <param name="generation">The generation that the restart made: what is said of an older one counts for nothing.</param>
    /// <param name="pods">Its pods, judged; without those that end.</param>
    public static RolloutReading Of(WorkloadItem workload, long generation, IReadOnlyCollection<ProxyStatus> pods)
    {
        var wanted = workload.Wanted ?? 1;
        if (workload.Metadata.Generation < generation || (workload.ObservedGeneration ?? 0) < workload.Metadata.Generation) return new(RolloutStage.Waiting, 0, wanted, "its controller has not looked at it yet");
        var (updated, current, available) = (workload.Updated ?? 0, workload.Current ?? 0, workload.Available ?? 0);
        var done = Math.Min(updated, available);
        foreach (var condition in workload.Conditions)
        {
            // Kubernetes API: DeploymentProgressing and DeploymentReplicaFailure.
            if (condition is { Type: "Progressing", Status: "False" }) return new(RolloutStage.Failed, done, wanted, $"it makes no progress ({condition.Reason})");
            if (condition is { Type: "ReplicaFailure", Status: "True" }) return new(RolloutStage.Failed, done, wanted, $"its pods cannot be made ({condition.Reason})");
        }
        if (workload.Paused) return new(RolloutStage.Failed, done, wanted, "it was paused in the middle");
        if (updated < wanted) return new(RolloutStage.Progressing, done, wanted, string.Create(CultureInfo.InvariantCulture, $"{updated} of {wanted} pods are new"));
        if (current > updated) return new(RolloutStage.Progressing, done, wanted, $"{Counted.Of((int)(current - updated), "old pod is", "old pods are")} still there");
        if (available < wanted) return new(RolloutStage.Progressing, done, wanted, string.Create(CultureInfo.InvariantCulture, $"{available} of {wanted} pods are available"));
        foreach (var pod in pods)
        {
            if (!IsExpected(pod)) return new(RolloutStage.Settling, done, wanted, $"{pod.Pod}: {pod.Reason}");
            if (!pod.IsReady) return new(RolloutStage.Settling, done, wanted, $"{pod.Pod} is not ready");
        }
        return pods.Count < wanted ? new(RolloutStage.Settling, done, wanted, string.Create(CultureInfo.InvariantCulture, $"{pods.Count} of {wanted} pods are seen")) : new(RolloutStage.Complete, wanted, wanted, "");
    }

    /// <summary>True when a restart would change nothing of a pod's proxy.</summary>
    public static bool IsExpected(ProxyStatus pod) => pod.State is ProxyState.Current or ProxyState.Overridden or ProxyState.Outside;
}
