using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Patching;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Patches;

/// <summary>Recognizes in an edited file what was saved as patches since the file was rendered, so that a person may save, go on editing, and save again.</summary>
/// <param name="run">Applies patches.</param>
/// <param name="version">The version.</param>
/// <param name="revision">The revision.</param>
internal sealed class SavedEdits(PatchRun run, IstioVersion version, RevisionName revision)
{
    // Every subset of them is tried.
    private const int MostPatches = 6;

    /// <summary>The edits, each with the digest of what it is an edit of: where the rest of it was saved before, of what rendering gives now.</summary>
    /// <param name="rendering">The rendering before all patches.</param>
    /// <param name="now">The rendering after them.</param>
    /// <param name="patches">The patches.</param>
    /// <param name="edits">The edits, with the digests of what was rendered.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<ImmutableArray<HandEdit>> RecognizeAsync(
        ImmutableArray<ClassifiedResource> rendering, ImmutableArray<ClassifiedResource> now, ImmutableArray<PatchFile> patches, ImmutableArray<HandEdit> edits, CancellationToken cancel)
    {
        var recognized = ImmutableArray.CreateBuilder<HandEdit>(edits.Length);
        foreach (var edit in edits)
        {
            var isOnTop = now.FirstOrDefault(one => PatchTree.PathOf(one) == edit.PatchPath) is { } current
                && edit.Recorded is not null && Digest(current) != edit.Recorded
                && edit.Read() is { } resource && resource.Identity == current.Resource.Identity
                && await IsOnTopAsync(edit, [.. rendering.Where(one => PatchTree.PathOf(one) == edit.PatchPath)], current.With(resource.Root), Parts(patches, edit.PatchPath), cancel);
            recognized.Add(isOnTop ? edit with { Recorded = Digest(now.First(one => PatchTree.PathOf(one) == edit.PatchPath)) } : edit);
        }
        return recognized.MoveToImmutable();
    }

    /// <summary>True when the file was rendered without some of the patches, and all that these make stands in the edited file.</summary>
    private async Task<bool> IsOnTopAsync(HandEdit edit, ImmutableArray<ClassifiedResource> unpatched, ClassifiedResource edited, ImmutableArray<PatchFile> parts, CancellationToken cancel)
    {
        var contained = new List<PatchFile>();
        foreach (var part in parts)
            if ((await run.TryAsync([edited], [part], version, revision, cancel)).Reports[0].Outcome.Fit == PatchFit.Needless) contained.Add(part);
        if (contained.Count > MostPatches) return false;
        for (var subset = 1; subset < 1 << contained.Count; subset++)
        {
            var saved = contained.Where((_, at) => (subset & (1 << at)) != 0).ToHashSet();
            var before = await run.TryAsync(unpatched, [.. parts.Where(part => !saved.Contains(part))], version, revision, cancel);
            if (before.Rendering is [var one] && Digest(one) == edit.Recorded) return true;
        }
        return false;
    }

    /// <summary>What the patches do to one file.</summary>
    private ImmutableArray<PatchFile> Parts(ImmutableArray<PatchFile> patches, string path) =>
    [
        .. patches.Select(patch => (patch.Name, Files: UnifiedDiff.Parse(patch.Name, PatchPlaceholders.Fill(patch.Bytes, version, revision).Span).Files.Where(file => file.OldPath == path || file.NewPath == path)))
            .Where(part => part.Files.Any()).Select(part => new PatchFile(part.Name, new UnifiedDiff([.. part.Files]).ToBytes())),
    ];

    private static string Digest(ClassifiedResource classified) => ContentDigest.Of(classified.Resource.ToCanonicalYaml().Span);
}
