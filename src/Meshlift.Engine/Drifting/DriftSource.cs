using System.Collections.Immutable;
using Meshlift.Adapters.Diffing;
using Meshlift.Adapters.Documents;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Drifting;
using Meshlift.Core.Placing;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Drifting;

/// <summary>What Git says of one cluster.</summary>
/// <param name="Stated">The objects.</param>
/// <param name="LeftOvers">How objects are found that Git no longer has; null where that is not known, as with manifests that are only named.</param>
public sealed record DriftSource(StatedManifests Stated, LeftOvers? LeftOvers)
{
    /// <summary>Reads files and folders. What stands in <c>standby/</c> is not applied and is left out.</summary>
    /// <exception cref="UserException">There is no such path, a file cannot be read, or an object is there twice.</exception>
    public static DriftSource OfPaths(IEnumerable<string> paths)
    {
        var unread = new List<string>();
        var files = paths.SelectMany(path => ManifestFiles.Below(Path.GetFullPath(path), path, e => unread.Add(e.Message)))
            .Where(file => !file.ShownAs.Split('/').Contains(ClusterTree.Standby, StringComparer.Ordinal))
            .Select(file => new StatedFile(file.ShownAs, file.ShownAs, BoundedFile.Read(file.Path)));
        var stated = StatedManifests.Of(files);
        return new DriftSource(stated with { Unread = stated.Unread.AddRange(unread) }, null);
    }

    /// <summary>Reads the folder of a cluster.</summary>
    /// <param name="mesh">The configuration.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="revision">A commit of Git; null for the checkout.</param>
    /// <param name="git">Reads commits.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">There is no such folder, it cannot be read, or an object is there twice.</exception>
    public static async Task<DriftSource> OfClusterAsync(MeshFolder mesh, ClusterSpec cluster, string? revision, GitProgram git, CancellationToken cancel)
    {
        var layout = mesh.Mesh.Spec.Layout;
        var below = RepositoryFolders.Join(cluster.Path.Value, layout.Folder.Value);
        var files = revision is null ? OfCheckout(mesh, below, cancel) : await OfCommitAsync(mesh, below, revision, git, cancel);
        return new DriftSource(
            StatedManifests.OfCluster(files, layout.Engine == DeliveryEngine.Flux),
            new LeftOvers(cluster.Name, layout.Namespace, StatedManifests.Revisions(files)));
    }

    private static List<StatedFile> OfCheckout(MeshFolder mesh, string below, CancellationToken cancel)
    {
        var path = Path.Combine(mesh.Root, below);
        if (!Directory.Exists(path)) throw new UserException(ErrorKind.Environment, $"there is no folder {below}: Git says nothing of this cluster", "render it first: meshlift render");
        return [.. YamlFiles.Below(path, IsStandby, cancel).Select(file => new StatedFile(file.Name, $"{below}/{file.Name}", file.Bytes))];
    }

    private static async Task<List<StatedFile>> OfCommitAsync(MeshFolder mesh, string below, string revision, GitProgram git, CancellationToken cancel)
    {
        var path = mesh.BelowRepository() is { Length: > 0 } root ? $"{root}/{below}" : below;
        var prefix = $"{revision}:{path}/";
        return [.. (await GitManifests.ReadAsync(git, mesh.Root, revision, path, IsStandby, cancel)).Select(file => new StatedFile(file.Name[prefix.Length..], file.Name, file.Bytes))];
    }

    private static bool IsStandby(string folder) => folder.EndsWith("/" + ClusterTree.Standby, StringComparison.Ordinal);
}
