using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Patching;
using Meshlift.Core.Placing;
using Meshlift.Core.Rendering;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Patches;

/// <summary>Makes a patch of what a person edited in generated files.</summary>
/// <remarks>
/// The revision is rendered again in memory, without the edits. The patch is written only when rendering with it, at its place among the other patches, gives
/// byte for byte what the edited files hold in canonical form.
/// </remarks>
/// <param name="renders">Renders.</param>
/// <param name="git">Finds differences and applies patches.</param>
public sealed class PatchSave(RenderRun renders, GitProgram git)
{
    private readonly PatchRun _run = new(new GitApply(git));
    private readonly PatchAuthor _author = new(new GitDiff(git));

    /// <summary>Saves the edits of one revision.</summary>
    /// <param name="request">The mesh, and in which clusters to look for edits; its version does not matter.</param>
    /// <param name="save">What is to be saved.</param>
    /// <param name="cancel">Gives up; nothing is written.</param>
    /// <exception cref="UserException">There is nothing to save, or no patch gives what was edited; nothing was written.</exception>
    public async Task<SavedPatch> RunAsync(RenderRequest request, SaveRequest save, CancellationToken cancel)
    {
        var edited = EditedRevision.Find(request, save);
        var render = Of(request, edited.Cluster, edited.Version);
        var prepared = await renders.PrepareAsync(render, cancel);
        if (prepared.Revision != edited.Revision)
            throw new UserException(ErrorKind.Input, $"{edited.Version} is now rendered as revision {prepared.Revision}, but the edited files are of {edited.Revision}", "set spec.istio.revision to what it was when they were rendered");
        RenderedBytes.Check((await prepared.MutateAsync(cancel)).Resources, "spec.mutate");

        var stack = PatchFolders.Of(render, edited.Cluster, edited.Revision);
        var file = PatchFolders.FileOf(render, edited.Cluster, edited.Revision, save);
        var replaced = stack.All.FirstOrDefault(patch => patch.Name == file);
        if (stack.All.FirstOrDefault(patch => patch.Name != file && string.Equals(patch.Name, file, StringComparison.OrdinalIgnoreCase)) is { } alike)
            throw new UserException(ErrorKind.Refused, $"{file} and {alike.Name} are one file on systems that do not tell upper case from lower case", "choose another name");
        if (replaced is not null && !save.Overwrite)
            throw new UserException(ErrorKind.Refused, $"there is a patch {file} already", "choose another name, or let --overwrite put the edit into that patch");

        var task = await PrepareAsync(prepared, edited, stack, replaced, Placeholders(prepared, request.Mesh.Spec.Istio.Revision, save.RevisionOnly), cancel);
        var trial = new PatchTrial(_run, _author);
        var position = task.Others.Count(patch => IsBefore(patch, file, save.RevisionOnly, stack));
        var tried = await trial.MakeAsync(task, file, position, cancel);
        if (tried.Why is not null) throw await new PatchOrder(trial, task, stack, save).ExplainAsync(file, position, tried.Why, cancel);

        HandEdit[] otherwise = [.. edited.Edits.Where(edit => edit.Edited is { } bytes && !bytes.Span.SequenceEqual(edit.Read()!.ToCanonicalYaml().Span))];
        var findings = Findings(otherwise, tried, file);
        if (!save.RevisionOnly) findings = findings.AddRange(await OnOthersAsync(request, edited, tried.Patch!, cancel));
        byte[] bytes = [.. replaced is null ? [] : UnifiedDiff.Introduction(file, replaced.Bytes).Span, .. tried.Patch!.Bytes.Span];
        using var staged = StagedFile.Stage(Path.Combine(request.Root, file), bytes);
        StagedFiles.Commit([staged]);
        return new SavedPatch(
            file, save.RevisionOnly, replaced is not null, edited.Cluster.Name, edited.Revision, edited.Version, Files(tried, edited), findings,
            otherwise.Any(edit => edit.Recorded is not null), [.. otherwise.Where(edit => edit.Recorded is null).Select(edit => edit.Path)]);
    }

    private async Task<PatchTask> PrepareAsync(Preparation prepared, EditedRevision edited, PatchStack stack, PatchFile? replaced, Func<UnifiedDiff, UnifiedDiff> placeholders, CancellationToken cancel)
    {
        var rendering = (await prepared.MutateAsync(cancel)).Resources;
        var (now, reports) = await _run.ApplyAsync(rendering, stack.All, prepared.Version, prepared.Revision, cancel);
        if (edited.Edits.IsEmpty && reports.Any(report => report.Name == replaced?.Name && report.Outcome.Fit == PatchFit.Needless))
            throw new UserException(ErrorKind.Refused, $"nothing was edited, and {prepared.Version} has all of {replaced!.Name} already, so nothing would be left of it", "remove it once no older version needs it");
        var edits = await new SavedEdits(_run, prepared.Version, prepared.Revision).RecognizeAsync(rendering, now, stack.All, edited.Edits, cancel);
        var wanted = EditedTree.Of(now, prepared.Revision, edits);
        RenderedBytes.Check(wanted, "the edit");
        var edit = await _author.WriteAsync(now, wanted, cancel);
        if (edit.Files.IsEmpty && replaced is null)
            throw new UserException(
                ErrorKind.Input, $"there is nothing to save: rendering gives what {string.Join(", ", edited.Edits.Select(one => one.Path))} {(edited.Edits.Length == 1 ? "holds" : "hold")}, but for comments, quotes and the order of keys, which generated files do not keep",
                $"'meshlift render {edited.Version} --overwrite' puts the files back into their form");
        return new PatchTask(
            rendering, prepared.Version, prepared.Revision, [.. stack.All.Where(patch => patch != replaced)], replaced, edit.Files.IsEmpty ? null : new PatchFile("the edit", edit.ToBytes()), wanted, placeholders);
    }

    /// <summary>A patch of one revision meets other versions only where all of them have that revision's name.</summary>
    private static Func<UnifiedDiff, UnifiedDiff> Placeholders(Preparation prepared, RevisionTemplate revisions, bool isOwn) =>
        diff => PatchPlaceholders.Put(diff, isOwn && !revisions.IsConstant ? null : prepared.Version, revisions.IsConstant || isOwn ? null : prepared.Revision);

    /// <summary>Whether another patch is applied before a file of this name.</summary>
    private static bool IsBefore(PatchFile patch, string file, bool isOwn, PatchStack stack)
    {
        if (stack.Own.Contains(patch) != isOwn) return isOwn;
        return string.CompareOrdinal(patch.Name, file) < 0;
    }

    /// <summary>A patch for every revision that stops the rendering of another one is better known now than then.</summary>
    private async Task<ImmutableArray<Finding>> OnOthersAsync(RenderRequest request, EditedRevision edited, PatchFile patch, CancellationToken cancel)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        foreach (var other in edited.Others)
        {
            try
            {
                var render = Of(request, edited.Cluster, other.Version);
                var prepared = await renders.PrepareAsync(render, cancel);
                var stack = PatchFolders.Of(render, edited.Cluster, prepared.Revision);
                PatchFile[] all = [.. stack.ForAll.Where(one => one.Name != patch.Name).Append(patch).OrderBy(one => one.Name, StringComparer.Ordinal), .. stack.Own];
                var result = await _run.TryAsync((await prepared.MutateAsync(cancel)).Resources, all, prepared.Version, prepared.Revision, cancel);
                foreach (var report in result.Reports.Where(report => report.Name == patch.Name && report.Outcome.Fit == PatchFit.Fails))
                    findings.Add(new Finding("ML1044", Severity.Warning, $"the patch does not fit {other.Version}: rendering revision {other.Revision} again would stop at it ({report.Failures[0].Split('\n')[0]}); with --revision-only it would be of {edited.Revision} alone", patch.Name));
            }
            catch (UserException e)
            {
                findings.Add(new Finding("ML1045", Severity.Note, $"nobody can tell whether the patch fits {other.Version}, which cannot be rendered now ({e.Message.Split('\n')[0]})", patch.Name));
            }
        }
        return findings.DrainToImmutable();
    }

    private static ImmutableArray<Finding> Findings(IEnumerable<HandEdit> otherwise, TriedPatch tried, string file) =>
    [
        .. otherwise.Select(edit => new Finding("ML1043", Severity.Note, "comments, quotes and the order of keys of the edit are not kept: generated files are in canonical form", edit.Path)),
        .. tried.Shifted.Select(shifted => new Finding("ML1046", Severity.Note, $"this patch applies with an offset now that {file} is applied before it; with a name that comes later it would not", shifted.Name)),
    ];

    private static ImmutableArray<SavedFile> Files(TriedPatch tried, EditedRevision edited)
    {
        var before = tried.Before.ToDictionary(PatchTree.PathOf, StringComparer.Ordinal);
        var after = tried.After.ToDictionary(PatchTree.PathOf, StringComparer.Ordinal);
        return [.. tried.Diff.Files.Select(File)];

        SavedFile File(FileDiff file)
        {
            var change = file.OldPath is null ? FileChangeKind.Added : file.NewPath is null ? FileChangeKind.Removed : FileChangeKind.Changed;
            var path = file.Path.Replace(PatchPlaceholders.Version, edited.Version.ToString(), StringComparison.Ordinal).Replace(PatchPlaceholders.Revision, edited.Revision.Value, StringComparison.Ordinal);
            return new SavedFile(file.Path, change, file.Hunks.Length, change == FileChangeKind.Changed ? [.. ChangedPlaces.Between(before[path].Resource.Root, after[path].Resource.Root)] : []);
        }
    }

    private static RenderRequest Of(RenderRequest request, ClusterSpec cluster, IstioVersion version) =>
        request with { Version = VersionRange.Parse(version.ToString()), Clusters = [cluster], Options = PlacementOptions.None };
}
