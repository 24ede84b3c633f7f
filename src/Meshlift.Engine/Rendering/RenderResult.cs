using System.Collections.Immutable;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Rendering;

/// <summary>What rendering did, or would do, to one cluster.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Folder">Its folder, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="Placement">The files.</param>
/// <param name="Patches">The patches that were applied.</param>
public sealed record ClusterResult(string Cluster, string Folder, Placement Placement, ImmutableArray<PatchReport> Patches);

/// <summary>What rendering did, or would do.</summary>
/// <param name="Version">The version.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Source">Where it was rendered from.</param>
/// <param name="Cleaned">Resources that the configuration left out.</param>
/// <param name="Clusters">What happened to each cluster.</param>
/// <param name="LockFile">What happened to <c>meshlift.lock.yaml</c>.</param>
/// <param name="Findings">What a person should know, besides what is known of single clusters.</param>
public sealed record RenderResult(
    IstioVersion Version,
    RevisionName Revision,
    string Source,
    ImmutableArray<ResourceIdentity> Cleaned,
    ImmutableArray<ClusterResult> Clusters,
    FileChangeKind LockFile,
    ImmutableArray<Finding> Findings)
{
    /// <summary>True when one of the findings says that something is wrong.</summary>
    public bool HasErrors => Findings.Concat(Clusters.SelectMany(cluster => cluster.Placement.Findings)).Any(finding => finding.Severity == Severity.Error);
}
