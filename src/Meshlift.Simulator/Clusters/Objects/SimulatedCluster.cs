using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Faults;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>What a cluster is made of.</summary>
public sealed record ClusterSettings
{
    /// <summary>The name, as in the address of its API server: a DNS label.</summary>
    public required string Name { get; init; }

    /// <summary>The clock of everything in the cluster.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Uids, generated names and addresses follow from it and from the sequence of writes.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The version that the API server says it has.</summary>
    public string KubernetesVersion { get; init; } = "v1.33.4";

    /// <summary>How many changes of each resource a watch can go back.</summary>
    public int History { get; init; } = 2_000;

    /// <summary>True when something plays the kubelet: a deleted pod that runs on a node then stays, with a deletionTimestamp, until it is deleted with a grace period of 0.</summary>
    public bool HasKubelets { get; init; }
}

/// <summary>One cluster: its objects, and the rules by which an API server changes them. The HTTP protocol and the controllers stand on it.</summary>
/// <remarks>All members may be called from any thread. Writes are made one after the other, reads see one moment.</remarks>
public sealed partial class SimulatedCluster
{
    internal static readonly ResourceKey Namespaces = new("", "namespaces");
    internal static readonly ResourceKey Pods = new("", "pods");
    internal static readonly ResourceKey Crds = new("apiextensions.k8s.io", "customresourcedefinitions");
    private readonly DefinedTypes _defined;

    /// <summary>Makes a cluster with the namespaces that every cluster has.</summary>
    public SimulatedCluster(ClusterSettings settings)
    {
        Settings = settings;
        Store = new ClusterStore(settings.History);
        Identifiers = new Identifiers(settings.Seed);
        _defined = new DefinedTypes(this);
        Store.Subscribe(_defined.OnChanged);
        Store.Subscribe(new GarbageCollection(this).OnChanged);
        Store.Subscribe(new NamespaceLifecycle(this).OnChanged);
        foreach (var name in (string[])["default", "kube-node-lease", "kube-public", "kube-system"]) Create(Type("v1", "Namespace"), "", Named(name), WriteOptions.Default);
        Create(Type("v1", "Service"), "default", KindRules.KubernetesService(), WriteOptions.Default);
    }

    /// <summary>What it was made with.</summary>
    public ClusterSettings Settings { get; }

    /// <summary>The objects themselves. Controllers subscribe to it (<see cref="ClusterStore.Subscribe"/>) and write through this class.</summary>
    public ClusterStore Store { get; }

    /// <summary>Called in order for every write before it is validated; may change the object, or refuse with an <see cref="ApiException"/>.</summary>
    public IList<Action<AdmissionRequest>> Admission { get; } = [];

    /// <summary>What goes wrong on purpose.</summary>
    public FaultSchedule Faults { get; } = new();

    /// <summary>All types that are served now.</summary>
    public IReadOnlyList<ResourceType> Types => Catalog.Served;

    internal ApiCatalog Catalog => _defined.Catalog;

    internal Identifiers Identifiers { get; }

    internal string Now => Timestamp.Now(Settings.Time);

    /// <summary>A type.</summary>
    /// <exception cref="ApiException">404: it is not served.</exception>
    public ResourceType Type(string apiVersion, string kind) => Catalog.FindKind(apiVersion, kind) ?? throw ApiErrors.NoSuchPath();

    /// <summary>An object as it is stored.</summary>
    /// <exception cref="ApiException">404: there is none.</exception>
    public StoredObject Get(ResourceType type, string @namespace, string name) =>
        Store.Find(type.Key, type.IsNamespaced ? @namespace : "", name) ?? throw ApiErrors.NotFound(type.Key, name);

    internal static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    /// <summary>The schema of the type under which the objects of a resource are stored.</summary>
    internal ResourceType StoredType(ResourceKey key) => Catalog.Find(key) ?? throw ApiErrors.NoSuchPath();
}
