using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Patching;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Patches;

/// <summary>The patches of one rendering, in the order in which they are applied: those for every revision, then the revision's own.</summary>
/// <param name="ForAll">The patches for every revision, in ordinal order of name.</param>
/// <param name="Own">The revision's own patches, in ordinal order of name.</param>
public sealed record PatchStack(ImmutableArray<PatchFile> ForAll, ImmutableArray<PatchFile> Own)
{
    /// <summary>All of them, in order.</summary>
    public ImmutableArray<PatchFile> All => ForAll.AddRange(Own);
}

/// <summary>Where patches stand.</summary>
public static class PatchFolders
{
    /// <summary>The patches of a revision in a cluster.</summary>
    /// <exception cref="UserException">A folder, or a patch in it, cannot be read.</exception>
    public static PatchStack Of(RenderRequest request, ClusterSpec cluster, RevisionName revision) =>
        new(ForAll(request), Read(request.Root, OfRevision(request, cluster, revision)));

    /// <summary>The patches for every revision, in ordinal order of name; none when there is no such folder.</summary>
    /// <exception cref="UserException">The folder cannot be read, or is none: then there may be patches, and they cannot be read.</exception>
    public static ImmutableArray<PatchFile> ForAll(RenderRequest request)
    {
        var folder = request.Mesh.Spec.Istio.Patches.Value;
        var path = Path.Combine(request.Root, folder);
        return Directory.Exists(path) || (!File.Exists(path) && new FileInfo(path).LinkTarget is null)
            ? Read(request.Root, folder)
            : throw new UserException(ErrorKind.Input, $"{folder} is not a folder", "put the patches into a folder of that name, or correct spec.istio.patches");
    }

    /// <summary>The folder of a revision's own patches, relative to the folder of <c>meshlift.yaml</c>.</summary>
    public static string OfRevision(RenderRequest request, ClusterSpec cluster, RevisionName revision) => $"{request.FolderOf(cluster)}/{revision}";

    /// <summary>The file that a patch is saved as, relative to the folder of <c>meshlift.yaml</c>.</summary>
    public static string FileOf(RenderRequest request, ClusterSpec cluster, RevisionName revision, SaveRequest save) =>
        $"{(save.RevisionOnly ? OfRevision(request, cluster, revision) : request.Mesh.Spec.Istio.Patches.Value)}/{save.Name.FileName}";

    /// <summary>The patches of a folder, in ordinal order of name; none when there is no such folder.</summary>
    /// <param name="root">The folder of <c>meshlift.yaml</c>.</param>
    /// <param name="folder">The folder of the patches, relative to it.</param>
    /// <exception cref="UserException">The folder, or a patch in it, cannot be read.</exception>
    public static ImmutableArray<PatchFile> Read(string root, string folder)
    {
        var path = Path.Combine(root, folder);
        if (!Directory.Exists(path)) return [];
        try
        {
            return
            [
                .. Directory.EnumerateFiles(path, "*" + PatchName.Extension).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
                    .Select(name => new PatchFile($"{folder}/{name}", BoundedFile.Read(Path.Combine(path, name), UnifiedDiff.LargestPatch))),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ErrorKind.Environment, $"cannot read the patches in {folder}: {e.Message}", "check the folder", e);
        }
    }
}
