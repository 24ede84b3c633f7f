using Meshlift.Core.Selecting;

namespace Meshlift.Simulator.Prometheus.Series;

/// <summary>What all series of a cluster share.</summary>
/// <param name="Cluster">The external label <c>cluster</c>.</param>
/// <param name="Seed">Decides how busy each workload is.</param>
/// <param name="Plan">What is to change.</param>
internal sealed record Scene(string Cluster, int Seed, MetricPlan Plan)
{
    /// <summary>The labels of a series.</summary>
    public Labels Labels(string metric, params ReadOnlySpan<(string Key, string Value)> labels)
    {
        var all = new List<KeyValuePair<string, string>>(labels.Length + 2) { new(TimeSeries.NameLabel, metric), new("cluster", Cluster) };
        foreach (var (key, value) in labels) all.Add(new(key, value));
        return Core.Selecting.Labels.Of(all);
    }

    /// <summary>A number from 0 to 1 that is the same for the same text and seed, on every machine.</summary>
    public double Chance(string text)
    {
        // FNV-1a, and then mixed: neighbours must not get neighbouring numbers.
        var hash = 14695981039346656037UL ^ (uint)Seed;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211UL;
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        return (hash >> 11) / (double)(1UL << 53);
    }

    /// <summary>Adds up a rate over the time of pods, where the rate is a product of courses.</summary>
    public static double Sum(Func<double, double> podSecondsUntil, double start, double until, Func<double, double> rate, params ReadOnlySpan<Course> courses)
    {
        var isSteady = true;
        foreach (var course in courses) isSteady &= course.Steps.IsEmpty;
        if (isSteady) return podSecondsUntil(until) * rate(until);
        var edges = Course.Edges(start, until, courses);
        var sum = 0.0;
        for (var i = 1; i < edges.Count; i++) sum += (podSecondsUntil(edges[i]) - podSecondsUntil(edges[i - 1])) * rate((edges[i] + edges[i - 1]) / 2);
        return sum;
    }
}
