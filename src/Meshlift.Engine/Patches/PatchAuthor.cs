using System.Collections.Immutable;
using Meshlift.Adapters.Git;
using Meshlift.Core.Classifying;
using Meshlift.Core.Patching;

namespace Meshlift.Engine.Patches;

/// <summary>Makes a patch of two renderings.</summary>
/// <param name="git">Finds the differences.</param>
internal sealed class PatchAuthor(GitDiff git)
{
    // Three lines are what everybody expects. In files that repeat themselves, more of them tell the places apart.
    private static readonly int[] Contexts = [3, 6, 12];

    /// <summary>The patch that makes one rendering of another, in canonical form, files in ordinal order of path.</summary>
    public async Task<UnifiedDiff> WriteAsync(ImmutableArray<ClassifiedResource> before, ImmutableArray<ClassifiedResource> after, CancellationToken cancel)
    {
        var olds = before.ToDictionary(PatchTree.PathOf, StringComparer.Ordinal);
        var news = after.ToDictionary(PatchTree.PathOf, StringComparer.Ordinal);
        var files = ImmutableArray.CreateBuilder<FileDiff>();
        foreach (var path in olds.Keys.Union(news.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (old, now) = (olds.GetValueOrDefault(path), news.GetValueOrDefault(path));
            if (ReferenceEquals(old?.Resource, now?.Resource)) continue;
            var hunks = await HunksAsync(old?.Resource.ToCanonicalYaml(), now?.Resource.ToCanonicalYaml(), cancel);
            if (!hunks.IsEmpty) files.Add(new FileDiff(old is null ? null : path, now is null ? null : path, null, null, Binary: false, hunks, PatchLine: 0));
        }
        return new UnifiedDiff(files.ToImmutable());
    }

    private async Task<ImmutableArray<Hunk>> HunksAsync(ReadOnlyMemory<byte>? before, ReadOnlyMemory<byte>? after, CancellationToken cancel)
    {
        var narrow = await git.HunksAsync(before, after, Contexts[0], cancel);
        if (before is not { } old || after is null) return narrow;
        var lines = PatchParts.Lines(old);
        var hunks = narrow;
        foreach (var context in Contexts.Skip(1))
        {
            if (hunks.All(hunk => HunkPlaces.Find(hunk, lines).Count <= 1)) return hunks;
            hunks = await git.HunksAsync(before, after, context, cancel);
        }
        // Where no context tells the places apart, more of it would only make the patch break sooner.
        return hunks.All(hunk => HunkPlaces.Find(hunk, lines).Count <= 1) ? hunks : narrow;
    }
}
