using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Patching;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Patches;

/// <summary>What a patch is made of, and what has to come out of it.</summary>
/// <param name="Rendering">The rendering before all patches.</param>
/// <param name="Version">Its version.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Others">The other patches, in order.</param>
/// <param name="Replaced">The patch that the new one replaces; null when there is none.</param>
/// <param name="Edit">The edit, as a difference to the rendering after all patches; null when the replaced patch is only made anew.</param>
/// <param name="Wanted">What a person wants: the rendering after all patches, edited.</param>
/// <param name="PutPlaceholders">Writes names that differ from version to version as placeholders.</param>
internal sealed record PatchTask(
    ImmutableArray<ClassifiedResource> Rendering, IstioVersion Version, RevisionName Revision, ImmutableArray<PatchFile> Others, PatchFile? Replaced,
    PatchFile? Edit, ImmutableArray<ClassifiedResource> Wanted, Func<UnifiedDiff, UnifiedDiff> PutPlaceholders);

/// <summary>A patch that was tried at a position among the others.</summary>
/// <param name="Patch">The patch; null when none can be made there.</param>
/// <param name="Diff">What it holds.</param>
/// <param name="Before">The rendering that it is applied to.</param>
/// <param name="After">The rendering after it.</param>
/// <param name="Shifted">Other patches that apply with an offset because of it.</param>
/// <param name="Why">Why it does not do; null when it gives what is wanted.</param>
internal sealed record TriedPatch(
    PatchFile? Patch, UnifiedDiff Diff, ImmutableArray<ClassifiedResource> Before, ImmutableArray<ClassifiedResource> After, ImmutableArray<PatchReport> Shifted, string? Why);

/// <summary>Makes a patch for a position among others, and tries whether what is wanted comes out.</summary>
/// <param name="run">Applies patches.</param>
/// <param name="author">Writes patches.</param>
internal sealed class PatchTrial(PatchRun run, PatchAuthor author)
{
    /// <summary>Tries a position.</summary>
    /// <param name="task">What is to be saved.</param>
    /// <param name="name">The file of the new patch.</param>
    /// <param name="position">How many of the other patches are applied before it.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<TriedPatch> MakeAsync(PatchTask task, string name, int position, CancellationToken cancel)
    {
        var (before, why) = await ApplyAsync(task, task.Rendering, task.Others[..position], cancel);
        if (why is not null) return Refused(why);
        var (edited, notThere) = await ApplyAsync(task, before, [.. new[] { task.Replaced, task.Edit }.OfType<PatchFile>()], cancel);
        if (notThere is not null) return Refused("what was edited is not there yet");

        // Made anew here, so that its lines are those of the files that it will meet.
        var diff = task.PutPlaceholders(await author.WriteAsync(before, edited, cancel));
        if (diff.Files.IsEmpty) return Refused("nothing of the edit is left there");
        var patch = new PatchFile(name, diff.ToBytes());
        var result = await run.TryAsync(before, [patch, .. task.Others[position..]], task.Version, task.Revision, cancel);
        why = Failure(result.Reports);
        if (why is null && FirstDifference(result.Rendering, task.Wanted) is { } path) why = $"later patches make something else of {path}";
        ImmutableArray<PatchReport> shifted = [.. result.Reports.Skip(1).Where(report => !report.Offsets.IsEmpty)];
        return new TriedPatch(patch, diff, before, edited, shifted, why);
    }

    private async Task<(ImmutableArray<ClassifiedResource> Rendering, string? Why)> ApplyAsync(
        PatchTask task, ImmutableArray<ClassifiedResource> rendering, ImmutableArray<PatchFile> patches, CancellationToken cancel)
    {
        var result = await run.TryAsync(rendering, patches, task.Version, task.Revision, cancel);
        return (result.Rendering, Failure(result.Reports));
    }

    private static string? Failure(ImmutableArray<PatchReport> reports) => reports.SelectMany(report => report.Failures).FirstOrDefault()?.Split('\n')[0];

    private static TriedPatch Refused(string why) => new(null, new UnifiedDiff([]), [], [], [], why);

    private static string? FirstDifference(ImmutableArray<ClassifiedResource> actual, ImmutableArray<ClassifiedResource> wanted)
    {
        var files = wanted.ToDictionary(PatchTree.PathOf, classified => classified.Resource.ToCanonicalYaml(), StringComparer.Ordinal);
        foreach (var classified in actual)
            if (!files.Remove(PatchTree.PathOf(classified), out var bytes) || !bytes.Span.SequenceEqual(classified.Resource.ToCanonicalYaml().Span))
                return PatchTree.PathOf(classified);
        return files.Keys.Order(StringComparer.Ordinal).FirstOrDefault();
    }
}
