using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Configuration;
using Meshlift.Core.Restarting;
using Meshlift.Engine.Restarting;

namespace Meshlift.CommandLine.Output;

/// <summary>Restarts on a terminal: what has happened in lines, and below them a bar for each workload in flight, with counts and the time that is left.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="columns">Its width.</param>
/// <param name="lines">Prints what stays.</param>
/// <param name="plans">The plans, in the order of the clusters.</param>
/// <param name="parallelism">How many are restarted at once.</param>
internal sealed class RestartScreen(TextWriter terminal, Func<int> columns, RestartLines lines, ImmutableArray<ClusterRestartPlan> plans, int parallelism) : IRestartView
{
    private const int BarWidth = 20;

    // xterm's control sequences: so many lines up, and away with all below.
    private const string ClearBelow = "\e[J";

    private readonly SortedDictionary<string, RestartEvent> _inFlight = new(StringComparer.Ordinal);
    private readonly List<(string Cluster, PlannedRestart Restart)> _open = [.. plans.SelectMany(plan => plan.Restarts.Where(one => one.IsRestart).Select(one => (plan.Cluster, one)))];
    private readonly Dictionary<string, DateTimeOffset> _begun = new(StringComparer.Ordinal);
    private TimeSpan _took;
    private TimeSpan _estimated;
    private int _drawn;

    /// <inheritdoc/>
    public void Plan() => lines.Plan();

    /// <inheritdoc/>
    public void Tell(RestartEvent happened)
    {
        Clear();
        if (happened.Kind != RestartEventKind.Progressed) lines.Tell(happened);
        if (happened.Restart is { } restart) Note($"{happened.Cluster} {restart.Workload}", restart, happened);
        Draw();
    }

    /// <inheritdoc/>
    public void End(ImmutableArray<RestartReport> reports, bool isInterrupted)
    {
        Clear();
        lines.End(reports, isInterrupted);
    }

    private void Note(string key, PlannedRestart restart, RestartEvent happened)
    {
        if (happened.Kind is RestartEventKind.Started or RestartEventKind.Followed) _begun[key] = happened.Time;
        if (happened.Kind is RestartEventKind.Started or RestartEventKind.Followed or RestartEventKind.Progressed)
        {
            _inFlight[key] = happened;
            return;
        }
        if (happened.Kind == RestartEventKind.Waits) return;
        _inFlight.Remove(key);
        _open.Remove((happened.Cluster, restart));
        if (happened.Kind != RestartEventKind.Done || !_begun.TryGetValue(key, out var begun)) return;
        (_took, _estimated) = (_took + (happened.Time - begun), _estimated + restart.Estimate);
    }

    private void Draw()
    {
        var width = columns();
        foreach (var (key, state) in _inFlight)
        {
            var full = state.Wanted <= 0 ? 0 : (int)(BarWidth * Math.Clamp(state.Done, 0, state.Wanted) / state.Wanted);
            Line(string.Create(CultureInfo.InvariantCulture, $"[{new string('#', full)}{new string('.', BarWidth - full)}] {state.Done}/{state.Wanted} {key}  {(state.Kind == RestartEventKind.Progressed ? state.Reason : "")}"), width);
        }
        var all = plans.Sum(plan => plan.Restarts.Count(one => one.IsRestart));
        // What was done so far tells how far the rule of thumb is off.
        var scale = _estimated > TimeSpan.Zero ? _took / _estimated : 1;
        var left = _open.GroupBy(one => one.Cluster, StringComparer.Ordinal).Aggregate(TimeSpan.Zero, (sum, cluster) => sum + RestartEstimate.Of(cluster.Select(one => one.Restart), parallelism)) * scale;
        Line(string.Create(CultureInfo.InvariantCulture, $"{all - _open.Count} of {all} through, {_inFlight.Count} in flight, about {Duration.Format(left)} left"), width);
        terminal.Flush();
    }

    private void Line(string text, int width)
    {
        var shown = Redaction.WithoutControls(text).TrimEnd();
        terminal.Write((shown.Length > width - 1 ? shown[..(width - 1)] : shown) + "\r\n");
        _drawn++;
    }

    private void Clear()
    {
        if (_drawn > 0) terminal.Write(string.Create(CultureInfo.InvariantCulture, $"\e[{_drawn}A\r{ClearBelow}"));
        _drawn = 0;
    }
}
