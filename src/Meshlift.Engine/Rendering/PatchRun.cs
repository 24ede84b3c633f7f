using System.Collections.Immutable;
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
    /// <summary>Applies patches, all of them or none.</summary>
    /// <exception cref="UserException">At least one does not apply; for each, the hunk, the file and what stands there are named.</exception>
    public async Task<Patched> ApplyAsync(
        ImmutableArray<ClassifiedResource> rendering, IReadOnlyList<PatchFile> patches, IstioVersion version, RevisionName revision, CancellationToken cancel)
    {
        var patched = await TryAsync(rendering, patches, version, revision, cancel);
        PatchReport[] failed = [.. patched.Reports.Where(report => report.Outcome.Fit == PatchFit.Fails)];
        if (failed.Length == 0) return patched;
        if (failed is [{ Outcome: PatchOutcome.Broken broken }]) throw broken.Error;
        throw new UserException(
            failed.Any(report => report.Outcome is PatchOutcome.Broken { Error.Kind: ErrorKind.Refused }) ? ErrorKind.Refused : ErrorKind.Input,
            string.Join('\n', failed.SelectMany(report => report.Failures)),
            "bring each patch up to date with what stands there now, or remove it when upstream has the change; nothing was written");
    }

    /// <summary>Applies patches; one that does not apply is passed over, and the next ones are applied without it.</summary>
    /// <exception cref="UserException">Git is missing, or the file system refused.</exception>
    public async Task<Patched> TryAsync(
        ImmutableArray<ClassifiedResource> rendering, IReadOnlyList<PatchFile> patches, IstioVersion version, RevisionName revision, CancellationToken cancel)
    {
        var reports = ImmutableArray.CreateBuilder<PatchReport>(patches.Count);
        foreach (var patch in patches)
        {
            try
            {
                (rendering, var outcome) = await ApplyAsync(rendering, patch.Name, PatchPlaceholders.Fill(patch.Bytes, version, revision), revision, cancel);
                reports.Add(new PatchReport(patch.Name, outcome));
            }
            catch (UserException e) when (e.Kind != ErrorKind.Environment)
            {
                reports.Add(new PatchReport(patch.Name, new PatchOutcome.Broken(e)));
            }
        }
        return new Patched(rendering, reports.MoveToImmutable());
    }

    private async Task<(ImmutableArray<ClassifiedResource> Rendering, PatchOutcome Outcome)> ApplyAsync(
        ImmutableArray<ClassifiedResource> rendering, string name, ReadOnlyMemory<byte> patch, RevisionName revision, CancellationToken cancel)
    {
        var diff = UnifiedDiff.Parse(name, patch.Span);
        var paths = diff.Files.SelectMany(file => new[] { file.OldPath, file.NewPath }).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var before = rendering.Where(classified => paths.Contains(PatchTree.PathOf(classified))).ToDictionary(PatchTree.PathOf, classified => classified.Resource.ToCanonicalYaml(), StringComparer.Ordinal);
        using var folder = new TemporaryFolder();
        Fill(folder);
        var outcome = await git.ApplyAsync(folder.Path, name, patch, cancel);
        if (outcome is PatchOutcome.Applied { Offsets.IsEmpty: true }) return After(folder.Path, outcome);

        // Git knows only whether the whole of it fits somewhere.
        var parts = PatchParts.Of(diff, path => before.TryGetValue(path, out var bytes) ? bytes : null);
        if (parts.Present.IsEmpty && parts.Failures.IsEmpty) return After(folder.Path, outcome with { Doubts = parts.Doubts });
        using var other = new TemporaryFolder();
        Fill(other);
        var rest = parts.Rest.Files.IsEmpty ? new PatchOutcome.Needless() : await git.ApplyAsync(other.Path, name, parts.Rest, cancel);
        var failures = rest is PatchOutcome.Failed failed ? parts.Failures.AddRange(failed.Failures) : parts.Failures;
        if (!failures.IsEmpty) rest = new PatchOutcome.Failed([.. failures.OrderBy(failure => failure.PatchLine)]);
        return After(other.Path, rest with { Present = parts.Present, Doubts = parts.Doubts });

        void Fill(TemporaryFolder made)
        {
            foreach (var (path, bytes) in before) BoundedFile.Write(Path.Combine(made.Path, path), bytes);
        }

        (ImmutableArray<ClassifiedResource>, PatchOutcome) After(string path, PatchOutcome became)
        {
            if (became is not PatchOutcome.Applied applied) return (rendering, became);
            var patched = Patched(name, rendering, revision, paths.ToDictionary(file => file, file => BoundedFile.ReadIfThere(Path.Combine(path, file)), StringComparer.Ordinal));
            return (patched, WithoutEffect(diff, applied, before, patched));
        }
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

    /// <summary>The outcome without files that a patch changed in nothing that their canonical form keeps: comments, quotes, the order of keys.</summary>
    private static PatchOutcome WithoutEffect(
        UnifiedDiff diff, PatchOutcome.Applied applied, Dictionary<string, ReadOnlyMemory<byte>> before, ImmutableArray<ClassifiedResource> rendering)
    {
        var after = rendering.Where(classified => before.ContainsKey(PatchTree.PathOf(classified))).ToDictionary(PatchTree.PathOf, classified => classified.Resource.ToCanonicalYaml(), StringComparer.Ordinal);
        var same = applied.Files.Where(path => before.TryGetValue(path, out var old) && after.TryGetValue(path, out var now) && old.Span.SequenceEqual(now.Span)).ToHashSet(StringComparer.Ordinal);
        if (same.Count == 0) return applied;
        ImmutableArray<PresentPart> present =
        [
            .. applied.Present, .. diff.Files.Where(file => same.Contains(file.Path)).DistinctBy(file => file.Path, StringComparer.Ordinal)
                .Select(file => new PresentPart(file.Path, file.PatchLine, null, "only comments, quotes or the order of keys change, which generated files do not keep")),
        ];
        ImmutableArray<string> files = [.. applied.Files.Where(path => !same.Contains(path))];
        return files.IsEmpty
            ? new PatchOutcome.Needless { Present = present, Doubts = applied.Doubts }
            : applied with { Files = files, Offsets = [.. applied.Offsets.Where(offset => !same.Contains(offset.Path))], Present = present };
    }
}
