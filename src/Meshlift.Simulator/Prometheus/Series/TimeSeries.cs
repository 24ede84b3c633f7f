using Meshlift.Core.Selecting;

namespace Meshlift.Simulator.Prometheus.Series;

/// <summary>One series: a function of time between its start and its end. Nothing is stored; a sample is what the function gives at the time of a scrape.</summary>
/// <param name="labels">Its labels, the name of the metric among them.</param>
/// <param name="span">When it is there, in Unix seconds; asked each time.</param>
/// <param name="value">The value at a time within the span.</param>
internal sealed class TimeSeries(Labels labels, Func<(double Start, double End)> span, Func<double, double> value)
{
    /// <summary>The label that holds the name of the metric.</summary>
    public const string NameLabel = "__name__";

    /// <summary>Seconds between two scrapes.</summary>
    public const double ScrapeInterval = 15;

    /// <summary>More samples than these of one range are not looked at: then scrapes are skipped evenly.</summary>
    private const double MostSamples = 400;

    private Labels? _bare;

    public Labels Labels { get; } = labels;

    /// <summary>The labels without the name.</summary>
    public Labels Bare => _bare ??= Labels.With(NameLabel, null);

    /// <summary>The value at a moment; null when the series is not there.</summary>
    public double? At(double time)
    {
        var (start, end) = span();
        return time >= start && time < end ? value(time) : null;
    }

    /// <summary>The first and the last sample behind one moment and up to another, and how many there are between and with them; null for none.</summary>
    public ((double Time, double Value) First, (double Time, double Value) Last, int Count)? Ends(double after, double until)
    {
        if (Scrapes(after, until) is not var (first, last)) return null;
        return ((first, value(first)), (last, value(last)), (int)Math.Round((last - first) / ScrapeInterval) + 1);
    }

    /// <summary>The samples behind one moment and up to another.</summary>
    public IEnumerable<(double Time, double Value)> Samples(double after, double until)
    {
        if (Scrapes(after, until) is not var (first, last)) yield break;
        var step = ScrapeInterval * Math.Max(1, Math.Ceiling((last - first) / ScrapeInterval / MostSamples));
        for (var time = first; time <= last; time += step) yield return (time, value(time));
    }

    private (double First, double Last)? Scrapes(double after, double until)
    {
        var (start, end) = span();
        var first = (Math.Floor(after / ScrapeInterval) + 1) * ScrapeInterval;
        if (first < start) first = Math.Ceiling(start / ScrapeInterval) * ScrapeInterval;
        var last = Math.Floor(until / ScrapeInterval) * ScrapeInterval;
        if (last >= end) last = (Math.Ceiling(end / ScrapeInterval) - 1) * ScrapeInterval;
        return first <= last ? (first, last) : null;
    }
}
