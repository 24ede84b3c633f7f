namespace Meshlift.Simulator.Prometheus.Series;

/// <summary>One istiod.</summary>
/// <param name="Name">The name of the pod.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Version">Its version.</param>
internal sealed record IstiodPod(string Name, string Namespace, string Revision, string Version)
{
    private const double PushesPerSecond = 0.5;
    private const double UsualCores = 0.05;
    private const double UsualBytes = 160 * 1024 * 1024;
    private const double BytesForProxy = 40 * 1024;

    // The seconds of istiod's own histogram (pilot/pkg/xds, monitoring.go).
    private static readonly double[] Seconds = [0.1, 0.5, 1, 3, 5, 10, 20, 30, double.PositiveInfinity];
    private IReadOnlyList<(string Metric, TimeSeries Series)>? _series;

    /// <summary>When it was ready, 0 or 1.</summary>
    public PodCount Ready { get; } = new();

    /// <summary>Its series but <c>pilot_xds</c>.</summary>
    /// <param name="scene">The cluster's.</param>
    /// <param name="proxies">How many proxies are connected to it at a time.</param>
    public IReadOnlyList<(string Metric, TimeSeries Series)> Series(Scene scene, Func<double, double> proxies) => _series ??= [.. Make(scene, proxies)];

    private IEnumerable<(string, TimeSeries)> Make(Scene scene, Func<double, double> proxies)
    {
        Course Of(MetricKind kind, double otherwise) => scene.Plan.CourseOf(kind, otherwise, scene.Cluster, Namespace, Revision);
        yield return Gauge("up", [], _ => 1);
        yield return Gauge("istio_build", [("component", "pilot"), ("tag", Version)], _ => 1);
        yield return Gauge("process_resident_memory_bytes", [], Memory);
        yield return Gauge("container_memory_working_set_bytes", [("container", "discovery")], Memory);
        yield return Counter("container_cpu_usage_seconds_total", [("container", "discovery")], MetricKind.Cpu, 1, factor => UsualCores * factor);
        yield return Counter("process_cpu_seconds_total", [], MetricKind.Cpu, 1, factor => UsualCores * factor);
        foreach (var type in (string[])["cds", "eds", "lds", "rds"]) yield return Counter("pilot_xds_pushes", [("type", type)], MetricKind.Traffic, 1, _ => PushesPerSecond);
        yield return Counter("pilot_total_xds_rejects", [], MetricKind.Rejects, 0, rate => rate);
        yield return Counter("pilot_total_xds_internal_errors", [], MetricKind.Rejects, 0, _ => 0);
        foreach (var bound in Seconds) yield return Counter("pilot_proxy_convergence_time_bucket", [("le", ProxyGroup.Bound(bound))], MetricKind.Convergence, 1, factor => PushesPerSecond * (1 - Math.Exp(-bound / (0.05 * factor))));
        yield return Counter("pilot_proxy_convergence_time_count", [], MetricKind.Convergence, 1, _ => PushesPerSecond);
        yield return Counter("pilot_proxy_convergence_time_sum", [], MetricKind.Convergence, 1, factor => PushesPerSecond * 0.05 * factor);

        double Memory(double time) => (UsualBytes + (BytesForProxy * proxies(time))) * Of(MetricKind.Memory, 1).At(time);

        (string, TimeSeries) Gauge(string metric, ReadOnlySpan<(string, string)> own, Func<double, double> value) => (metric, new TimeSeries(Labels(scene, metric, own), () => Ready.Span, value));

        (string, TimeSeries) Counter(string metric, ReadOnlySpan<(string, string)> own, MetricKind kind, double otherwise, Func<double, double> rate) => (metric, new TimeSeries(Labels(scene, metric, own), () => Ready.Span, time =>
        {
            var course = Of(kind, otherwise);
            return Scene.Sum(Ready.PodSecondsUntil, Ready.Span.Start, time, moment => rate(course.At(moment)), course);
        }));
    }

    /// <summary>The labels of a series of it.</summary>
    public Core.Selecting.Labels Labels(Scene scene, string metric, ReadOnlySpan<(string Key, string Value)> own) =>
        scene.Labels(metric, [.. own, ("job", "istiod"), ("app", "istiod"), ("namespace", Namespace), ("pod", Name), ("revision", Revision)]);
}
