using Meshlift.Core.Fleet;
using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;

namespace Meshlift.Simulator.Prometheus.Series;

/// <summary>The series of one cluster, kept true to its pods.</summary>
/// <remarks>Used under <see cref="_gate"/>, which is taken within the store's gate and never the other way round.</remarks>
internal sealed class ClusterSeries
{
    // How many series of its own a proxy has in reality, where labels are not reduced.
    private const double SeriesOfProxy = 120;
    private static readonly ItemReader<PodItem> Reader = PodItem.Reader(PodReading.Annotations);
    private readonly Scene _scene;
    private readonly TimeProvider _time;
    private readonly Lock _gate;
    private readonly StringPool _strings = new();
    private readonly Dictionary<(string, string), Watched> _pods = [];
    private readonly Dictionary<GroupKey, ProxyGroup> _groups = [];
    private readonly List<IstiodPod> _istiods = [];
    private readonly TimeSeries _head;

    /// <param name="cluster">The cluster.</param>
    /// <param name="plan">What is to change.</param>
    /// <param name="past">How long what is there now has been there.</param>
    /// <param name="gate">Held by whoever reads.</param>
    public ClusterSeries(SimulatedCluster cluster, MetricPlan plan, TimeSpan past, Lock gate)
    {
        (_scene, _time, _gate) = (new Scene(cluster.Settings.Name, cluster.Settings.Seed, plan), cluster.Settings.Time, gate);
        var begin = Now - past.TotalSeconds;
        lock (cluster.Store.Gate)
        {
            lock (_gate)
                foreach (var pod in cluster.Store.Read(SimulatedCluster.Pods).Items) Change(null, pod, begin);
            cluster.Store.Subscribe(OnChanged);
        }
        _head = new TimeSeries(
            _scene.Labels("prometheus_tsdb_head_series", ("job", "prometheus")), () => (begin, double.PositiveInfinity),
            time => Math.Round((1000 + (SeriesOfProxy * Proxies(time, null, null))) * plan.CourseOf(MetricKind.Cardinality, 1, _scene.Cluster, "", "").At(time)));
    }

    private double Now => MetricPlan.Seconds(_time.GetUtcNow());

    /// <summary>The series of a metric.</summary>
    /// <param name="metric">Its name; null for all there are.</param>
    public IEnumerable<TimeSeries> Of(string? metric)
    {
        foreach (var group in _groups.Values)
            foreach (var series in group.Series(metric)) yield return series;
        foreach (var istiod in _istiods)
        {
            foreach (var (name, series) in istiod.Series(_scene, time => Proxies(time, istiod.Revision, null) / Siblings(istiod, time)))
                if (metric is null || name == metric) yield return series;
            if (metric is not (null or "pilot_xds")) continue;
            foreach (var version in _groups.Keys.Where(key => key.Revision == istiod.Revision).Select(key => key.Version).Distinct(StringComparer.Ordinal))
                yield return new TimeSeries(istiod.Labels(_scene, "pilot_xds", [("version", version)]), () => istiod.Ready.Span, time => Proxies(time, istiod.Revision, version) / Siblings(istiod, time));
        }
        if (metric is null or "prometheus_tsdb_head_series") yield return _head;
        foreach (var pod in _pods.Values)
            foreach (var series in pod.Series(_scene, metric)) yield return series;
    }

    private double Siblings(IstiodPod istiod, double time) => Math.Max(1, _istiods.Where(other => other.Revision == istiod.Revision).Sum(other => other.Ready.At(time)));

    private double Proxies(double time, string? revision, string? version) =>
        _groups.Values.Where(group => (revision ?? group.Key.Revision) == group.Key.Revision && (version ?? group.Key.Version) == group.Key.Version).Sum(group => group.Pods.At(time));

    private void OnChanged(StoreEvent change)
    {
        if (change.Key != SimulatedCluster.Pods) return;
        lock (_gate) Change(change.Before, change.After, Now);
    }

    private void Change(StoredObject? before, StoredObject? after, double now)
    {
        var item = (after ?? before)!;
        var id = (item.Namespace, item.Name);
        var watched = _pods.GetValueOrDefault(id);
        if (after is null)
        {
            watched?.SetReady(false, now);
            _pods.Remove(id);
            return;
        }
        var pod = Reader(after.Utf8.Span, _strings);
        if (watched is null || watched.Uid != after.Uid)
        {
            watched?.SetReady(false, now);
            _pods[id] = watched = new Watched(pod, GroupOf(pod), IstiodOf(pod), after.Uid, now);
        }
        watched.SetReady(pod.Ready, now);
    }

    private ProxyGroup? GroupOf(PodItem pod)
    {
        if (PodReading.Proxy(pod) is not { } proxy) return null;
        var workload = PodReading.WorkloadOf(pod).Name;
        var labels = pod.Metadata.Labels;
        var key = new GroupKey(
            pod.Metadata.Namespace, workload, labels["service.istio.io/canonical-name"] ?? labels["app"] ?? workload, labels["service.istio.io/canonical-revision"] ?? labels["version"] ?? "latest",
            PodReading.RoleOf(pod, hasProxy: true), PodReading.RevisionOf(pod) ?? "default", PodReading.VersionOf(proxy.Container.Image)?.ToString() ?? "unknown");
        if (!_groups.TryGetValue(key, out var group)) _groups[key] = group = new ProxyGroup(_scene, key);
        return group;
    }

    private IstiodPod? IstiodOf(PodItem pod)
    {
        if (pod.Metadata.Labels["app"] != "istiod" || pod.Containers.FirstOrDefault(container => container.Name == "discovery") is not { Image: { } image }) return null;
        var istiod = new IstiodPod(pod.Metadata.Name, pod.Metadata.Namespace, pod.Metadata.Labels[InjectionLabels.Revision] ?? "default", PodReading.VersionOf(image)?.ToString() ?? "unknown");
        _istiods.Add(istiod);
        return istiod;
    }

    /// <summary>A pod that is there.</summary>
    private sealed class Watched(PodItem pod, ProxyGroup? group, IstiodPod? istiod, string uid, double since)
    {
        private readonly PodCount _ready = new();
        private readonly (string Namespace, string Name) _id = (pod.Metadata.Namespace, pod.Metadata.Name);
        private TimeSeries? _isReady;
        private TimeSeries? _isNotReady;
        private TimeSeries? _up;
        private TimeSeries? _build;

        public string Uid => uid;

        public void SetReady(bool isReady, double now)
        {
            var change = (isReady ? 1 : 0) - _ready.Now;
            if (change == 0) return;
            _ready.Add(now, change);
            group?.Pods.Add(now, change);
            istiod?.Ready.Add(now, change);
        }

        /// <summary>Its series of a metric; of all for null. They are made when they are first asked for.</summary>
        public IEnumerable<TimeSeries> Series(Scene scene, string? metric)
        {
            if (metric is null or "kube_pod_status_ready")
            {
                yield return _isReady ??= Readiness(scene, isTrue: true);
                yield return _isNotReady ??= Readiness(scene, isTrue: false);
            }
            if (group is null) yield break;
            if (metric is null or "up") yield return _up ??= new TimeSeries(scene.Labels("up", ("job", "envoy-stats"), ("namespace", _id.Namespace), ("pod", _id.Name)), () => _ready.Span, _ => 1);
            if (metric is null or "istio_build")
                yield return _build ??= new TimeSeries(
                    scene.Labels("istio_build", ("component", "proxy"), ("tag", group.Key.Version), ("namespace", _id.Namespace), ("pod", _id.Name), ("revision", group.Key.Revision)), () => _ready.Span, _ => 1);
        }

        private TimeSeries Readiness(Scene scene, bool isTrue) => new(
            scene.Labels("kube_pod_status_ready", ("namespace", _id.Namespace), ("pod", _id.Name), ("condition", isTrue ? "true" : "false")),
            () => (since, double.PositiveInfinity), time => (_ready.At(time) > 0) == isTrue ? 1 : 0);
    }
}
