using System.Collections.Immutable;
using Meshlift.Adapters.Documents;
using Meshlift.Core;
using Meshlift.Core.Placing;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Checks;

/// <summary>Which files a check is about, and which ones tell it about the mesh.</summary>
/// <param name="Checked">Those that are checked.</param>
/// <param name="Context">Those of the clusters' folders; some may be checked, too.</param>
/// <param name="PassedOver">How many of the checked paths' files hold no whole resources.</param>
/// <param name="Unread">Folders that could not be listed.</param>
internal sealed record CheckFiles(ImmutableArray<CheckedFile> Checked, ImmutableArray<CheckedFile> Context, PassedOver PassedOver, ImmutableArray<UserException> Unread)
{
    /// <exception cref="UserException">A path does not exist.</exception>
    public static CheckFiles Find(ImmutableArray<string> paths, MeshFolder? mesh)
    {
        var clusters = (mesh?.Mesh.Spec.Environments ?? []).SelectMany(environment => environment.Clusters)
            .Select(cluster => (cluster.Name, Folder: Path.GetFullPath(Path.Combine(mesh!.Root, cluster.Path.Value)), Shown: cluster.Path.Value)).ToList();
        var partial = new PartialManifests();
        var unread = new List<UserException>();
        var context = clusters.Where(cluster => Directory.Exists(cluster.Folder)).SelectMany(cluster => In(cluster.Folder, cluster.Shown)).ToList();
        var found = paths.IsEmpty ? context : [.. paths.SelectMany(path => In(Path.GetFullPath(path), path)).DistinctBy(one => one.File.Path, StringComparer.Ordinal)];
        return new CheckFiles(
            Whole(found), Whole(context),
            new PassedOver(found.Count(one => one.Partial == PartialKind.HelmTemplate), found.Count(one => one.Partial == PartialKind.KustomizePatch)),
            [.. unread.DistinctBy(failure => failure.Message, StringComparer.Ordinal)]);

        IEnumerable<(CheckedFile File, PartialKind Partial)> In(string path, string shownAs) => ManifestFiles.Below(path, shownAs, unread.Add).Select(file =>
        {
            var (name, folder, _) = clusters.Find(cluster => file.Path.StartsWith(cluster.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));
            var below = folder is null ? [] : file.Path[(folder.Length + 1)..].Split(Path.DirectorySeparatorChar);
            return (new CheckedFile(
                file.Path, file.ShownAs, file.Length, name ?? "", folder ?? Path.GetDirectoryName(file.Path)!, below.Contains(ClusterTree.Standby, StringComparer.Ordinal),
                mesh is not null && file.Path.StartsWith(mesh.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? file.Path[(mesh.Root.Length + 1)..].Replace('\\', '/') : null), partial.Of(file.Path));
        });
    }

    private static ImmutableArray<CheckedFile> Whole(List<(CheckedFile File, PartialKind Partial)> files) => [.. files.Where(one => one.Partial == PartialKind.None).Select(one => one.File)];
}
