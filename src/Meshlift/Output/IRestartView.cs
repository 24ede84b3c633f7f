using System.Collections.Immutable;
using Meshlift.Core.Restarting;
using Meshlift.Engine.Restarting;

namespace Meshlift.CommandLine.Output;

/// <summary>The restarts of a cluster.</summary>
/// <param name="Cluster">Its name.</param>
/// <param name="Restarts">Its workloads, in order, with those that are only reported or refused.</param>
internal sealed record ClusterRestartPlan(string Cluster, ImmutableArray<PlannedRestart> Restarts);

/// <summary>Tells what happens while workloads are restarted.</summary>
internal interface IRestartView
{
    /// <summary>Tells what is planned.</summary>
    void Plan();

    /// <summary>Tells what has happened.</summary>
    void Tell(RestartEvent happened);

    /// <summary>Tells what became of it.</summary>
    /// <param name="reports">One for each cluster that was begun.</param>
    /// <param name="isInterrupted">True when a person ended it.</param>
    void End(ImmutableArray<RestartReport> reports, bool isInterrupted);
}
