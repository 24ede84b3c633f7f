using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Manifests;
using Meshlift.Core.Simulating;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Faults;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.GitOps;
using Meshlift.Simulator.Istio.Gateways;
using Meshlift.Simulator.Istio.Injection;
using Meshlift.Simulator.Releases;
using Meshlift.Simulator.Workloads;
using Meshlift.Simulator.Workloads.Kubelets;

namespace Meshlift.Simulator.Fleets;

/// <summary>One cluster of a fleet, with all that runs in it.</summary>
internal sealed class FleetCluster : IDisposable
{
    private static readonly (string ApiVersion, string Kind)[] Awaited = [("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), (FluxTypes.ApiVersion, "Kustomization")];
    private readonly SimulatedClusterSpec _spec;
    private readonly FleetSources _sources;
    private readonly WorkloadControllers _controllers;
    private readonly PodFailures _failures = new();

    public FleetCluster(SimulatedClusterSpec spec, FleetSpec fleet, int seed, FleetSources sources, TimeProvider time)
    {
        (_spec, _sources) = (spec, sources);
        Cluster = new SimulatedCluster(new ClusterSettings { Name = spec.Name, Time = time, Seed = seed, KubernetesVersion = spec.Kubernetes, HasKubelets = true });
        GatewayApi.Install(Cluster);
        SidecarInjection.Attach(Cluster);
        GatewayDeployment.Attach(Cluster);
        var pods = fleet.Pods;
        _controllers = WorkloadControllers.Start(Cluster, new WorkloadSettings { Nodes = spec.Nodes, Times = new PodTimes { Start = pods.Start, Ready = pods.Ready, Stop = pods.Stop, Work = pods.Work }, Failures = _failures });
        if (spec.Git is { } git) Agent = new GitOpsAgent(Cluster, new GitOpsSettings([.. git.Paths]) { Interval = git.Interval });
    }

    public SimulatedCluster Cluster { get; }

    /// <summary>Delivers what Git holds; null when nothing does.</summary>
    public GitOpsAgent? Agent { get; }

    public GitReader? Git => _spec.Git is { } git ? _sources.Git(git) : null;

    /// <summary>Puts Istio into the cluster, and the namespaces that are made up.</summary>
    /// <exception cref="UserException">There is no such release.</exception>
    public void InstallIstio()
    {
        foreach (var install in _spec.Istio)
        {
            if (!SampleRelease.Versions.Contains(install.Version, StringComparer.Ordinal))
                throw new UserException(ErrorKind.Input, $"the cluster '{_spec.Name}' wants Istio {install.Version}, of which there is no sample", $"write {string.Join(" or ", SampleRelease.Versions)}, or name manifests");
            Apply([($"Istio {install.Version}", Encoding.UTF8.GetBytes(SampleRelease.Render(install.Version, install.Revision)))], makesNamespaces: true);
        }
        foreach (var item in _spec.Namespaces.SelectMany(MadeUpWorkloads.Namespaces)) Apply(item, "namespaces");
    }

    /// <summary>Puts the rest into the cluster: what the fleet file names and what it counts.</summary>
    /// <exception cref="UserException">Something cannot be read, or the API refuses it.</exception>
    public void InstallWorkloads()
    {
        foreach (var path in _spec.Manifests) Apply(_sources.Manifests(path), makesNamespaces: false);
        foreach (var item in _spec.Namespaces.SelectMany(MadeUpWorkloads.Workloads)) Apply(item, "workloads");
    }

    /// <summary>True when everything that was wanted is there and healthy.</summary>
    public bool IsSettled() => Awaited.All(kind => Cluster.Catalog.FindKind(kind.ApiVersion, kind.Kind) is not { } type || Cluster.Store.Read(type.Key).Items.All(item => ObjectHealth.Of(item.ToJson()).Health == Health.Healthy));

    /// <summary>Lets begin what goes wrong on purpose.</summary>
    public void Trouble(DateTimeOffset start)
    {
        foreach (var failure in _spec.Failures)
            _failures.Add(new PodFailure(PodFailure.Of(failure.Fate))
            {
                Namespace = failure.Namespace, Workload = failure.Workload, Revision = failure.Revision, From = start + failure.After, Until = failure.For is { } length ? start + failure.After + length : null,
            });
        foreach (var fault in _spec.Faults)
            Cluster.Faults.Add(new ScheduledFault(Kind(fault))
            {
                Verb = fault.Verb, Resource = fault.Resource, Namespace = fault.Namespace, Rate = fault.Share, Times = fault.Times, From = start + fault.After, Until = fault.For is { } length ? start + fault.After + length : null,
            });
    }

    public void Dispose() => _controllers.Dispose();

    private static Fault Kind(ApiFaultSpec fault) => fault switch
    {
        { Refuse: { } code } => new Fault.Refuse(code, RetryAfter: fault.RetryAfter),
        { Slow: { } by } => new Fault.Slow(by),
        { Cut: { } bytes } => new Fault.Cut(bytes),
        { Expire: { } events } => new Fault.Expire(events),
        _ => new Fault.Silence(),
    };

    private void Apply(IReadOnlyList<(string Name, ReadOnlyMemory<byte> Bytes)> files, bool makesNamespaces)
    {
        var resources = files.SelectMany(file => ManifestStream.Split(file.Bytes, file.Name)).Select(resource => (resource.Origin, Item: JsonRead.Object(JsonNodes.Write(resource.Root)))).ToList();
        foreach (var (origin, item) in resources.OrderBy(resource => ApplyOrder.Of(resource.Item)))
        {
            if (makesNamespaces && item.At("metadata.namespace").Shown() is { Length: > 0 } space && Cluster.Store.Find(SimulatedCluster.Namespaces, "", space) is null)
                Cluster.Create(Cluster.Type("v1", "Namespace"), "", SimulatedCluster.Named(space), WriteOptions.Default);
            Apply(item, origin);
        }
    }

    private void Apply(JsonObject item, string origin)
    {
        var name = ObjectName.Of(item);
        try
        {
            var type = Cluster.Type(item.Text("apiVersion") ?? "", name.Kind);
            Cluster.Apply(type, type.IsNamespaced && name.Namespace.Length == 0 ? "default" : name.Namespace, name.Name, item, new WriteOptions { Manager = "kubectl", Force = true });
        }
        catch (ApiException e)
        {
            throw new UserException(ErrorKind.Input, $"{origin}: the cluster '{_spec.Name}' refuses {name}: {e.Message}", "correct it, or apply first what it needs: a namespace, a definition");
        }
    }
}
