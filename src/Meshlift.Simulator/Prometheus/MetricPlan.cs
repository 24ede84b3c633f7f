using System.Collections.Immutable;

namespace Meshlift.Simulator.Prometheus;

/// <summary>What a change of the metrics is about.</summary>
public enum MetricKind
{
    /// <summary>The share of requests that are answered 503, from 0 to 1.</summary>
    Errors,

    /// <summary>How many times as many requests.</summary>
    Traffic,

    /// <summary>How many times as long requests take.</summary>
    Latency,

    /// <summary>How many times as much memory istiod uses.</summary>
    Memory,

    /// <summary>How many times as much CPU istiod uses.</summary>
    Cpu,

    /// <summary>How many times as long a push takes to reach the proxies.</summary>
    Convergence,

    /// <summary>How many pushes are rejected by proxies, per second and istiod.</summary>
    Rejects,

    /// <summary>How many times as many series there are.</summary>
    Cardinality,
}

/// <summary>Metrics that are otherwise for a time.</summary>
/// <param name="Kind">What changes.</param>
/// <param name="Value">What it is then.</param>
public sealed record MetricChange(MetricKind Kind, double Value)
{
    /// <summary>The start, included.</summary>
    public DateTimeOffset From { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The end, excluded.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>The cluster; null for all.</summary>
    public string? Cluster { get; init; }

    /// <summary>The namespace of the pods; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>The revision of the proxies, or of istiod; null for all.</summary>
    public string? Revision { get; init; }
}

/// <summary>What the metrics of a fleet are to show, over time. Where changes of a kind overlap, the one that was added last counts.</summary>
public sealed class MetricPlan
{
    private ImmutableArray<MetricChange> _changes = [];

    /// <summary>Adds a change. May be called at any time, from any thread; one that begins in the past changes what has been counted since.</summary>
    public void Add(MetricChange change) => ImmutableInterlocked.Update(ref _changes, changes => changes.Add(change));

    /// <summary>What holds for pods, in steps.</summary>
    internal Course CourseOf(MetricKind kind, double otherwise, string cluster, string @namespace, string revision) => _changes is { IsEmpty: true } ? new(otherwise, []) : new(
        otherwise,
        [
            .. _changes.Where(change => change.Kind == kind && (change.Cluster ?? cluster) == cluster && (change.Namespace ?? @namespace) == @namespace && (change.Revision ?? revision) == revision)
                .Select(change => (Seconds(change.From), Seconds(change.Until), change.Value)),
        ]);

    internal static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;
}

/// <summary>A value that changes in steps.</summary>
/// <param name="Otherwise">The value outside all steps.</param>
/// <param name="Steps">The steps, in Unix seconds; later ones come before earlier ones.</param>
internal sealed record Course(double Otherwise, ImmutableArray<(double From, double Until, double Value)> Steps)
{
    public double At(double time)
    {
        for (var i = Steps.Length - 1; i >= 0; i--)
            if (time >= Steps[i].From && time < Steps[i].Until) return Steps[i].Value;
        return Otherwise;
    }

    /// <summary>The moments within a span at which the value may change, and both ends.</summary>
    public static List<double> Edges(double from, double until, params ReadOnlySpan<Course> courses)
    {
        var edges = new List<double> { from, until };
        foreach (var course in courses)
            foreach (var (start, end, _) in course.Steps)
            {
                if (start > from && start < until) edges.Add(start);
                if (end > from && end < until) edges.Add(end);
            }
        if (edges.Count > 2) edges.Sort();
        return edges;
    }
}
