using System.Collections.Immutable;
using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Fleet;

/// <summary>A cluster as its lists and their events tell it. A status costs what has changed since the one before: a pod, or the pods of a namespace, or all of them when who injects has changed.</summary>
/// <remarks>The status is the one that <see cref="ClusterStatus.Of"/> gives for the same objects. For one thread at a time.</remarks>
public sealed class ClusterPicture
{
    private readonly Dictionary<string, Space> _spaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Labels> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Labels> _gateways = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, KeptObjects<Resource>> _called = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _unseen = new(StringComparer.Ordinal);
    private readonly HashSet<Space> _touched = [];
    private MeshInjection? _injection;
    private ProxyJudgement? _judgement;
    private ClusterStatus? _status;

    /// <summary>A cluster of which nothing is known.</summary>
    /// <param name="cluster">Its name.</param>
    public ClusterPicture(string cluster)
    {
        Cluster = cluster;
        Pods = new(pod => Key(pod.Metadata), (before, pod) => Changed(before, pod));
        Namespaces = new(space => space.Name, Changed);
        Gateways = new(Key, ChangedGateway);
        Planes = new(plane => $"{plane.Namespace}/{plane.Name}", (before, plane) => _status = before == plane ? _status : null);
        Webhooks = Injecting();
        ConfigMaps = Injecting();
        Services = Injecting();
    }

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; }

    /// <summary>The version of its API server; empty when that is not known.</summary>
    public string Kubernetes
    {
        get;
        set
        {
            if (field != value) _status = null;
            field = value;
        }
    } = "";

    /// <summary>Its pods; those that have ended, or are about to, are passed over.</summary>
    public KeptObjects<PodItem> Pods { get; }

    /// <summary>Its namespaces.</summary>
    public KeptObjects<ObjectMetadata> Namespaces { get; }

    /// <summary>Its Gateways of the Gateway API.</summary>
    public KeptObjects<ObjectMetadata> Gateways { get; }

    /// <summary>Its control planes.</summary>
    public KeptObjects<ControlPlane> Planes { get; }

    /// <summary>Its mutating webhook configurations.</summary>
    public KeptObjects<Resource> Webhooks { get; }

    /// <summary>The ConfigMaps of its injectors, others among them.</summary>
    public KeptObjects<Resource> ConfigMaps { get; }

    /// <summary>The Services of its control planes.</summary>
    public KeptObjects<Resource> Services { get; }

    /// <summary>The Services, as <c>namespace/name</c>, that webhooks call and that are not among <see cref="Services"/>. As of the last status.</summary>
    public IEnumerable<string> Unlabelled =>
        (_injection?.Webhooks ?? []).Select(webhook => webhook.Service).OfType<string>().Distinct(StringComparer.Ordinal).Where(service => !Services.All.ContainsKey($"Service/{service}"));

    /// <summary>A Service without a label that a webhook calls.</summary>
    /// <param name="service">The Service, one of <see cref="Unlabelled"/>.</param>
    public KeptObjects<Resource> Called(string service) => _called.TryGetValue(service, out var kept) ? kept : _called[service] = Injecting();

    /// <summary>Tells what cannot be read.</summary>
    /// <param name="what">What.</param>
    /// <param name="reason">Why; null when it can.</param>
    public void Unseen(string what, string? reason)
    {
        if (_unseen.GetValueOrDefault(what) == reason) return;
        _status = null;
        if (reason is null) _unseen.Remove(what);
        else _unseen[what] = reason;
    }

    /// <summary>The cluster now. The same object as before when nothing that shows has changed.</summary>
    /// <exception cref="UserException">What its injectors say is not understood. It is asked for again once it has changed.</exception>
    public ClusterStatus Status()
    {
        if (_injection is null)
        {
            var objects = new[] { Webhooks, ConfigMaps, Services }.Concat(_called.Values).SelectMany(kept => kept.All.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value));
            _injection = MeshInjection.Read(objects.DistinctBy(resource => resource.Identity));
            _judgement = new ProxyJudgement(_injection, _labels, _gateways);
            _status = null;
            foreach (var space in _spaces.Values) Touch(space, all: true);
        }
        foreach (var space in _touched)
        {
            if (!space.Judge(_judgement!) && !space.IsOld) continue;
            _status = null;
            if (space.IsEmpty && !_labels.ContainsKey(space.Name))
            {
                _spaces.Remove(space.Name);
                continue;
            }
            space.Part = NamespacePart.Of(space.Name, _labels.GetValueOrDefault(space.Name), space.Judged);
            space.IsOld = false;
        }
        _touched.Clear();
        return _status ??= ClusterStatus.Join(Cluster, Kubernetes, Planes.All.OrderBy(plane => plane.Key, StringComparer.Ordinal).Select(plane => plane.Value), _injection.Tags, _spaces.Values.Select(space => space.Part!), [.. _unseen.Values.Order(StringComparer.Ordinal)]);
    }

    private static string Key(ObjectMetadata metadata) => $"{metadata.Namespace}/{metadata.Name}";

    private KeptObjects<Resource> Injecting() => new(resource => $"{resource.Identity.Kind}/{resource.Identity.Namespace}/{resource.Identity.Name}", (_, _) => _injection = null);

    private void Changed(PodItem? before, PodItem? pod)
    {
        var space = SpaceOf((pod ?? before)!.Metadata.Namespace);
        space.Put((pod ?? before)!.Metadata.Name, pod is { IsRunning: true } ? pod : null);
        Touch(space);
    }

    private void Changed(ObjectMetadata? before, ObjectMetadata? after)
    {
        if (before is not null && after is not null && before.Labels.Pairs.SequenceEqual(after.Labels.Pairs)) return;
        var space = SpaceOf((after ?? before)!.Name);
        if (after is null) _labels.Remove(space.Name);
        else _labels[space.Name] = after.Labels;
        space.IsOld = true;
        Touch(space, all: true);
    }

    private void ChangedGateway(ObjectMetadata? before, ObjectMetadata? after)
    {
        if (after is null) _gateways.Remove(Key(before!));
        else _gateways[Key(after)] = after.Labels;
        Touch(SpaceOf((after ?? before)!.Namespace), all: true);
    }

    private void Touch(Space space, bool all = false)
    {
        _touched.Add(space);
        if (all) space.Forget();
    }

    private Space SpaceOf(string name)
    {
        if (!_spaces.TryGetValue(name, out var space)) _spaces[name] = space = new Space(name);
        return space;
    }

    /// <summary>A namespace and its pods.</summary>
    private sealed class Space(string name)
    {
        private readonly Dictionary<string, (PodItem Pod, ProxyStatus? Judged)> _pods = new(StringComparer.Ordinal);
        private readonly HashSet<string> _open = new(StringComparer.Ordinal);

        public string Name => name;

        /// <summary>What it added to the last status.</summary>
        public NamespacePart? Part { get; set; }

        /// <summary>True when <see cref="Part"/> is to be made anew whatever the pods say.</summary>
        public bool IsOld { get; set; } = true;

        public bool IsEmpty => _pods.Count == 0;

        public IEnumerable<ProxyStatus> Judged => _pods.Values.Select(pod => pod.Judged!);

        public void Put(string pod, PodItem? item)
        {
            if (item is null)
            {
                IsOld |= _pods.Remove(pod);
                _open.Remove(pod);
                return;
            }
            IsOld |= !_pods.TryGetValue(pod, out var known);
            _pods[pod] = (item, known.Judged);
            _open.Add(pod);
        }

        /// <summary>What was said of its pods counts no more.</summary>
        public void Forget() => _open.UnionWith(_pods.Keys);

        /// <summary>Judges the pods that are not judged.</summary>
        /// <returns>True when one is not as it was.</returns>
        public bool Judge(ProxyJudgement judgement)
        {
            var isChanged = false;
            foreach (var key in _open)
            {
                var (pod, before) = _pods[key];
                var judged = judgement.Of(pod);
                if (judged == before) continue;
                _pods[key] = (pod, judged);
                isChanged = true;
            }
            _open.Clear();
            return isChanged;
        }
    }
}
