using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Patching;
using Meshlift.Core.Rendering;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Rendering;

/// <summary>The step <c>patch</c>: own patches on the canonical form of a rendering, one after the other.</summary>
/// <remarks>
/// After each patch its files are read and put back into canonical form, so that the next patch and the file in Git both see the form that a person sees.
/// Only the files that a patch names are put on the disk.
/// </remarks>
/// <param name="git">Applies a patch.</param>
public sealed class PatchRun(GitApply git)
{
    /// <summary>Finds the patches of the mesh, as <see cref="Find"/> does.</summary>
    /// <exception cref="UserException">The folder cannot be read, or is none: then there may be patches, and they cannot be read.</exception>
    public static ImmutableArray<PatchFile> FindOfMesh(string root, string folder)
    {
        var path = Path.Combine(root, folder);
        return Directory.Exists(path) || (!File.Exists(path) && new FileInfo(path).LinkTarget is null)
            ? Find(root, folder)
            : throw new UserException(ErrorKind.Input, $"{folder} is not a folder", "put the patches into a folder of that name, or correct spec.istio.patches");
    }

    /// <summary>Finds the patches of a folder, in ordinal order of name; none when there is no such folder.</summary>
    /// <param name="root">The folder of <c>meshlift.yaml</c>.</param>
    /// <param name="folder">The folder of the patches, relative to it.</param>
    /// <exception cref="UserException">The folder cannot be read.</exception>
    public static ImmutableArray<PatchFile> Find(string root, string folder)
    {
        var path = Path.Combine(root, folder);
        if (!Directory.Exists(path)) return [];
        try
        {
            return
            [
                .. Directory.EnumerateFiles(path, "*.patch").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
                    .Select(name => new PatchFile($"{folder}/{name}", BoundedFile.Read(Path.Combine(path, name), UnifiedDiff.LargestPatch))),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ErrorKind.Environment, $"cannot read the patches in {folder}: {e.Message}", "check the folder", e);
        }
    }

    /// <summary>Applies patches, all of them or none.</summary>
    /// <exception cref="UserException">At least one does not apply; for each, the hunk, the file and what stands there are named.</exception>
    public async Task<(ImmutableArray<ClassifiedResource> Rendering, ImmutableArray<PatchReport> Reports)> ApplyAsync(
        ImmutableArray<ClassifiedResource> rendering, IReadOnlyList<PatchFile> patches, IstioVersion version, RevisionName revision, CancellationToken cancel)
    {
        var reports = ImmutableArray.CreateBuilder<PatchReport>();
        var failures = new List<string>();
        foreach (var patch in patches)
        {
            var bytes = Filled(patch.Bytes, version, revision);
            using var folder = new TemporaryFolder();
            var paths = UnifiedDiff.Parse(patch.Name, bytes.Span).Files.SelectMany(file => new[] { file.OldPath, file.NewPath }).OfType<string>().ToHashSet(StringComparer.Ordinal);
            foreach (var classified in rendering.Where(classified => paths.Contains(PatchTree.PathOf(classified))))
                BoundedFile.Write(Path.Combine(folder.Path, PatchTree.PathOf(classified)), classified.Resource.ToCanonicalYaml());
            switch (await git.ApplyAsync(folder.Path, patch.Name, bytes, cancel))
            {
                case PatchOutcome.Applied applied:
                    var touched = paths.ToDictionary(path => path, path => BoundedFile.ReadIfThere(Path.Combine(folder.Path, path)), StringComparer.Ordinal);
                    rendering = Patched(patch.Name, rendering, revision, touched);
                    reports.Add(new PatchReport(patch.Name, applied.Files, applied.Offsets));
                    break;
                case PatchOutcome.Failed failed:
                    failures.Add(failed.ToError(patch.Name).Message);
                    break;
            }
        }
        return failures.Count == 0
            ? (rendering, reports.DrainToImmutable())
            : throw new UserException(ErrorKind.Input, string.Join('\n', failures), "bring each patch up to date with what stands there now, or remove it when upstream has the change; nothing was written");
    }

    private static ImmutableArray<ClassifiedResource> Patched(
        string name, ImmutableArray<ClassifiedResource> rendering, RevisionName revision, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> touched)
    {
        try
        {
            var patched = PatchTree.Read(rendering, revision, touched);
            RenderedBytes.Check(patched, name);
            return patched;
        }
        catch (UserException e) when (!e.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new UserException(e.Kind, $"{name}: {e.Message}", e.Remedy, e);
        }
    }

    /// <summary>A patch for every revision names files such as <c>generated/deployment/istio-system/istiod-${revision}.yaml</c>.</summary>
    private static ReadOnlyMemory<byte> Filled(ReadOnlyMemory<byte> patch, IstioVersion version, RevisionName revision)
    {
        if (patch.Span.IndexOf("${"u8) < 0) return patch;
        // Latin-1 carries every byte through unchanged.
        var text = Encoding.Latin1.GetString(patch.Span).Replace("${version}", version.ToString(), StringComparison.Ordinal).Replace("${revision}", revision.Value, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text);
    }
}
