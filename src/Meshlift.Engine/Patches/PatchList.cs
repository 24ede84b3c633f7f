using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Patching;
using Meshlift.Core.Placing;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Patches;

/// <summary>A patch, and which renderings it is for.</summary>
/// <param name="Name">Its file, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="Cluster">The cluster of its revision; null for a patch for every revision.</param>
/// <param name="Revision">Its revision; null for a patch for every revision.</param>
/// <param name="Files">What it changes; placeholders are not filled.</param>
public sealed record ListedPatch(string Name, string? Cluster, string? Revision, ImmutableArray<FileDiff> Files);

/// <summary>All patches of a mesh.</summary>
public static class PatchList
{
    private static readonly string[] NoRevisions = [ClusterTree.Common, ClusterTree.Active];

    /// <summary>Finds the patches: those for every revision, then by cluster and revision, each in the order in which they are applied.</summary>
    /// <param name="request">The mesh, and whose clusters' revisions count; its version does not matter.</param>
    /// <exception cref="UserException">A patch cannot be read, or is broken; all such are named.</exception>
    public static ImmutableArray<ListedPatch> Find(RenderRequest request)
    {
        var patches = ImmutableArray.CreateBuilder<ListedPatch>();
        var broken = new List<UserException>();
        Add(PatchFolders.ForAll(request), null, null);
        foreach (var cluster in request.Clusters)
            foreach (var revision in Revisions(request, cluster))
                Add(PatchFolders.Read(request.Root, $"{request.FolderOf(cluster)}/{revision}"), cluster.Name, revision);
        return broken.Count == 0
            ? patches.DrainToImmutable()
            : throw new UserException(ErrorKind.Input, string.Join('\n', broken.Select(error => error.Message)), broken[0].Remedy);

        void Add(ImmutableArray<PatchFile> files, string? cluster, string? revision)
        {
            foreach (var file in files)
            {
                try
                {
                    var diff = UnifiedDiff.Parse(file.Name, file.Bytes.Span);
                    PatchRules.Check(file.Name, diff);
                    patches.Add(new ListedPatch(file.Name, cluster, revision, diff.Files));
                }
                catch (UserException e)
                {
                    broken.Add(e);
                }
            }
        }
    }

    /// <summary>Folders that are, or may become, those of revisions: patches may be there before the first rendering.</summary>
    private static IEnumerable<string> Revisions(RenderRequest request, ClusterSpec cluster)
    {
        var folder = Path.Combine(request.Root, request.FolderOf(cluster));
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
            .Where(name => name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-') && !NoRevisions.Contains(name, StringComparer.Ordinal));
    }
}
