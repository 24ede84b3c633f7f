using System.Collections.Immutable;
using Meshlift.Core.Configuration;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Rendering;

/// <summary>What is to be rendered, and into which clusters.</summary>
/// <param name="Mesh">The configuration.</param>
/// <param name="Root">The folder of <c>meshlift.yaml</c>; every path of the configuration starts there.</param>
/// <param name="RepositoryFolder">That folder below the root of the repository, with '/' between its parts; empty when it is the root.</param>
/// <param name="Version">Which version; null for the newest in the range of the configuration.</param>
/// <param name="Clusters">Into which clusters; at least one.</param>
/// <param name="Options">What is allowed beyond the usual.</param>
public sealed record RenderRequest(Mesh Mesh, string Root, string RepositoryFolder, VersionRange? Version, ImmutableArray<ClusterSpec> Clusters, PlacementOptions Options)
{
    /// <summary>The folder that paths of programs start from, which Git need not have: the user's checkout. <see cref="Root"/> unless something else is said.</summary>
    public string Programs { get; init; } = Root;

    /// <summary>The folder of a cluster's Istio, relative to <see cref="Root"/>.</summary>
    public string FolderOf(ClusterSpec cluster) => RepositoryFolders.Join(cluster.Path.Value, Mesh.Spec.Layout.Folder.Value);
}

/// <summary>Paths of a repository, with '/' between their parts; '.' and the empty path are the folder itself.</summary>
public static class RepositoryFolders
{
    /// <summary>One path below another.</summary>
    public static string Join(params ReadOnlySpan<string> parts)
    {
        var joined = "";
        foreach (var part in parts)
            if (part is not ("" or "."))
                joined = joined.Length == 0 ? part : $"{joined}/{part}";
        return joined;
    }
}
