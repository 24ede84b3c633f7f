using System.Collections.Immutable;
using Meshlift.Core.Restarting;

namespace Meshlift.Engine.Restarting;

/// <summary>What happens while workloads are restarted.</summary>
public enum RestartEventKind
{
    /// <summary>A workload was restarted.</summary>
    Started,
    /// <summary>A rollout that was under way is followed.</summary>
    Followed,
    /// <summary>A rollout has come further.</summary>
    Progressed,
    /// <summary>A workload waits for its turn, by a rule.</summary>
    Waits,
    /// <summary>It has the proxies that are expected.</summary>
    Done,
    /// <summary>It did not come to its end; nothing else is started.</summary>
    Failed,
    /// <summary>It is gone, or has nothing left to renew.</summary>
    NeedsNothing,
    /// <summary>It was held to the end.</summary>
    Held,
    /// <summary>It was not started, because another one failed or a gate said no.</summary>
    NotStarted,
    /// <summary>The cluster cannot be followed; it is tried again.</summary>
    Lost,
    /// <summary>The cluster is followed again.</summary>
    Found,
}

/// <summary>Something that happened.</summary>
/// <param name="Time">When.</param>
/// <param name="Cluster">Where.</param>
/// <param name="Kind">What.</param>
/// <param name="Restart">To which workload; null for the cluster as a whole.</param>
/// <param name="Done">How many of its pods are through.</param>
/// <param name="Wanted">How many pods it has.</param>
/// <param name="Reason">Why, in a sentence; may be empty.</param>
public sealed record RestartEvent(DateTimeOffset Time, string Cluster, RestartEventKind Kind, PlannedRestart? Restart, long Done, long Wanted, string Reason);

/// <summary>What became of a workload.</summary>
/// <param name="Restart">The workload.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why; empty when it went well.</param>
/// <param name="IsOurs">True when this run restarted it; false when it was only followed, or not touched.</param>
/// <param name="Took">How long it was in flight; zero when it never was.</param>
public sealed record RestartResult(PlannedRestart Restart, RestartOutcome Outcome, string Reason, bool IsOurs, TimeSpan Took);

/// <summary>What became of a cluster's workloads, in the order of the plan, without those that are only reported or refused.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Results">One for each workload.</param>
public sealed record RestartReport(string Cluster, ImmutableArray<RestartResult> Results)
{
    /// <summary>True when everything has the proxies that are expected, or needs none.</summary>
    public bool IsDone => Results.All(result => result.Outcome is RestartOutcome.Done or RestartOutcome.NeedsNothing);
}

/// <summary>How restarts are carried out.</summary>
/// <param name="Parallelism">How many at once; at least 1.</param>
/// <param name="Timeout">How long one may take, and how long one may be held while nothing else rolls.</param>
/// <param name="RespectsBudgets">True when a PodDisruptionBudget that allows nothing holds a restart.</param>
public sealed record RestartSettings(int Parallelism, TimeSpan Timeout, bool RespectsBudgets)
{
    /// <summary>Is asked before each restart: null lets it begin, a reason stops it and all behind it. Null for nobody.</summary>
    public Func<PlannedRestart, CancellationToken, Task<string?>>? Gate { get; init; }
}
