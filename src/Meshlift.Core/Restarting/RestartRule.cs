using System.Globalization;
using Meshlift.Core.Fleet;
using Meshlift.Core.Kubernetes.Items;

namespace Meshlift.Core.Restarting;

/// <summary>What a restart means for a workload.</summary>
public enum RestartStanding
{
    /// <summary>Nothing: its proxies are those that are expected.</summary>
    Current,
    /// <summary>It is to be restarted.</summary>
    Stale,
    /// <summary>A rollout that brings the expected proxies is under way: it is followed, and not begun again.</summary>
    UnderWay,
    /// <summary>Nobody restarts it; something else renews it.</summary>
    Reported,
    /// <summary>It should be restarted, and must not be as things stand.</summary>
    Refused,
}

/// <summary>What was decided for a workload.</summary>
/// <param name="Standing">What a restart means for it.</param>
/// <param name="Reason">Why, in a sentence; empty for what is current.</param>
/// <param name="Target">The proxy that a restart is for, as <c>REVISION IMAGE</c>; empty for what is not restarted.</param>
public sealed record RestartVerdict(RestartStanding Standing, string Reason, string Target = "");

/// <summary>Decides which workloads are restarted.</summary>
public static class RestartRule
{
    /// <summary>Decides it for one workload.</summary>
    /// <param name="name">Its kind and name.</param>
    /// <param name="workload">The workload; null when it was not seen.</param>
    /// <param name="pods">Its pods, judged; without those that end.</param>
    /// <param name="isNamed">True when a person named it: then also a proxy that is missing, or would go, or comes from elsewhere, is a reason.</param>
    /// <param name="canary">The Flagger Canary that is in charge of it; null for none.</param>
    /// <param name="since">From when on a restart of ours that is not complete counts as under way.</param>
    public static RestartVerdict Of(WorkloadName name, WorkloadItem? workload, IReadOnlyCollection<ProxyStatus> pods, bool isNamed, string? canary, DateTimeOffset since)
    {
        if (pods.FirstOrDefault(pod => pod.State is ProxyState.Blocked or ProxyState.Contested || (pod.State == ProxyState.Unknown && pod.HasProxy)) is { } doubtful)
            return new(RestartStanding.Refused, doubtful.State switch
            {
                ProxyState.Blocked => $"its pods could not be created again: {doubtful.Reason}",
                ProxyState.Contested => $"more than one revision would inject it: {doubtful.Reason}",
                _ => $"what it would get is not known: {doubtful.Reason}",
            });
        if (pods.FirstOrDefault(pod => pod.State == ProxyState.Stale || (isNamed && !RolloutReading.IsExpected(pod))) is not { } stale)
        {
            if (workload is not null && RestartMark.TimeOf(workload) >= since && RolloutReading.Of(workload, 0, pods).Stage != RolloutStage.Complete) return new(RestartStanding.UnderWay, "it was restarted, and is not through");
            return isNamed ? new(RestartStanding.Reported, $"there is nothing to renew: {pods.FirstOrDefault()?.Reason ?? "it has no pods"}") : new(RestartStanding.Current, "");
        }
        if (stale.Role == ProxyRole.Managed) return new(RestartStanding.Reported, "istiod rolls it when the revision of its Gateway changes");
        if (NotRolled(name) is { } other) return other;
        if (canary is not null) return new(RestartStanding.Refused, $"the Flagger Canary {canary} rolls it: change its template in Git, and wait for the Canary's verdict");
        if (workload is null) return new(RestartStanding.Refused, $"the {name.Kind} itself was not seen");
        if (workload.Metadata.Deleted is not null) return new(RestartStanding.Reported, "it is being deleted");
        if (workload.Paused) return new(RestartStanding.Refused, $"it is paused: 'kubectl rollout resume {name}' lets it roll");
        if (workload.Strategy == "OnDelete") return new(RestartStanding.Refused, "its strategy is OnDelete: a pod is renewed when it is deleted");
        if (workload.Partition > 0) return new(RestartStanding.Refused, string.Create(CultureInfo.InvariantCulture, $"its partition {workload.Partition} keeps the pods below as they are"));
        var target = $"{stale.WouldBe} {stale.WouldBeImage}".Trim();
        return RolloutReading.IsRolling(workload) && LeadsTo(target, workload, pods) ? new(RestartStanding.UnderWay, "a rollout is under way", target) : new(RestartStanding.Stale, stale.Reason, target);
    }

    /// <summary>True when the rollout brings the proxy. Of one that nobody marked the newest pods tell; while there are none, it is newer than all that is stale.</summary>
    private static bool LeadsTo(string target, WorkloadItem workload, IReadOnlyCollection<ProxyStatus> pods)
    {
        if (workload.Template.Annotations[RestartMark.For] is { } marked) return marked == target;
        if ((workload.ObservedGeneration ?? 0) < workload.Metadata.Generation || workload.Updated is null or 0) return true;
        var expected = pods.Count(RolloutReading.IsExpected);
        return expected > 0 && expected <= workload.Updated;
    }

    private static RestartVerdict? NotRolled(WorkloadName name) => name.Kind switch
    {
        "Deployment" or "StatefulSet" or "DaemonSet" => null,
        "Rollout" => new(RestartStanding.Refused, $"an Argo Rollout: 'kubectl argo rollouts restart {name.Name}' renews it"),
        "Pod" => new(RestartStanding.Reported, "a pod that nobody makes: whoever made it makes it anew"),
        "Job" => new(RestartStanding.Reported, "its pods end by themselves, and its next run gets the new proxy"),
        "ReplicaSet" => new(RestartStanding.Reported, "nobody rolls a ReplicaSet: its pods are renewed when they are deleted, one by one"),
        _ => new(RestartStanding.Reported, $"how a {name.Kind} is rolled is not known here"),
    };
}
