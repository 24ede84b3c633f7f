using System.Collections.Immutable;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Onboarding;

/// <summary>A delivery engine that a repository speaks of.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Evidence">A file that says so.</param>
/// <param name="DeliversIstio">True when it is seen to deliver Istio.</param>
public sealed record FoundEngine(DeliveryEngine Engine, string Evidence, bool DeliversIstio);

/// <summary>What a repository is, as far as its files tell.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Engines">What delivers.</param>
/// <param name="Operators">IstioOperator files, in ordinal order of path.</param>
/// <param name="Charts">Releases of Istio's own charts.</param>
/// <param name="Clusters">The clusters, in ordinal order of path; empty when nothing tells.</param>
/// <param name="Source">Where one stream or folder stands for each version, in the form of <c>spec.istio.manifests</c>; null when there is no such place.</param>
/// <param name="Versioned">The control planes that <paramref name="Source"/> has; empty without it.</param>
/// <param name="Patches">Patches that change Istio's manifests.</param>
/// <param name="FluxSource">The name and namespace of the object that brings the repository; null without Flux.</param>
/// <param name="Repository">Where it is cloned from; null when that is not known.</param>
/// <param name="Findings">What a person should know.</param>
public sealed record RepositoryShape(
    string Name,
    ImmutableArray<FoundEngine> Engines,
    ImmutableArray<OperatorInput> Operators,
    ImmutableArray<ChartRelease> Charts,
    ImmutableArray<StandingCluster> Clusters,
    string? Source,
    ImmutableArray<StandingPlane> Versioned,
    ImmutableArray<string> Patches,
    (string Name, string Namespace)? FluxSource,
    string? Repository,
    ImmutableArray<Finding> Findings)
{
    /// <summary>True when something of Istio stands there.</summary>
    public bool HasIstio => !Operators.IsEmpty || !Charts.IsEmpty || Clusters.Any(cluster => !cluster.Planes.IsEmpty) || Source is not null;

    /// <summary>Every control plane, oldest version first.</summary>
    public IEnumerable<StandingPlane> Planes => Clusters.SelectMany(cluster => cluster.Planes).Concat(Versioned).OrderBy(plane => plane.Version);
}
