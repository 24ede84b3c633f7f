using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Adapters.Git;

/// <summary>Why a path is not part of a commit of the checkout.</summary>
public enum UncommittedKind
{
    /// <summary>Tracked, and changed, added or deleted since the last commit.</summary>
    Changed,
    /// <summary>Not tracked.</summary>
    Untracked,
    /// <summary>Not tracked because a rule says that it is to be ignored; a whole folder ends in '/'.</summary>
    Ignored,
}

/// <summary>A path that differs from the last commit.</summary>
/// <param name="Path">The path from the repository's root, '/' between its parts.</param>
/// <param name="Kind">Why it differs.</param>
public sealed record UncommittedPath(string Path, UncommittedKind Kind);

/// <summary>A Git repository, seen from one of its work trees. Reading it changes nothing, not even the index.</summary>
public sealed class GitRepository
{
    private readonly GitProgram _git;

    private GitRepository(GitProgram git, string root, string commonDirectory) => (_git, Root, CommonDirectory) = (git, root, commonDirectory);

    /// <summary>The top folder of the work tree; a real path.</summary>
    public string Root { get; }

    /// <summary>The directory where Git keeps what all work trees of the repository share; a real path.</summary>
    public string CommonDirectory { get; }

    internal GitProgram Git => _git;

    /// <summary>The repository whose work tree holds a folder: also a linked work tree, a submodule, one without a branch or without commits.</summary>
    /// <param name="git">The program.</param>
    /// <param name="folder">The folder; where it does not exist yet, the nearest one above it counts.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null when the folder is in no work tree.</returns>
    /// <exception cref="UserException">There is a repository, but Git cannot or will not use it.</exception>
    public static async Task<GitRepository?> FindAsync(GitProgram git, string folder, CancellationToken cancel)
    {
        var start = Path.GetFullPath(folder);
        while (!Directory.Exists(start)) start = Path.GetDirectoryName(start)!;
        var found = await git.TryAsync(new GitCall(start, "rev-parse", "--show-toplevel", "--git-common-dir"), cancel);
        if (found.ExitCode != 0)
        {
            // "not a git repository: PATH" is another matter: a .git file that points to nothing.
            if (found.ErrorText.Contains("not a git repository (or any", StringComparison.Ordinal) || found.ErrorText.Contains("must be run in a work tree", StringComparison.Ordinal)) return null;
            throw found.Failure(found.ErrorText.Contains("dubious ownership", StringComparison.Ordinal)
                ? "the repository belongs to another user; if you trust it, add it to safe.directory as Git says"
                : $"make 'git status' work in {start} first");
        }
        return found.OutputText.Split('\n') is [var root, var common, ""]
            ? new GitRepository(git, RealPath.Of(root), RealPath.Of(Path.Combine(start, common)))
            : throw new UserException(ErrorKind.Environment, $"the path of the repository around {start} holds a line break", "move it to a folder with a plain name");
    }

    /// <summary>A path of the work tree as Git writes it: from the root, '/' between its parts; empty for the root itself.</summary>
    /// <exception cref="UserException">It lies outside of the work tree.</exception>
    public string PathOf(string path)
    {
        var real = RealPath.Of(path);
        if (!RealPath.IsWithin(real, Root)) throw new UserException(ErrorKind.Input, $"{path} lies outside of the repository {Root}", "name a path within it");
        return real == Root ? "" : Path.GetRelativePath(Root, real).Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>True when a commit is known and does not have a path; false for a commit that is not known.</summary>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <param name="path">From the root, '/' between its parts.</param>
    /// <param name="cancel">Gives up.</param>
    // What begins with a dash would be an option.
    public async Task<bool> LacksAsync(string revision, string path, CancellationToken cancel) =>
        !revision.StartsWith('-') && await ResolveAsync(revision, cancel) is { } commit && (await _git.TryAsync(new GitCall(Root, "cat-file", "-e", $"{commit.Value}:{path}"), cancel)).ExitCode != 0;

    /// <summary>The commit that is checked out.</summary>
    /// <exception cref="UserException">There is none yet.</exception>
    public async Task<CommitId> HeadAsync(CancellationToken cancel)
    {
        if (await ResolveAsync("HEAD", cancel) is { } head) return head;
        if (await BranchAsync(cancel) is { } branch && (await _git.TryAsync(new GitCall(Root, "show-ref", "--verify", "--quiet", "refs/heads/" + branch), cancel)).ExitCode != 0)
            throw new UserException(ErrorKind.Environment, $"the repository {Root} has no commit on its branch '{branch}' yet", "make a first commit, for example with 'git commit --allow-empty -m Begin'");
        throw new UserException(ErrorKind.Environment, $"the commit that is checked out in {Root} cannot be read", "make 'git log' work there first");
    }

    /// <summary>The branch that is checked out, by its short name; null with a detached head.</summary>
    public async Task<string?> BranchAsync(CancellationToken cancel)
    {
        var head = await _git.TryAsync(new GitCall(Root, "symbolic-ref", "--quiet", "--short", "HEAD"), cancel);
        return head.ExitCode == 0 ? head.OutputText.TrimEnd('\n') : null;
    }

    /// <summary>What under these folders differs from the last commit, and so would not be part of a commit that starts there.</summary>
    /// <param name="paths">Folders or files: absolute, or relative to <see cref="Root"/>. They need not exist; none of them gives nothing.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">A path is not in this work tree, or Git failed.</exception>
    public async Task<ImmutableArray<UncommittedPath>> UncommittedAsync(IEnumerable<string> paths, CancellationToken cancel)
    {
        string[] below = [.. paths.Select(PathFromRoot)];
        if (below.Length == 0) return []; // to Git, no path at all means everything
        var status = await _git.RunAsync(
            new GitCall(Root, ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching", "--", .. below]), cancel);
        return
        [
            .. status.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(entry => new UncommittedPath(entry[3..], entry[..2] switch
            {
                "??" => UncommittedKind.Untracked,
                "!!" => UncommittedKind.Ignored,
                _ => UncommittedKind.Changed,
            })),
        ];
    }

    /// <summary>The submodule, or other repository within the work tree, that holds a path.</summary>
    /// <param name="path">Absolute, or relative to <see cref="Root"/>; it need not exist.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The path of the inner repository from the root; null when the path belongs to this repository.</returns>
    /// <exception cref="UserException">The path is not in this work tree.</exception>
    public async Task<string?> SubmoduleOfAsync(string path, CancellationToken cancel)
    {
        var parts = PathFromRoot(path).Split('/');
        var folders = Enumerable.Range(1, parts.Length).Select(count => string.Join('/', parts.Take(count))).ToArray();
        if (folders.FirstOrDefault(folder => folder != "." && Path.Exists(Path.Combine(Root, folder, ".git"))) is { } inner) return inner;
        // One that is not checked out is an empty folder, and stands in the commit alone.
        if (await ResolveAsync("HEAD", cancel) is null) return null;
        var entries = await _git.RunAsync(new GitCall(Root, ["ls-tree", "-z", "--full-tree", "HEAD", "--", .. folders]), cancel);
        return entries.Split('\0')
            .Where(entry => entry.StartsWith("160000 ", StringComparison.Ordinal))
            .Select(entry => entry.Split('\t', 2)[1])
            .FirstOrDefault(submodule => folders.Contains(submodule, StringComparer.Ordinal));
    }

    /// <summary>The remote that a branch would be pushed to, by Git's own rules; null when there is none, or several and nothing chooses.</summary>
    public async Task<string?> DefaultRemoteAsync(CancellationToken cancel)
    {
        var remotes = (await _git.RunAsync(new GitCall(Root, "remote"), cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var branch = await BranchAsync(cancel);
        string[] keys = branch is null ? ["remote.pushDefault"] : [$"branch.{branch}.pushRemote", "remote.pushDefault", $"branch.{branch}.remote"];
        foreach (var key in keys)
        {
            var value = await _git.TryAsync(new GitCall(Root, "config", "--get", key), cancel);
            if (value.ExitCode == 0 && value.OutputText.TrimEnd('\n') is var name && remotes.Contains(name, StringComparer.Ordinal)) return name;
        }
        return remotes is [var only] ? only : remotes.FirstOrDefault(name => name == "origin");
    }

    /// <summary>The addresses of all remotes, as they are configured.</summary>
    public async Task<ImmutableArray<string>> RemoteUrlsAsync(CancellationToken cancel)
    {
        var found = await _git.TryAsync(new GitCall(Root, "config", "--get-regexp", @"^remote\..*\.url$"), cancel);
        return [.. found.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])];
    }

    /// <summary>Begins a change: a branch that is built in a worktree of its own, apart from the user's checkout.</summary>
    /// <param name="held">The lock on this repository; leftovers of runs that were killed are removed under it.</param>
    /// <param name="branch">The branch; it need not exist.</param>
    /// <param name="basis">The commit on which the branch starts.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">
    /// The branch is checked out somewhere, or holds commits that are not Meshlift's, or another branch is in its way (<see cref="ErrorKind.Refused"/>).
    /// </exception>
    public Task<GitChange> BeginChangeAsync(RepositoryLock held, BranchName branch, CommitId basis, CancellationToken cancel) =>
        held.Folder == CommonDirectory
            ? GitChange.BeginAsync(this, held, branch, basis, cancel)
            : throw new ArgumentException($"the lock is on {held.Folder}, not on {CommonDirectory}", nameof(held));

    /// <summary>Brings a branch to a remote; a branch of that name there is replaced only when all that would be lost is Meshlift's own.</summary>
    /// <param name="remote">The name of a remote, or a URL.</param>
    /// <param name="branch">The branch; it exists.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when the remote had it already.</returns>
    /// <exception cref="UserException">
    /// The remote's branch holds commits of others, or moved in the meantime (<see cref="ErrorKind.Refused"/>); or Git failed.
    /// </exception>
    public Task<bool> PushAsync(string remote, BranchName branch, CancellationToken cancel) => GitPush.RunAsync(this, remote, branch, cancel);

    /// <summary>The commit that a full reference name, or HEAD, stands for; null when there is none.</summary>
    internal async Task<CommitId?> ResolveAsync(string reference, CancellationToken cancel)
    {
        var commit = await _git.TryAsync(new GitCall(Root, "rev-parse", "--verify", "--quiet", reference + "^{commit}"), cancel);
        return commit.ExitCode == 0 ? CommitId.Parse(commit.OutputText.TrimEnd('\n')) : null;
    }

    private string PathFromRoot(string path)
    {
        var real = RealPath.Of(Path.Combine(Root, path));
        return RealPath.IsWithin(real, Root)
            ? Path.GetRelativePath(Root, real).Replace(Path.DirectorySeparatorChar, '/')
            : throw new UserException(ErrorKind.Environment, $"{path} is not in the repository {Root}", "name a path in the repository, or run in the repository that holds it");
    }
}
