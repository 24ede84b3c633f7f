using System.Collections.Immutable;

namespace Meshlift.Core.Restarting;

/// <summary>What became of a workload so far.</summary>
public enum RestartOutcome
{
    /// <summary>Not begun.</summary>
    Pending,
    /// <summary>Its rollout is followed.</summary>
    InFlight,
    /// <summary>All its proxies are those that are expected.</summary>
    Done,
    /// <summary>It did not come to its end.</summary>
    Failed,
    /// <summary>When its turn came there was nothing left to do, or the workload was gone.</summary>
    NeedsNothing,
    /// <summary>A rule or a budget held it to the end.</summary>
    Held,
    /// <summary>Another one failed before its turn.</summary>
    NotStarted,
}

/// <summary>Whose turn it is.</summary>
public static class RestartQueue
{
    /// <summary>The workloads that may begin now, in order; a caller who finds one held goes on with the next, up to <paramref name="parallelism"/> in flight.</summary>
    /// <remarks>A wave begins when the one before is through. Nothing begins behind a failure.</remarks>
    /// <param name="all">All workloads in their order, each with its wave.</param>
    /// <param name="parallelism">How many may be in flight at once.</param>
    /// <returns>The places of the workloads; empty when nothing may begin.</returns>
    public static ImmutableArray<int> Next(IReadOnlyList<(string Wave, RestartOutcome Outcome)> all, int parallelism)
    {
        if (all.Any(one => one.Outcome == RestartOutcome.Failed) || all.Count(one => one.Outcome == RestartOutcome.InFlight) >= parallelism) return [];
        var open = all.FirstOrDefault(one => one.Outcome is RestartOutcome.Pending or RestartOutcome.InFlight).Wave;
        return [.. Enumerable.Range(0, all.Count).Where(i => all[i].Outcome == RestartOutcome.Pending && all[i].Wave == open)];
    }
}
