using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges;

/// <summary>
/// Pull requests in the repository itself, which lies on this machine: <c>refs/meshlift/changes/N/meta</c> is the history of what is said of one, and
/// <c>refs/meshlift/changes/N/head</c> keeps its commits. Whoever can write to the repository can do anything, as with any folder.
/// </summary>
/// <remarks>
/// <c>git config meshlift.approvals</c> of the repository says how many reviews must say yes before a merge. A change that a person merges with Git itself is
/// seen as merged.
/// </remarks>
public sealed class LocalForge : IForge
{
    private const int Tries = 10;

    private readonly LocalChanges _changes;

    /// <summary>The pull requests of a repository.</summary>
    /// <param name="git">The program.</param>
    /// <param name="folder">The repository, with or without a work tree.</param>
    public LocalForge(GitProgram git, string folder) => _changes = new LocalChanges(git, folder);

    /// <inheritdoc/>
    public async Task<ForgeRepository> RepositoryAsync(CancellationToken cancel) => new(
        Path.GetFileNameWithoutExtension(_changes.Folder), await _changes.RunAsync(cancel, "symbolic-ref", "--short", "HEAD"));

    /// <inheritdoc/>
    public async Task<PullRequest?> FindAsync(BranchName branch, CancellationToken cancel)
    {
        var current = PullRequest.Current((await _changes.AllAsync(cancel)).Select(one => one.Change.Request).Where(one => one.Branch == branch.Value));
        return current is null ? null : await SeenAsync(current, cancel);
    }

    /// <summary>All pull requests, by their numbers.</summary>
    public async Task<ImmutableArray<PullRequest>> AllAsync(CancellationToken cancel)
    {
        var all = ImmutableArray.CreateBuilder<PullRequest>();
        foreach (var (change, _) in await _changes.AllAsync(cancel)) all.Add(await SeenAsync(change.Request, cancel));
        return all.DrainToImmutable();
    }

    /// <inheritdoc/>
    public async Task<PullRequest> OpenAsync(ChangeRequest wanted, CancellationToken cancel)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var there = await FindAsync(wanted.Branch, cancel);
            there?.RequireNotRefused(_changes.Folder);
            if (there is { State: ChangeState.Open }) return await UpdateAsync(there, wanted, cancel);
            var head = await _changes.TipAsync(wanted.Branch.Value, cancel) ?? throw NoBranch(wanted.Branch.Value);
            if (await _changes.TipAsync(wanted.Base.Value, cancel) is not { } target) throw NoBranch(wanted.Base.Value);
            if (await _changes.HoldsAsync(target, head, cancel))
                throw new UserException(ErrorKind.Refused, $"{_changes.Folder}: the branch {wanted.Branch} holds nothing that {wanted.Base} does not", "commit something to it first");
            var number = (await _changes.AllAsync(cancel)).Select(one => one.Change.Request.Number).DefaultIfEmpty().Max() + 1;
            var request = new PullRequest(number, null, ChangeState.Open, wanted.Branch.Value, wanted.Base.Value, head, wanted.Title.Trim(), wanted.Body)
            {
                Labels = wanted.Labels, Reviewers = wanted.Reviewers, Teams = wanted.Teams, Draft = wanted.Draft,
            };
            if (await _changes.WriteAsync(new LocalChange(request, [], [], []), null, "open", cancel)) return request;
        }
        throw Busy();
    }

    /// <inheritdoc/>
    public async Task<PullRequest> UpdateAsync(PullRequest there, ChangeRequest wanted, CancellationToken cancel) => (await EditAsync(there.Number, "update", change =>
    {
        var update = ChangeUpdate.Between(change.Request, wanted);
        return change with
        {
            Request = change.Request with
            {
                Title = update.Title ?? change.Request.Title,
                Body = update.Body ?? change.Request.Body,
                Base = update.Base ?? change.Request.Base,
                Labels = change.Request.Labels.AddRange(update.Labels),
                Reviewers = Joined(change.Request.Reviewers, wanted.Reviewers),
                Teams = Joined(change.Request.Teams, wanted.Teams),
            },
        };
    }, cancel)).Request;

    /// <inheritdoc/>
    public Task CommentOnceAsync(PullRequest request, string key, string text, CancellationToken cancel) => EditAsync(request.Number, "comment", change => change.WithComment(key, text), cancel);

    /// <summary>The comments of a pull request, the oldest first.</summary>
    public async Task<ImmutableArray<ForgeComment>> CommentsAsync(PullRequest request, CancellationToken cancel) => (await _changes.OneAsync(request.Number, cancel)).Change.Comments;

    /// <inheritdoc/>
    public Task RequestReviewAsync(PullRequest request, ImmutableArray<string> reviewers, ImmutableArray<string> teams, CancellationToken cancel) => EditAsync(
        request.Number, "ask for a review",
        change => change with { Request = change.Request with { Reviewers = Joined(change.Request.Reviewers, reviewers), Teams = Joined(change.Request.Teams, teams) } }, cancel);

    /// <summary>A reviewer says yes to the last commit.</summary>
    public Task ApproveAsync(PullRequest request, string reviewer, CancellationToken cancel) => EditAsync(
        request.Number, "approve", change => change with { Approvals = LocalChange.Said(change.Approvals, new LocalVerdict(reviewer, "approved", Head(change))) }, cancel);

    /// <summary>A person says no: closes it without merging it.</summary>
    public Task RefuseAsync(PullRequest request, CancellationToken cancel) => EditAsync(
        request.Number, "refuse", change => change with { Request = change.Request with { State = ChangeState.Refused, Body = change.Request.Body.Replace(CommentMarker.Withdrawn, "", StringComparison.Ordinal) } }, cancel);

    /// <summary>A check of the last commit says how it stands.</summary>
    /// <param name="request">The pull request.</param>
    /// <param name="check">The name of the check.</param>
    /// <param name="word">A word that <see cref="ChangeChecks.Meaning"/> knows.</param>
    /// <param name="cancel">Gives up.</param>
    public Task ReportCheckAsync(PullRequest request, string check, string word, CancellationToken cancel) => EditAsync(
        request.Number, "check", change => change with { Checks = LocalChange.Said(change.Checks, new LocalVerdict(check, word, Head(change))) }, cancel);

    /// <inheritdoc/>
    public async Task<ChangeChecks> ChecksAsync(PullRequest request, CancellationToken cancel) => (await _changes.OneAsync(request.Number, cancel)).Change.ChecksOf(request.Head);

    /// <inheritdoc/>
    public async Task MergeAsync(PullRequest request, MergeMethod method, CancellationToken cancel)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var change = (await _changes.OneAsync(request.Number, cancel)).Change;
            change = change with { Request = await SeenAsync(change.Request, cancel) };
            if (change.Request.State == ChangeState.Merged) return;
            if (change.Request.Head is not { } head || head != request.Head) throw Refused(request, "its branch has moved since it was looked at", "look at it again");
            if (change.Forbids(await _changes.ApprovalsAsync(cancel)) is { } reason) throw Refused(request, reason, "get what is missing; Meshlift does not go around the rules of a repository");
            var target = await _changes.TipAsync(request.Base, cancel) ?? throw NoBranch(request.Base);
            var tree = await _changes.MergedTreeAsync(target, head, cancel) ?? throw Refused(request, $"it conflicts with {request.Base}", "make the change again on the branch as it is now");
            var message = $"{change.Request.Title} (!{request.Number.ToString(CultureInfo.InvariantCulture)})\n";
            // An earlier run may have merged it as one commit and ended before it said so.
            var isThere = tree == await _changes.RunAsync(cancel, "rev-parse", target + "^{tree}");
            // Whoever moved the branch meanwhile has the right of way.
            if (!isThere && !await _changes.AdvanceAsync(request.Base, target, tree, method == MergeMethod.Merge ? [target, head] : [target], message, cancel)) continue;
            await EditAsync(request.Number, "merge", now => now with { Request = now.Request with { State = ChangeState.Merged, Head = head } }, CancellationToken.None);
            return;
        }
        throw Busy();
    }

    /// <inheritdoc/>
    public Task CloseAsync(PullRequest request, string reason, CancellationToken cancel) => EditAsync(request.Number, "withdraw", change =>
    {
        var said = change.WithComment("closed", reason);
        return said with { Request = said.Request with { State = ChangeState.Withdrawn, Body = CommentMarker.Withdraw(said.Request.Body) } };
    }, cancel);

    private async Task<LocalChange> EditAsync(long number, string what, Func<LocalChange, LocalChange> edit, CancellationToken cancel)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var (change, at) = await _changes.OneAsync(number, cancel);
            var seen = change with { Request = await SeenAsync(change.Request, cancel) };
            var edited = edit(seen);
            if (edited.Write().AsSpan().SequenceEqual(change.Write()) || await _changes.WriteAsync(edited, at, what, cancel)) return edited;
        }
        throw Busy();
    }

    // What Git itself says of it: where its branch is now, and whether somebody merged it by hand.
    private async Task<PullRequest> SeenAsync(PullRequest request, CancellationToken cancel)
    {
        if (request.State != ChangeState.Open) return request;
        var head = await _changes.TipAsync(request.Branch, cancel) ?? request.Head;
        var isMerged = head is not null && await _changes.TipAsync(request.Base, cancel) is { } target && await _changes.HoldsAsync(target, head, cancel);
        return request with { Head = head, State = isMerged ? ChangeState.Merged : ChangeState.Open };
    }

    private static string Head(LocalChange change) => change.Request.Head?.Value ?? "";

    private static ImmutableArray<string> Joined(ImmutableArray<string> there, ImmutableArray<string> more) => [.. there.Union(more, StringComparer.OrdinalIgnoreCase)];

    private UserException NoBranch(string branch) => new(ErrorKind.Environment, $"{_changes.Folder} has no branch '{branch}'", "push it first");

    private UserException Refused(PullRequest request, string reason, string remedy) => new(ErrorKind.Refused, $"{_changes.Folder}: pull request {request.Number} cannot be merged: {reason}", remedy);

    private UserException Busy() => new(ErrorKind.Environment, $"{_changes.Folder}: others change its pull requests all the time", "run again later");
}
