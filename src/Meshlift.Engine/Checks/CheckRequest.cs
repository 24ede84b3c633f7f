using System.Collections.Immutable;
using Meshlift.Core.Schemas;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Checks;

/// <summary>What is to be checked.</summary>
/// <param name="Paths">Files and folders, as the user names them; empty for the folders of all clusters.</param>
/// <param name="Mesh">The configuration; null when there is none, and then <paramref name="Paths"/> is not empty.</param>
/// <param name="Kubernetes">The schemas of Kubernetes' own types; empty when none were given.</param>
/// <param name="Baseline">Findings that were there before and are not told again; null when there is no baseline.</param>
public sealed record CheckRequest(ImmutableArray<string> Paths, MeshFolder? Mesh, ImmutableArray<TypeSchema> Kubernetes, CheckBaseline? Baseline)
{
    /// <summary>The minor version of the Kubernetes that the manifests are for; null when nobody says.</summary>
    public int? KubernetesMinor { get; init; }

    /// <summary>What programs beside Meshlift found in the same files.</summary>
    public ImmutableArray<OutsideVerdict> Outside { get; init; } = [];

    /// <summary>Told now and then how far the check is; null: nobody.</summary>
    public IProgress<CheckProgress>? Progress { get; init; }
}

/// <summary>How far a check is.</summary>
/// <param name="Bytes">The bytes of the files that are done.</param>
/// <param name="Total">The bytes of all files.</param>
/// <param name="Resources">The resources that were met.</param>
/// <param name="Findings">What was found.</param>
public readonly record struct CheckProgress(long Bytes, long Total, int Resources, int Findings);
