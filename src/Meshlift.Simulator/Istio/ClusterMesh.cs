using System.Text.Json.Nodes;
using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;
using Meshlift.Yaml;

namespace Meshlift.Simulator.Istio;

/// <summary>The control planes of a cluster as its objects describe them now. Read once, and again after one of those objects has changed.</summary>
/// <remarks>Used under the store's gate only.</remarks>
internal sealed class ClusterMesh
{
    internal static readonly ResourceKey Deployments = new("apps", "deployments");
    private static readonly ResourceKey Webhooks = new("admissionregistration.k8s.io", "mutatingwebhookconfigurations");
    private static readonly ResourceKey ConfigMaps = new("", "configmaps");
    private static readonly ResourceKey Services = new("", "services");
    private static readonly ResourceKey Nodes = new("", "nodes");
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<string, string?> _outages = new(StringComparer.Ordinal);
    private HashSet<string> _systems = new(StringComparer.Ordinal);
    private (MeshInjection Injection, Dictionary<string, ControlPlane> Planes)? _read;
    private List<string>? _kubelets;

    public ClusterMesh(SimulatedCluster cluster)
    {
        _cluster = cluster;
        cluster.Store.Subscribe(change =>
        {
            if (change.Key == Nodes) _kubelets = null;
            if (Concerns(change)) _read = null;
        });
    }

    /// <summary>Who injects what. Webhooks that nobody answers and that may fail are left out, as the API server passes over them.</summary>
    /// <exception cref="Core.UserException">A selector or an injector's configuration is none.</exception>
    public MeshInjection Injection => (_read ??= Read()).Injection;

    /// <summary>The versions of the nodes; that of the cluster while it has none.</summary>
    public IEnumerable<string> Kubelets
    {
        get
        {
            _kubelets ??= [.. _cluster.Store.Read(Nodes).Items.Select(node => node.ToJson().At("status.nodeInfo.kubeletVersion").AsText()).OfType<string>()];
            return _kubelets.Count > 0 ? _kubelets : [_cluster.Settings.KubernetesVersion];
        }
    }

    /// <summary>A revision's istiod; null while its injector's ConfigMap is not there.</summary>
    public ControlPlane? PlaneOf(string? revision) => revision is null ? null : (_read ??= Read()).Planes.GetValueOrDefault(revision);

    /// <summary>Why nobody answers at a Service, in the API server's words; null when somebody does.</summary>
    /// <param name="service">As <c>namespace/name</c>.</param>
    public string? OutageOf(string service)
    {
        if (!_outages.TryGetValue(service, out var outage)) _outages[service] = outage = FindOutage(service);
        return outage;
    }

    /// <summary>The labels of a namespace; null when it is not there.</summary>
    public Labels? NamespaceLabels(string name) => _cluster.Store.Find(SimulatedCluster.Namespaces, "", name) is { } space ? Labels.Of(space.Labels) : null;

    /// <summary>Whether a change can change who injects what.</summary>
    public bool Concerns(StoreEvent change)
    {
        var item = change.Object;
        if (change.Key == Webhooks) return true;
        if (change.Key == ConfigMaps) return InjectorConfig.IsInjector(new ResourceIdentity("", "ConfigMap", item.Namespace, item.Name));
        if (change.Key == Services) return _systems.Contains(item.Namespace) || item.Label(InjectionLabels.Tag) is not null || change.Before?.Label(InjectionLabels.Tag) is not null;
        return change.Key == Deployments && item.Label("app") == "istiod";
    }

    /// <summary>An object in the form in which Core reads manifests.</summary>
    public static Resource ResourceOf(StoredObject item, string kind, string group) => new(new ResourceIdentity(group, kind, item.Namespace, item.Name), (YamlMapping)JsonNodes.Read(item.Utf8.Span), item.Name);

    private (MeshInjection, Dictionary<string, ControlPlane>) Read()
    {
        _outages.Clear();
        var planes = new Dictionary<string, ControlPlane>(StringComparer.Ordinal);
        var webhooks = _cluster.Store.Read(Webhooks).Items.Select(item => item.ToJson()).ToList();
        var called = webhooks.SelectMany(configuration => configuration.Items("webhooks").OfType<JsonObject>()).Select(webhook => webhook.At("clientConfig.service")).OfType<JsonObject>();
        _systems = called.Select(service => service.Text("namespace") ?? "").ToHashSet(StringComparer.Ordinal);
        foreach (var configuration in webhooks)
            if (configuration["webhooks"] is JsonArray list)
                foreach (var webhook in list.OfType<JsonObject>().Where(IsPassedOver).ToList())
                    list.Remove(webhook);
        var injectors = _cluster.Store.Read(ConfigMaps).Items.Where(item => InjectorConfig.IsInjector(new ResourceIdentity("", "ConfigMap", item.Namespace, item.Name))).ToList();
        foreach (var item in injectors)
            if (InjectorConfig.Read(ResourceOf(item, "ConfigMap", "")) is { } injector)
                planes[injector.Revision] = new ControlPlane(injector, item.Namespace, ControlPlane.ReadValues(item.ToJson().At("data.values").AsText()), NativeSetting(item.Namespace, injector.Revision));
        var injection = MeshInjection.Read(
        [
            .. webhooks.Select(json => new Resource(new("admissionregistration.k8s.io", "MutatingWebhookConfiguration", "", json.At("metadata.name").AsText()!), (YamlMapping)JsonNodes.Read(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())), "")),
            .. injectors.Select(item => ResourceOf(item, "ConfigMap", "")),
            .. _cluster.Store.Read(Services).Items.Where(item => _systems.Contains(item.Namespace) || item.Label(InjectionLabels.Tag) is not null).Select(item => ResourceOf(item, "Service", "")),
        ]);
        return (injection, planes);
    }

    private bool IsPassedOver(JsonObject webhook) =>
        webhook.Text("failurePolicy") == "Ignore" && webhook.At("clientConfig.service") is JsonObject service && OutageOf($"{service.Text("namespace")}/{service.Text("name")}") is not null;

    private string? FindOutage(string service)
    {
        var (space, name) = service.Split('/') is [var first, var second] ? (first, second) : ("", service);
        if (_cluster.Store.Find(Services, space, name) is not { } found) return $"service \"{name}\" not found";
        var selector = ((JsonObject?)found.ToJson()["spec"])?.Pairs("selector").ToList() ?? [];
        if (selector.Count == 0) return null;
        // Where nothing plays the controllers no Deployment has a status, and nothing is known against it.
        var reported = _cluster.Store.Read(Deployments).From(space, null).Select(item => item.ToJson())
            .Where(json => json.At("spec.template.metadata.labels") is JsonObject labels && selector.All(pair => labels.Text(pair.Key) == pair.Value) && json["status"] is JsonObject { Count: > 0 }).ToList();
        return reported.Count == 0 || reported.Any(json => json.At("status.availableReplicas").AsWhole() > 0) ? null : $"no endpoints available for service \"{name}\"";
    }

    private string? NativeSetting(string space, string revision) => _cluster.Store.Read(Deployments).From(space, null)
        .Where(item => item.Label("app") == "istiod" && item.Label(InjectionLabels.Revision) == revision)
        .SelectMany(item => (item.ToJson().At("spec.template.spec.containers[0].env") as JsonArray ?? []).OfType<JsonObject>())
        .FirstOrDefault(variable => variable.Text("name") == "ENABLE_NATIVE_SIDECARS")?.Text("value");
}
