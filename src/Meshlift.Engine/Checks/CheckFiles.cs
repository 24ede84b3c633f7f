using System.Collections.Immutable;
using Meshlift.Adapters.Documents;
using Meshlift.Core;
using Meshlift.Core.Placing;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Checks;

/// <summary>Which files a check is about, and which ones tell it about the mesh.</summary>
/// <param name="Checked">Those that are checked.</param>
/// <param name="Context">Those of the clusters' folders; some may be checked, too.</param>
internal sealed record CheckFiles(ImmutableArray<CheckedFile> Checked, ImmutableArray<CheckedFile> Context)
{
    /// <exception cref="UserException">A path does not exist, or nothing is to be checked.</exception>
    public static CheckFiles Find(ImmutableArray<string> paths, MeshFolder? mesh)
    {
        var clusters = (mesh?.Mesh.Spec.Environments ?? []).SelectMany(environment => environment.Clusters)
            .Select(cluster => (cluster.Name, Folder: Path.GetFullPath(Path.Combine(mesh!.Root, cluster.Path.Value)), Shown: cluster.Path.Value)).ToList();
        var context = clusters.Where(cluster => Directory.Exists(cluster.Folder)).SelectMany(cluster => In(cluster.Folder, cluster.Shown)).ToImmutableArray();
        var found = paths.IsEmpty ? context : [.. paths.SelectMany(path => In(Path.GetFullPath(path), path)).DistinctBy(file => file.Path, StringComparer.Ordinal)];
        return new CheckFiles(found, context);

        IEnumerable<CheckedFile> In(string path, string shownAs) => ManifestFiles.Below(path, shownAs).Select(file =>
        {
            var (name, folder, _) = clusters.Find(cluster => file.Path.StartsWith(cluster.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));
            var below = folder is null ? [] : file.Path[(folder.Length + 1)..].Split(Path.DirectorySeparatorChar);
            return new CheckedFile(file.Path, file.ShownAs, name ?? "", folder ?? Path.GetDirectoryName(file.Path)!, below.Contains(ClusterTree.Standby, StringComparer.Ordinal));
        });
    }
}
