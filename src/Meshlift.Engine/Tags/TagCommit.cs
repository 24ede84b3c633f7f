using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Placing;
using Meshlift.Core.Tags;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Tags;

/// <summary>What a change of a tag became in Git.</summary>
/// <param name="Plans">What was changed.</param>
/// <param name="Uses">What asks for a tag that is removed, in the files of the branch.</param>
/// <param name="Branch">The branch.</param>
/// <param name="How">What happened to the branch.</param>
/// <param name="Commit">Its tip; null when there was nothing to commit.</param>
/// <param name="Remote">Where it was pushed to; null when it was not.</param>
public sealed record CommittedTag(ImmutableArray<ClusterTagPlan> Plans, ImmutableArray<TagUse> Uses, BranchName Branch, PublishedAs How, CommitId? Commit, string? Remote);

/// <summary>Changes a tag in a worktree of its own: one commit, on a branch that is named after the step.</summary>
public static class TagCommit
{
    /// <summary>Changes a tag and commits.</summary>
    /// <param name="git">The program.</param>
    /// <param name="file">The configuration in the user's checkout.</param>
    /// <param name="choice">Which clusters.</param>
    /// <param name="change">What is wanted.</param>
    /// <param name="approve">Hears what would be committed, and throws to refuse it.</param>
    /// <param name="push">Null not to push; empty for the remote that the repository tracks; else the remote.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up; the branch stays as it was.</param>
    /// <exception cref="UserException">Something failed; the branch is as it was, and so is the checkout.</exception>
    public static async Task<CommittedTag> RunAsync(
        GitProgram git, MeshFolder file, ClusterChoice choice, TagChange change, Action<ImmutableArray<ClusterTagPlan>, ImmutableArray<TagUse>> approve, string? push, TimeProvider time,
        CancellationToken cancel)
    {
        var repository = await GitRepository.FindAsync(git, file.Root, cancel)
            ?? throw new UserException(ErrorKind.Environment, $"{file.Root} is in no Git repository", "run 'git init' and commit, or leave --commit out");
        using var held = RepositoryLock.Take(repository, time);
        var basis = await repository.HeadAsync(cancel);
        var below = file.BelowRepository();
        await RenderCommit.RefuseSubmodulesAsync(repository, file, choice, below, cancel);
        var remote = await RenderCommit.RemoteAsync(repository, push, cancel);
        var clusters = choice.NameIn(file.Mesh.Spec);
        var branch = change is TagChange.Set set ? BranchName.For("tag", set.Tag.Value, set.Revision.Value, clusters) : BranchName.For("tag-remove", change.Tag.Value, clusters);
        await using var work = await repository.BeginChangeAsync(held, branch, basis, cancel);
        var committed = RenderCommit.CommittedFolder(file, work, below);
        var request = new RenderRequest(committed.Mesh, committed.Root, below, null, choice.In(committed.Mesh.Spec), PlacementOptions.None);
        var plans = TagRun.Plan(request, change);
        var uses = TagRun.Uses(request, change, cancel);
        approve(plans, uses);
        TagRun.Write(request, plans, cancel);
        var paths = plans.SelectMany(plan => plan.Plan.Placement.Files.Select(planned => $"{RepositoryFolders.Join(below, plan.Folder)}/{planned.Path}")).ToList();
        if (paths.Count > 0) await work.CommitAsync(Message(change, plans), paths, cancel);
        var published = await work.PublishAsync(cancel);
        if (remote is not null && published.Commit is not null) await repository.PushAsync(remote, branch, cancel);
        return new CommittedTag(plans, uses, branch, published.How, published.Commit, published.Commit is null ? null : remote);
    }

    private static CommitMessage Message(TagChange change, ImmutableArray<ClusterTagPlan> plans)
    {
        string[] clusters = [.. plans.Where(plan => plan.Plan.Placement.HasChanges).Select(plan => plan.Cluster)];
        var where = string.Join(", ", clusters);
        var body = new StringBuilder();
        body.Append(change is TagChange.Set
            ? "Its webhook, its Service and, of the tag default, its validator move together:\nwhere they named different revisions, both would take the tag for their own.\n"
            : "With all its objects, so that none is left behind.\n");
        foreach (var plan in plans)
        {
            body.Append(CultureInfo.InvariantCulture, $"\n{plan.Cluster}: {(plan.Plan.From is { } from ? $"from {from}" : "new")}{(plan.Plan.To is { } to ? $", to {to}" : ", removed")}\n");
            foreach (var sentence in plan.Plan.Switches) body.Append(CultureInfo.InvariantCulture, $"- {sentence}\n");
        }
        return change is TagChange.Set set
            ? CommitMessage.Create($"Point the tag {set.Tag} at {set.Revision} in {where}", body.ToString(), "tag", null, set.Revision.Value, clusters)
            : CommitMessage.Create($"Remove the tag {change.Tag} from {where}", body.ToString(), "tag-remove", null, null, clusters);
    }
}
