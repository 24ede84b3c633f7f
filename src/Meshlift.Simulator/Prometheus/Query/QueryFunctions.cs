using Meshlift.Core.Selecting;
using Meshlift.Simulator.Prometheus.Series;

namespace Meshlift.Simulator.Prometheus.Query;

/// <summary>The functions that are known.</summary>
internal static class QueryFunctions
{
    /// <summary>Their names and how many arguments each takes.</summary>
    public static IReadOnlyDictionary<string, int> Known { get; } = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["rate"] = 1, ["irate"] = 1, ["increase"] = 1, ["delta"] = 1, ["avg_over_time"] = 1, ["max_over_time"] = 1, ["min_over_time"] = 1,
        ["vector"] = 1, ["scalar"] = 1, ["absent"] = 1, ["abs"] = 1, ["clamp"] = 3, ["clamp_min"] = 2, ["clamp_max"] = 2, ["histogram_quantile"] = 2,
    };

    /// <summary>True for a function of a range.</summary>
    public static bool IsOfRange(string name) => name is "rate" or "irate" or "increase" or "delta" || name.EndsWith("_over_time", StringComparison.Ordinal);

    /// <summary>A function of one series over a range; null when there are too few samples.</summary>
    /// <param name="name">The function.</param>
    /// <param name="series">The series.</param>
    /// <param name="start">The start of the range, excluded.</param>
    /// <param name="end">Its end.</param>
    public static double? OverRange(string name, TimeSeries series, double start, double end)
    {
        switch (name)
        {
            case "rate":
                return Extrapolated(series, start, end, isCounter: true) / (end - start);
            case "increase":
                return Extrapolated(series, start, end, isCounter: true);
            case "delta":
                return Extrapolated(series, start, end, isCounter: false);
            case "irate":
                if (series.Ends(start, end) is not (_, var last, >= 2)) return null;
                var before = series.At(last.Time - TimeSeries.ScrapeInterval);
                return (last.Value - before) / TimeSeries.ScrapeInterval;
        }
        var values = series.Samples(start, end).Select(sample => sample.Value).ToList();
        if (values.Count == 0) return null;
        return name switch { "avg_over_time" => values.Average(), "max_over_time" => values.Max(), _ => values.Min() };
    }

    /// <summary>The change over a whole range, from what lies within it (prometheus, promql/functions.go, extrapolatedRate). Counters here never begin anew, so their ends tell everything.</summary>
    private static double? Extrapolated(TimeSeries series, double start, double end, bool isCounter)
    {
        if (series.Ends(start, end) is not (var first, var last, >= 2 and var count)) return null;
        var change = last.Value - first.Value;
        var sampled = last.Time - first.Time;
        var average = sampled / (count - 1);
        var toStart = first.Time - start;
        if (toStart >= average * 1.1) toStart = average / 2;
        // A counter was not below zero before its first sample.
        if (isCounter && change > 0 && first.Value >= 0) toStart = Math.Min(toStart, sampled * (first.Value / change));
        var toEnd = end - last.Time;
        if (toEnd >= average * 1.1) toEnd = average / 2;
        return change * (sampled + toStart + toEnd) / sampled;
    }

    /// <summary>A quantile of each histogram among the buckets.</summary>
    public static List<Sample> Quantile(double quantile, List<Sample> buckets) =>
    [
        .. buckets.Where(bucket => Bound(bucket) is not null)
            .GroupBy(bucket => bucket.Labels.With("le", null).With(TimeSeries.NameLabel, null), LabelsEquality.Instance)
            .Select(histogram => new Sample(histogram.Key, Quantile(quantile, [.. histogram.Select(bucket => (Bound(bucket)!.Value, bucket.Value)).OrderBy(bucket => bucket.Item1)]))),
    ];

    // Prometheus, promql/quantile.go, bucketQuantile.
    private static double Quantile(double quantile, (double Bound, double Count)[] buckets)
    {
        if (double.IsNaN(quantile) || buckets.Length < 2 || !double.IsPositiveInfinity(buckets[^1].Bound)) return double.NaN;
        if (quantile is < 0 or > 1) return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        for (var i = 1; i < buckets.Length; i++) buckets[i].Count = Math.Max(buckets[i].Count, buckets[i - 1].Count);
        var total = buckets[^1].Count;
        if (total <= 0) return double.NaN;
        var rank = quantile * total;
        var index = Array.FindIndex(buckets, bucket => bucket.Count >= rank);
        if (index == buckets.Length - 1) return buckets[^2].Bound;
        if (index == 0 && buckets[0].Bound <= 0) return buckets[0].Bound;
        var (start, below) = index == 0 ? (0, 0) : buckets[index - 1];
        return start + ((buckets[index].Bound - start) * ((rank - below) / (buckets[index].Count - below)));
    }

    private static double? Bound(Sample bucket) => bucket.Labels["le"] switch
    {
        "+Inf" => double.PositiveInfinity,
        { } text when double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var bound) => bound,
        _ => null,
    };
}

/// <summary>Labels by their content.</summary>
internal sealed class LabelsEquality : IEqualityComparer<Labels>
{
    public static LabelsEquality Instance { get; } = new();

    public bool Equals(Labels? x, Labels? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Pairs.AsSpan().SequenceEqual(y.Pairs.AsSpan()));

    public int GetHashCode(Labels obj)
    {
        var hash = new HashCode();
        foreach (var (key, value) in obj.Pairs)
        {
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value, StringComparer.Ordinal);
        }
        return hash.ToHashCode();
    }
}
