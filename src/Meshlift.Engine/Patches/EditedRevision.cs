using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Patching;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Patches;

/// <summary>The revision whose generated files a person edited.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Version">Its version.</param>
/// <param name="Edits">The edits; empty only where a patch that is there is to be made anew.</param>
/// <param name="Others">The other revisions of the cluster, as they were rendered.</param>
internal sealed record EditedRevision(ClusterSpec Cluster, RevisionName Revision, IstioVersion Version, ImmutableArray<HandEdit> Edits, ImmutableArray<RevisionInventory> Others)
{
    /// <summary>Finds it by the digests that inventories hold.</summary>
    /// <param name="request">The clusters to look at.</param>
    /// <param name="save">Which edits are meant. Without any, a patch that is to be overwritten is made anew of the newest revision that has it.</param>
    /// <exception cref="UserException">Nothing was edited, or it takes a person to say which edit is meant.</exception>
    public static EditedRevision Find(RenderRequest request, SaveRequest save)
    {
        EditedRevision[] rendered = [.. request.Clusters.SelectMany(cluster => In(request, cluster)).Where(one => save.Revision is null || one.Revision.Value == save.Revision)];
        EditedRevision[] found = [.. rendered.Where(one => !one.Edits.IsEmpty)];
        if (found.Length == 0 && save.Overwrite)
            found = [.. rendered.Where(one => File.Exists(Path.Combine(request.Root, PatchFolders.FileOf(request, one.Cluster, one.Revision, save)))).OrderByDescending(one => one.Version).Take(save.RevisionOnly ? 2 : 1)];
        if (found.Length == 0)
        {
            var where = string.Join(", ", request.Clusters.Select(request.FolderOf)) + (save.Revision is null ? "" : $" of revision {save.Revision}");
            throw new UserException(ErrorKind.Input, $"no generated file was edited in {where}", "edit a file in generated/, standby/, common/ or active/ first; 'meshlift patch save --help' tells how");
        }
        if (found.Length == 1) return found[0];
        var choices = found.Select(one => $"\n  --cluster {one.Cluster.Name} --revision {one.Revision}: {string.Join(", ", one.Edits.Select(edit => edit.Path).DefaultIfEmpty(PatchFolders.FileOf(request, one.Cluster, one.Revision, save)))}");
        throw new UserException(ErrorKind.Input, $"files of several revisions or clusters were edited, and a patch is made of the edits of one{string.Concat(choices)}", "choose one with --cluster and --revision");
    }

    private static IEnumerable<EditedRevision> In(RenderRequest request, ClusterSpec cluster)
    {
        var name = request.FolderOf(cluster);
        var folder = new ClusterFolder(Path.Combine(request.Root, name));
        // The inventories of all revisions are read with any of them.
        var overview = folder.Read(RevisionName.Default);
        if (!overview.Unfinished.IsEmpty)
            throw new UserException(ErrorKind.Refused, $"a rendering into {name} was interrupted, so nobody can tell what was edited there", "render again to finish it, then edit and save");
        var inventory = overview.ReadInventory(name);
        var revisions = overview.ReadRevisions(name);
        var rendered = revisions.Select(one => (Revision: one.Revision, Version: one.Version)).Union(inventory.Files.Select(entry => (Revision: entry.Owner, Version: entry.Version)));
        foreach (var (revision, version) in rendered.OrderBy(one => one.Version).ThenBy(one => one.Revision.Value, StringComparer.Ordinal))
        {
            var own = revisions.FirstOrDefault(one => one.Revision.Equals(revision) && one.Version.Equals(version));
            var edits = HandEdit.Find(name, folder.Read(revision), inventory, own, revision, version);
            yield return new EditedRevision(cluster, revision, version, edits, [.. revisions.Where(one => !one.Revision.Equals(revision))]);
        }
    }
}
