using Meshlift.Core.Fleet;

namespace Meshlift.Simulator.Prometheus.Series;

/// <summary>Proxies that do the same: those of one workload, injected by one revision in one version.</summary>
/// <param name="Namespace">The namespace of the pods.</param>
/// <param name="Workload">The name of what makes them.</param>
/// <param name="Application">Their canonical name.</param>
/// <param name="Edition">Their canonical revision.</param>
/// <param name="Role">What the proxies are for.</param>
/// <param name="Revision">Who injected them.</param>
/// <param name="Version">Their version.</param>
internal readonly record struct GroupKey(string Namespace, string Workload, string Application, string Edition, ProxyRole Role, string Revision, string Version);

/// <summary>The traffic of a group, as its proxies count it.</summary>
internal sealed class ProxyGroup(Scene scene, GroupKey key)
{
    /// <summary>The share of requests that fail when nothing is wrong.</summary>
    private const double UsualErrors = 0.0002;

    private const string RequestsTotal = "istio_requests_total";
    private const string Duration = "istio_request_duration_milliseconds";

    // The buckets of Istio's own histogram, in milliseconds (proxy, stats filter), every second one.
    private static readonly double[] Milliseconds = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, double.PositiveInfinity];
    private IReadOnlyList<(string Metric, TimeSeries Series)>? _requests;
    private IReadOnlyList<(string Metric, TimeSeries Series)>? _durations;

    public GroupKey Key { get; } = key;

    /// <summary>The ready pods.</summary>
    public PodCount Pods { get; } = new();

    /// <summary>Its series of a metric; of all for null. They are made when they are first asked for.</summary>
    public IEnumerable<TimeSeries> Series(string? metric)
    {
        if (Key.Role != ProxyRole.Sidecar) return [];
        var requests = metric is null or RequestsTotal ? _requests ??= [.. Requests()] : [];
        var durations = metric?.StartsWith(Duration, StringComparison.Ordinal) != false ? _durations ??= [.. Durations()] : [];
        return requests.Concat(durations).Where(one => metric is null || one.Metric == metric).Select(one => one.Series);
    }

    private string Name => $"{Key.Namespace}/{Key.Workload}";

    private IEnumerable<(string, TimeSeries)> Requests()
    {
        foreach (var reporter in (string[])["destination", "source"])
        {
            yield return Counter(RequestsTotal, [("response_code", "200"), ("response_flags", "-")], reporter, MetricKind.Errors, UsualErrors, errors => 1 - errors);
            yield return Counter(RequestsTotal, [("response_code", "503"), ("response_flags", "UF")], reporter, MetricKind.Errors, UsualErrors, errors => errors);
        }
    }

    private IEnumerable<(string, TimeSeries)> Durations()
    {
        var usual = 2 + (scene.Chance(Name + " latency") * 40);
        foreach (var bound in Milliseconds)
            yield return Counter(Duration + "_bucket", [("le", Bound(bound)), ("response_code", "200")], "destination", MetricKind.Latency, 1, latency => 1 - Math.Exp(-bound / (usual * latency)));
        yield return Counter(Duration + "_count", [("response_code", "200")], "destination", MetricKind.Latency, 1, _ => 1);
        yield return Counter(Duration + "_sum", [("response_code", "200")], "destination", MetricKind.Latency, 1, latency => usual * latency);
    }

    /// <summary>The text of a bucket's bound.</summary>
    public static string Bound(double bound) => double.IsPositiveInfinity(bound) ? "+Inf" : bound.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private (string, TimeSeries) Counter(string metric, ReadOnlySpan<(string, string)> own, string reporter, MetricKind kind, double otherwise, Func<double, double> share)
    {
        var rate = 1 + Math.Floor(scene.Chance(Name) * 50);
        var labels = scene.Labels(metric,
        [
            .. own, ("reporter", reporter), ("namespace", Key.Namespace), ("revision", Key.Revision), ("request_protocol", "http"), ("connection_security_policy", "mutual_tls"),
            ("source_workload", "istio-ingressgateway"), ("source_workload_namespace", "istio-ingress"), ("destination_workload", Key.Workload), ("destination_workload_namespace", Key.Namespace),
            ("destination_canonical_service", Key.Application), ("destination_canonical_revision", Key.Edition), ("destination_version", Key.Edition),
            ("destination_service", $"{Key.Application}.{Key.Namespace}.svc.cluster.local"), ("destination_service_name", Key.Application), ("destination_service_namespace", Key.Namespace),
        ]);
        return (metric, new TimeSeries(labels, () => Pods.Span, time =>
        {
            var (traffic, other) = (Course(MetricKind.Traffic, 1), Course(kind, otherwise));
            return Scene.Sum(Pods.PodSecondsUntil, Pods.Span.Start, time, moment => rate * traffic.At(moment) * share(other.At(moment)), traffic, other);
        }));
    }

    private Course Course(MetricKind kind, double otherwise) => scene.Plan.CourseOf(kind, otherwise, scene.Cluster, Key.Namespace, Key.Revision);
}
