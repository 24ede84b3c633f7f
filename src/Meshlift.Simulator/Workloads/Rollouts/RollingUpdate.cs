using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Workloads.Rollouts;

/// <summary>The numbers of one ReplicaSet in a rollout.</summary>
/// <param name="Replicas">How many it is told to have.</param>
/// <param name="Available">How many can be relied on.</param>
internal readonly record struct SetSize(long Replicas, long Available);

/// <summary>How many pods of the old and of the new template a Deployment has next (pkg/controller/deployment/rolling.go of Kubernetes).</summary>
/// <param name="Wanted">The replicas of the Deployment.</param>
/// <param name="Surge">How many there may be above that.</param>
/// <param name="Unavailable">How many may be missing.</param>
internal readonly record struct RollingUpdate(long Wanted, long Surge, long Unavailable)
{
    /// <summary>The limits of a Deployment. Both cannot be 0: then nothing could ever move.</summary>
    public static RollingUpdate Of(JsonObject deployment)
    {
        var wanted = deployment.At("spec.replicas").AsWhole() ?? 1;
        var surge = PodTemplates.Scaled(deployment.At("spec.strategy.rollingUpdate.maxSurge"), wanted, roundsUp: true);
        var unavailable = PodTemplates.Scaled(deployment.At("spec.strategy.rollingUpdate.maxUnavailable"), wanted, roundsUp: false);
        return new(wanted, surge, surge == 0 && unavailable == 0 ? 1 : Math.Min(unavailable, wanted));
    }

    /// <summary>The size of the new set after the next step.</summary>
    /// <param name="now">Its size now.</param>
    /// <param name="all">The pods of all sets, as they are told to be.</param>
    public long Next(long now, long all)
    {
        if (now >= Wanted) return Wanted;
        return all >= Wanted + Surge ? now : now + Math.Min(Wanted + Surge - all, Wanted - now);
    }

    /// <summary>The sizes of the old sets after the next step, oldest first: those that are not available go first.</summary>
    public ImmutableArray<long> Shrink(IReadOnlyList<SetSize> old, SetSize @new)
    {
        var sizes = old.Select(set => set.Replicas).ToArray();
        var least = Wanted - Unavailable;
        var spare = sizes.Sum() + @new.Replicas - least - (@new.Replicas - @new.Available);
        if (spare <= 0) return [.. sizes];
        var removed = 0L;
        for (var i = 0; i < sizes.Length && removed < spare; i++)
        {
            var sick = Math.Min(spare - removed, Math.Max(0, old[i].Replicas - old[i].Available));
            (sizes[i], removed) = (sizes[i] - sick, removed + sick);
        }
        var available = old.Sum(set => set.Available) + @new.Available;
        for (var (i, free) = (0, available - least); i < sizes.Length && free > 0; i++)
        {
            var less = Math.Min(free, sizes[i]);
            (sizes[i], free) = (sizes[i] - less, free - less);
        }
        return [.. sizes];
    }
}
