using System.Collections.Immutable;
using System.Text;
using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Adapters.Git;

/// <summary>What publishing a change did.</summary>
public enum PublishedAs
{
    /// <summary>The change has no commit: its base is already what it wants. No branch was touched.</summary>
    Nothing,
    /// <summary>The branch holds these very commits already and was not moved.</summary>
    AlreadyThere,
    /// <summary>The branch is new.</summary>
    Created,
    /// <summary>The branch was there, with nothing but Meshlift's commits, and now holds these.</summary>
    Rebuilt,
}

/// <summary>The end of a change.</summary>
/// <param name="How">What was done.</param>
/// <param name="Commit">The tip of the branch; null with <see cref="PublishedAs.Nothing"/>.</param>
public sealed record PublishedChange(PublishedAs How, CommitId? Commit);

/// <summary>
/// One branch, being built in a worktree of its own. Until <see cref="PublishAsync"/> the branch is as it was; after it, the branch holds all of the
/// commits. Disposing removes the worktree; a run that is killed leaves only that, and the next one removes it.
/// </summary>
/// <remarks>The user's checkout, index, HEAD and current branch are not touched. Commits are not signed: a signature is a person's word, and its key may ask.</remarks>
public sealed class GitChange : IAsyncDisposable
{
    /// <summary>What is committed is what was written, byte for byte, wherever the user's own checkout has carriage returns or leaves folders out.</summary>
    internal static readonly ImmutableArray<string> ExactContent =
        GitProgram.Settings("core.autocrlf=false", "core.eol=lf", "core.safecrlf=false", "core.sparseCheckout=false", "i18n.commitEncoding=UTF-8");

    private readonly GitRepository _repository;
    private readonly GitWorktrees _worktrees;
    private readonly CommitId? _old;
    private readonly ImmutableArray<RecordedCommit> _oldCommits;
    private readonly ImmutableDictionary<string, string> _identity;
    private readonly List<IntendedCommit> _commits = [];
    private CommitId _tip;
    private string _tree;
    private bool _removed;

    private GitChange(
        GitRepository repository, GitWorktrees worktrees, BranchName branch, CommitId basis, string baseTree, CommitId? old,
        ImmutableArray<RecordedCommit> oldCommits, ImmutableDictionary<string, string> identity, string folder)
    {
        (_repository, _worktrees, _old, _oldCommits, _identity) = (repository, worktrees, old, oldCommits, identity);
        (Branch, Base, Folder, _tip, _tree) = (branch, basis, folder, basis, baseTree);
    }

    /// <summary>The branch.</summary>
    public BranchName Branch { get; }

    /// <summary>The commit on which the branch starts.</summary>
    public CommitId Base { get; }

    /// <summary>The folder that holds the files of <see cref="Base"/>, to be changed and committed.</summary>
    public string Folder { get; }

    internal static async Task<GitChange> BeginAsync(GitRepository repository, RepositoryLock held, BranchName branch, CommitId basis, CancellationToken cancel)
    {
        var worktrees = new GitWorktrees(repository);
        if (!held.IsSwept)
        {
            await worktrees.SweepAsync();
            held.IsSwept = true;
        }
        await RefuseCheckedOutAsync(worktrees, branch, cancel);
        await RefuseBlockedAsync(repository, branch, cancel);
        var tree = await repository.Git.RunAsync(
            new GitCall(repository.Root, "rev-parse", "--verify", "--quiet", basis + "^{tree}") { Remedy = $"the commit {basis} is not in {repository.Root}; fetch it" }, cancel);
        var old = await repository.ResolveAsync(branch.Reference, cancel);
        var oldCommits = old is null ? [] : await BranchOwnership.BeyondAsync(repository, basis, old, cancel);
        await BranchOwnership.RequireAsync(repository, $"the branch {branch}", oldCommits, cancel);
        var identity = await GitIdentity.VariablesAsync(repository, cancel);
        var folder = await worktrees.AddAsync(branch, basis, identity, cancel);
        return new GitChange(repository, worktrees, branch, basis, tree, old, oldCommits, identity, folder);
    }

    /// <summary>Commits files of the worktree, on top of what was committed before. Rules that ignore files are not asked, hooks are not run.</summary>
    /// <param name="message">What the commit says.</param>
    /// <param name="paths">
    /// The files, from <see cref="Folder"/>, '/' between parts; a folder stands for all in it. One that is no longer there is deleted in the commit.
    /// </param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The commit; null when these files are already as they are to be, and there is no commit.</returns>
    /// <exception cref="UserException">A path lies in a submodule or behind a symbolic link, or Git failed.</exception>
    public async Task<CommitId?> CommitAsync(CommitMessage message, IReadOnlyCollection<string> paths, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_removed, this);
        await StageAsync(paths, cancel);
        var tree = await GitAsync(cancel, "write-tree");
        if (tree == _tree) return null;
        var text = message.ToString();
        var commit = CommitId.Parse(await _repository.Git.RunAsync(
            new GitCall(Folder, "commit-tree", "--no-gpg-sign", "-p", _tip.Value, "-F", "-", tree)
            {
                Settings = ExactContent,
                Input = Encoding.UTF8.GetBytes(text),
                Variables = _identity.WithDate(_repository.Git.Time),
            },
            cancel));
        await GitAsync(cancel, "update-ref", "--no-deref", "HEAD", commit.Value, _tip.Value);
        _commits.Add(new IntendedCommit(tree, text));
        (_tip, _tree) = (commit, tree);
        return commit;
    }

    /// <summary>Moves the branch to what was committed, at once and only if nobody moved it meanwhile, and removes the worktree.</summary>
    /// <exception cref="UserException">The branch was moved or checked out since the change began (<see cref="ErrorKind.Refused"/>), or Git failed; the branch is as it was.</exception>
    public async Task<PublishedChange> PublishAsync(CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_removed, this);
        var result = await MoveBranchAsync(cancel);
        await DisposeAsync();
        return result;
    }

    /// <summary>Removes the worktree. What was not published is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_removed) return;
        _removed = true;
        await _worktrees.RemoveAsync(Folder);
    }

    private async Task<PublishedChange> MoveBranchAsync(CancellationToken cancel)
    {
        if (_commits.Count == 0) return new PublishedChange(PublishedAs.Nothing, null);
        if (_old is not null && BranchHistory.AlreadyHolds(Base, _oldCommits, [.. _commits])) return new PublishedChange(PublishedAs.AlreadyThere, _old);
        await RefuseCheckedOutAsync(_worktrees, Branch, cancel);
        // From here on it is one atomic step of a few milliseconds, which is not to be cut off while it holds the lock of the reference.
        cancel.ThrowIfCancellationRequested();
        var expected = _old?.Value ?? new string('0', _tip.Value.Length);
        var moved = await _repository.Git.TryAsync(
            new GitCall(_repository.Root, "update-ref", "--create-reflog", "-m", "meshlift: " + (_old is null ? "create" : "rebuild"), Branch.Reference, _tip.Value, expected)
            {
                Variables = _identity,
            },
            CancellationToken.None);
        if (moved.ExitCode == 0) return new PublishedChange(_old is null ? PublishedAs.Created : PublishedAs.Rebuilt, _tip);
        if (await _repository.ResolveAsync(Branch.Reference, CancellationToken.None) != _old)
            throw new UserException(ErrorKind.Refused, $"the branch {Branch} was moved by somebody else while it was being built", "run again; the branch is looked at anew");
        throw moved.Failure($"see what Git says above; {Branch} is as it was");
    }

    private async Task StageAsync(IReadOnlyCollection<string> paths, CancellationToken cancel)
    {
        var (there, missing) = (new List<string>(), new List<string>());
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            if (Path.IsPathRooted(path) || path.Split('/') is var parts && (parts.Contains("..", StringComparer.Ordinal) || parts.Contains("", StringComparer.Ordinal)))
                throw new ArgumentException($"'{path}' is not a path from the top of the worktree", nameof(paths));
            var full = Path.Combine(Folder, path);
            (Path.Exists(full) || new FileInfo(full).LinkTarget is not null ? there : missing).Add(path);
        }
        if (missing.Count > 0)
        {
            // Git refuses to add what neither exists nor was tracked; for us that is a file that is already gone.
            var deleted = (await GitAsync(cancel, "ls-files", "-z", "--deleted")).Split('\0').ToHashSet(StringComparer.Ordinal);
            there.AddRange(missing.Where(deleted.Contains));
        }
        if (there.Count == 0) return;
        await _repository.Git.RunAsync(
            new GitCall(Folder, "add", "--force", "--all", "--pathspec-from-file=-", "--pathspec-file-nul")
            {
                Settings = ExactContent,
                Input = Encoding.UTF8.GetBytes(string.Join('\0', there)),
                Remedy = "generated files must lie in this repository itself, not in a submodule and not behind a symbolic link",
            },
            cancel);
    }

    private Task<string> GitAsync(CancellationToken cancel, params ImmutableArray<string> arguments) =>
        _repository.Git.RunAsync(new GitCall(Folder, arguments) { Settings = ExactContent, Variables = _identity }, cancel);

    private static async Task RefuseCheckedOutAsync(GitWorktrees worktrees, BranchName branch, CancellationToken cancel)
    {
        if (await worktrees.CheckoutOfAsync(branch, cancel) is { } folder)
            throw new UserException(ErrorKind.Refused, $"the branch {branch} is checked out in {folder}", "switch to another branch there and run again");
    }

    // Git keeps branches as files, so that one cannot lie beneath another.
    private static async Task RefuseBlockedAsync(GitRepository repository, BranchName branch, CancellationToken cancel)
    {
        var alike = await repository.Git.RunAsync(
            new GitCall(repository.Root, "for-each-ref", "--format=%(refname)", "refs/heads/" + branch.Value.Split('/')[0]), cancel);
        var blocking = alike.Split('\n').FirstOrDefault(other => other.StartsWith(branch.Reference + "/", StringComparison.Ordinal)
            || (other.Length > 0 && branch.Reference.StartsWith(other + "/", StringComparison.Ordinal)));
        if (blocking is not null)
            throw new UserException(ErrorKind.Refused, $"the branch {blocking["refs/heads/".Length..]} stands in the way of {branch}", "rename or delete it: Git cannot hold a branch beneath another");
    }
}
