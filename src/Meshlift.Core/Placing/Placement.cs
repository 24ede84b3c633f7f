using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Placing;

/// <summary>How a file differs from what stands there.</summary>
public enum FileChangeKind
{
    /// <summary>It was not there.</summary>
    Added,
    /// <summary>Other bytes stood there.</summary>
    Changed,
    /// <summary>It is no longer generated.</summary>
    Removed,
    /// <summary>The same bytes stand there already; it is not written.</summary>
    Unchanged,
}

/// <summary>One generated file and what happens to it.</summary>
/// <param name="Path">Relative to the cluster's folder.</param>
/// <param name="Change">What happens.</param>
/// <param name="Bytes">What will stand there; empty for a removed file.</param>
/// <param name="Resource">The resource in it; null for inventories and files of the delivery engine.</param>
/// <param name="Class">The resource's class; null where <paramref name="Resource"/> is.</param>
public sealed record PlannedFile(string Path, FileChangeKind Change, ReadOnlyMemory<byte> Bytes, ResourceIdentity? Resource, Classification? Class)
{
    /// <summary>True for a file that must be in the cluster before anything that uses it: the CRDs, and what makes the delivery engine apply them.</summary>
    public bool LandsFirst => Path.StartsWith(ClusterTree.Crds + "/", StringComparison.Ordinal);
}

/// <summary>What rendering a revision does to one cluster's folder.</summary>
/// <param name="Files">Every generated file that the rendering concerns, in ordinal order of path.</param>
/// <param name="Findings">What a person should know.</param>
public sealed record Placement(ImmutableArray<PlannedFile> Files, ImmutableArray<Finding> Findings)
{
    /// <summary>True when at least one file is added, changed or removed.</summary>
    public bool HasChanges => Files.Any(file => file.Change != FileChangeKind.Unchanged);
}
