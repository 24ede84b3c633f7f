namespace Meshlift.Simulator.Prometheus.Series;

/// <summary>How many pods of one kind there were at each time, and their time together.</summary>
internal sealed class PodCount
{
    private readonly List<(double Time, int Pods, double PodSeconds)> _steps = [];

    /// <summary>How many there are now.</summary>
    public int Now => _steps.Count == 0 ? 0 : _steps[^1].Pods;

    /// <summary>From the first pod until the last one went. A gap between is none: the counters of a workload go on where they stopped.</summary>
    public (double Start, double End) Span => _steps.Count == 0 ? (double.PositiveInfinity, 0) : (_steps[0].Time, Now == 0 ? _steps[^1].Time : double.PositiveInfinity);

    /// <summary>Adds or takes away pods at a time that is not before the last one.</summary>
    public void Add(double time, int pods)
    {
        if (_steps.Count > 0 && time <= _steps[^1].Time) _steps[^1] = _steps[^1] with { Pods = Now + pods };
        else _steps.Add((time, Now + pods, PodSecondsUntil(time)));
    }

    /// <summary>How many there were at a time.</summary>
    public int At(double time) => Find(time) is >= 0 and var index ? _steps[index].Pods : 0;

    /// <summary>The sum of the times that each pod had been there, in seconds.</summary>
    public double PodSecondsUntil(double time) => Find(time) is >= 0 and var index ? _steps[index].PodSeconds + (_steps[index].Pods * (time - _steps[index].Time)) : 0;

    private int Find(double time)
    {
        var (low, high) = (0, _steps.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_steps[middle].Time <= time) low = middle + 1;
            else high = middle - 1;
        }
        return high;
    }
}
