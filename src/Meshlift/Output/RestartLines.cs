using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Restarting;
using Meshlift.Engine.Restarting;

namespace Meshlift.CommandLine.Output;

/// <summary>Restarts, for people: the plan as a table, then a line for each thing that happens, then what became of it.</summary>
/// <param name="output">Where to.</param>
/// <param name="plans">The plans, in the order of the clusters.</param>
/// <param name="parallelism">How many are restarted at once.</param>
internal sealed class RestartLines(TextWriter output, ImmutableArray<ClusterRestartPlan> plans, int parallelism) : IRestartView
{
    /// <inheritdoc/>
    public void Plan()
    {
        var table = new TextTable("CLUSTER", "WAVE", "NAMESPACE", "WORKLOAD", "PODS", "STALE", "RESTART", "REASON");
        foreach (var (cluster, restart) in plans.SelectMany(plan => plan.Restarts.Select(one => (plan.Cluster, one))))
            table.Add(
                cluster, restart.Wave.Length == 0 ? "-" : restart.Wave, restart.Workload.Namespace, restart.Workload.Name.ToString(), StatusOutput.Number(restart.Pods), StatusOutput.Number(restart.Stale),
                Word(restart), restart.Hold.Length == 0 ? restart.Reason : $"{restart.Reason}; {restart.Hold}");
        table.Write(output);
        var due = plans.SelectMany(plan => plan.Restarts).Where(one => one.IsRestart).ToList();
        var estimate = plans.Aggregate(TimeSpan.Zero, (sum, plan) => sum + RestartEstimate.Of(plan.Restarts, parallelism));
        output.WriteLine(due.Count == 0
            ? "nothing is to be restarted"
            : $"{Counted.Of(due.Count, "workload")}, {Counted.Of(due.Sum(one => one.Pods), "pod")}, {StatusOutput.Number(parallelism)} at a time: about {Duration.Format(estimate)}, if a pod needs {Duration.Format(RestartEstimate.PerPod)} to become ready");
    }

    /// <inheritdoc/>
    public void Tell(RestartEvent happened) => output.WriteLine(Redaction.WithoutControls(Text(happened)));

    /// <inheritdoc/>
    public void End(ImmutableArray<RestartReport> reports, bool isInterrupted)
    {
        var results = reports.SelectMany(report => report.Results.Select(result => (report.Cluster, Result: result))).ToList();
        if (results.Count == 0) return;
        var table = new TextTable("CLUSTER", "NAMESPACE", "WORKLOAD", "RESULT", "TOOK", "REASON");
        foreach (var (cluster, result) in results)
            table.Add(cluster, result.Restart.Workload.Namespace, result.Restart.Workload.Name.ToString(), Word(result.Outcome), result.Took == TimeSpan.Zero ? "-" : Duration.Format(result.Took), result.Reason);
        output.WriteLine();
        table.Write(output);
        output.WriteLine(Summary([.. results.Select(one => one.Result)]) + (isInterrupted ? "; interrupted: what rolls goes on, and is followed when this is run again" : ""));
    }

    /// <summary>An event in a line.</summary>
    internal static string Text(RestartEvent happened)
    {
        var what = happened.Restart is { } restart ? $" {restart.Workload}" : "";
        var word = happened.Kind == RestartEventKind.Progressed ? string.Create(CultureInfo.InvariantCulture, $"{happened.Done}/{happened.Wanted}") : Word(happened.Kind);
        return $"{StatusOutput.Time(happened.Time)} {happened.Cluster}{what} {word}{(happened.Reason.Length == 0 ? "" : $": {StatusOutput.FirstLine(happened.Reason)}")}";
    }

    /// <summary>What became of all of them, in a line.</summary>
    internal static string Summary(IReadOnlyCollection<RestartResult> results) => string.Join(", ", Enum.GetValues<RestartOutcome>()
        .Select(outcome => (Outcome: outcome, Count: results.Count(result => result.Outcome == outcome))).Where(one => one.Count > 0).Select(one => $"{StatusOutput.Number(one.Count)} {Word(one.Outcome)}"));

    internal static string Word(PlannedRestart restart) => restart.Standing switch
    {
        RestartStanding.Stale => restart.Hold.Length == 0 ? "yes" : "waits",
        RestartStanding.UnderWay => "under way",
        RestartStanding.Refused => "refused",
        _ => "no",
    };

    internal static string Word(RestartOutcome outcome) => outcome switch
    {
        RestartOutcome.InFlight => "in flight",
        RestartOutcome.NeedsNothing => "needs nothing",
        RestartOutcome.NotStarted => "not started",
        _ => StatusOutput.Word(outcome),
    };

    private static string Word(RestartEventKind kind) => kind switch
    {
        RestartEventKind.Started => "restarted",
        RestartEventKind.NeedsNothing => "needs nothing",
        RestartEventKind.NotStarted => "not started",
        RestartEventKind.Lost => "cannot be followed",
        RestartEventKind.Found => "is followed again",
        _ => StatusOutput.Word(kind),
    };
}
