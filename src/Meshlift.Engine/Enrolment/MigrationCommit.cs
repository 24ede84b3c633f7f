using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Enrolment;
using Meshlift.Core.Tags;
using Meshlift.Engine.Rendering;
using Meshlift.Engine.Tags;

namespace Meshlift.Engine.Enrolment;

/// <summary>What a proposed change became in Git.</summary>
/// <param name="Change">The change.</param>
/// <param name="How">What happened to its branch; null when it was refused.</param>
/// <param name="Commit">The tip of the branch; null when there is none of ours.</param>
/// <param name="Remote">Where it was pushed to; null when it was not.</param>
/// <param name="Refusal">Why nothing was done, or not all; null when it was.</param>
public sealed record PublishedMigration(ProposedChange Change, PublishedAs? How, CommitId? Commit, string? Remote, UserException? Refusal)
{
    /// <summary>Its pull request; null where none was asked for, or none could be opened.</summary>
    public MigrationRequestState? Requested { get; init; }
}

/// <summary>Commits the changes of a migration, each to a branch of its own in a worktree of its own. No checkout is touched.</summary>
/// <param name="git">The program.</param>
/// <param name="time">The clock.</param>
public sealed class MigrationCommit(GitProgram git, TimeProvider time)
{
    /// <summary>Commits every change that can be; one that is refused, such as for commits of others on its branch, does not hold up the rest.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="planned">What was decided.</param>
    /// <param name="push">Null not to push; empty for the remote that each repository tracks; else the remote.</param>
    /// <param name="requests">Where the pull requests are opened; null for none. What a person has said no to is then not even pushed.</param>
    /// <param name="cancel">Gives up; branches that are published stay.</param>
    /// <exception cref="UserException">Git failed, or a forge did; run again, what is done is found.</exception>
    public async Task<ImmutableArray<PublishedMigration>> RunAsync(MigrateRequest request, PlannedMigration planned, string? push, MigrationRequests? requests, CancellationToken cancel)
    {
        var published = ImmutableArray.CreateBuilder<PublishedMigration>();
        for (var i = 0; i < planned.Plan.Changes.Length; i++)
        {
            var change = planned.Plan.Changes[i];
            try
            {
                if (requests is not null) await requests.RequireNotRefusedAsync(change, cancel);
                var done = planned.Tags.IsEmpty ? await CommitAsync(planned, change, push, cancel) : await CommitTagAsync(request, planned.Tags[i], change, push, cancel);
                published.Add(requests is null || done.Remote is null ? done : await RequestAsync(requests, done, cancel));
            }
            catch (UserException e) when (e.Kind == ErrorKind.Refused)
            {
                published.Add(new PublishedMigration(change, null, null, null, e));
            }
        }
        return published.ToImmutable();
    }

    private static async Task<PublishedMigration> RequestAsync(MigrationRequests requests, PublishedMigration done, CancellationToken cancel)
    {
        try
        {
            return done with { Requested = await requests.OpenAsync(done.Change, cancel) };
        }
        catch (UserException e) when (e.Kind == ErrorKind.Refused)
        {
            // The branch is there; whoever reads of the refusal should know.
            return done with { Refusal = e };
        }
    }

    private async Task<PublishedMigration> CommitAsync(PlannedMigration planned, ProposedChange change, string? push, CancellationToken cancel)
    {
        var clone = planned.Clones.First(one => one.Enrolled.Content.Name == change.Repository);
        var remote = await RenderCommit.RemoteAsync(clone.Git, push, cancel);
        using var held = RepositoryLock.Take(clone.Git, time);
        await using var work = await clone.Git.BeginChangeAsync(held, change.Branch, clone.Commit, cancel);
        foreach (var (path, bytes) in change.Files) BoundedFile.Write(Path.Combine(work.Folder, path), bytes);
        await work.CommitAsync(Message(planned.Plan, change), [.. change.Files.Keys], cancel);
        var done = await work.PublishAsync(cancel);
        if (remote is not null && done.Commit is not null) await clone.Git.PushAsync(remote, change.Branch, cancel);
        return new PublishedMigration(change, done.How, done.Commit, done.Commit is null ? null : remote, null);
    }

    private async Task<PublishedMigration> CommitTagAsync(MigrateRequest request, TagMigration tag, ProposedChange change, string? push, CancellationToken cancel)
    {
        var done = await TagCommit.RunAsync(git, request.File, request.Clusters, new TagChange.Set(tag.Tag, tag.To), (_, _) => { }, push, time, cancel);
        return new PublishedMigration(change with { Branch = done.Branch }, done.How, done.Commit, done.Remote, null);
    }

    private static CommitMessage Message(MigrationPlan plan, ProposedChange change)
    {
        var body = new StringBuilder("A namespace asks for its control plane by one label: istio-injection goes where\nistio.io/rev comes, in one change.\n\n");
        foreach (var edit in change.Edits) body.Append(CultureInfo.InvariantCulture, $"- {edit.File}:{edit.Line}: {edit.Edit}\n");
        return CommitMessage.Create(change.Title, body.ToString(), "migrate", null, plan.Target);
    }
}
