using System.Collections.Immutable;
using Meshlift.Core.Injection;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Fleet;

/// <summary>A cluster without its pods.</summary>
/// <param name="Kubernetes">The version of its API server; empty when that is not known.</param>
/// <param name="Injection">Its injectors.</param>
/// <param name="Namespaces">The labels of its namespaces.</param>
/// <param name="Planes">Its control planes.</param>
/// <param name="Gateways">The labels of its Gateways, by <c>namespace/name</c>.</param>
/// <param name="Unseen">What could not be read.</param>
public sealed record ClusterScene(
    string Kubernetes, MeshInjection Injection, ImmutableSortedDictionary<string, Labels> Namespaces, ImmutableArray<ControlPlane> Planes, ImmutableDictionary<string, Labels> Gateways, ImmutableArray<string> Unseen)
{
    /// <summary>Judges pods by it.</summary>
    public ProxyJudgement Judgement() => new(Injection, Namespaces, Gateways);

    /// <summary>The whole, with pods.</summary>
    public ClusterStatus StatusOf(string cluster, IEnumerable<ProxyStatus> pods) => ClusterStatus.Of(cluster, Kubernetes, Planes, Injection, Namespaces, pods, Unseen);
}
