using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Adapters.Git;

/// <summary>The worktrees in which changes are built: <c>meshlift/worktrees/BRANCH</c> in the repository's common Git directory.</summary>
/// <param name="repository">The repository.</param>
internal sealed class GitWorktrees(GitRepository repository)
{
    private const int LongestFolderName = 200;

    private string Home => Path.Combine(repository.CommonDirectory, "meshlift", "worktrees");

    /// <summary>Makes a worktree without a branch.</summary>
    /// <returns>Its folder.</returns>
    public async Task<string> AddAsync(BranchName branch, CommitId basis, ImmutableDictionary<string, string> identity, CancellationToken cancel)
    {
        var folder = Path.Combine(Home, FolderName(branch));
        if (Directory.Exists(folder))
            throw new UserException(ErrorKind.Environment, $"the worktree {folder} is in use, or is left from a run that was ended and cannot be removed", "delete that folder and run again");
        Directory.CreateDirectory(Home);
        try
        {
            await repository.Git.RunAsync(
                new GitCall(repository.Root, "worktree", "add", "--quiet", "--detach", folder, basis.Value)
                {
                    Settings = GitChange.ExactContent,
                    Variables = identity,
                    Remote = true, // a partial clone fetches what it checks out
                    Remedy = "see what Git says above; the disk may be full, or the Git directory not writable",
                },
                cancel);
        }
        catch
        {
            await RemoveAsync(folder);
            throw;
        }
        return folder;
    }

    /// <summary>Where a branch is checked out by the user; null when nowhere.</summary>
    public async Task<string?> CheckoutOfAsync(BranchName branch, CancellationToken cancel)
    {
        var list = await repository.Git.RunAsync(new GitCall(repository.Root, "worktree", "list", "--porcelain"), cancel);
        return list.Split("\n\n")
            .Select(entry => entry.Split('\n'))
            .FirstOrDefault(lines => lines.Contains("branch " + branch.Reference, StringComparer.Ordinal))?[0]["worktree ".Length..];
    }

    /// <summary>Removes what runs that were killed have left. The user's own worktrees, also those whose folders are gone, are not touched.</summary>
    public async Task SweepAsync()
    {
        foreach (var (folder, _) in Entries()) await RemoveAsync(folder);
        if (!Directory.Exists(Home)) return;
        foreach (var folder in Directory.GetDirectories(Home)) Delete(folder);
    }

    /// <summary>Removes one of these worktrees, in whatever state it is. What cannot be removed now is left to the next run.</summary>
    public async Task RemoveAsync(string folder)
    {
        try
        {
            // Twice --force: Git locks a worktree while it is being made.
            await repository.Git.TryAsync(new GitCall(repository.Root, "worktree", "remove", "--force", "--force", folder), CancellationToken.None);
        }
        catch (UserException)
        {
            // Git itself is missing or hangs; the files go all the same.
        }
        Delete(folder);
        foreach (var (_, entry) in Entries().Where(entry => entry.Folder == folder)) Delete(entry);
    }

    // Git keeps a directory about each worktree, with a file that names the worktree's .git file.
    private IEnumerable<(string Folder, string Entry)> Entries()
    {
        var home = Path.Combine(repository.CommonDirectory, "worktrees");
        if (!Directory.Exists(home)) yield break;
        foreach (var entry in Directory.GetDirectories(home))
        {
            var pointer = Path.Combine(entry, "gitdir");
            if (!File.Exists(pointer)) continue;
            var folder = Path.GetDirectoryName(Path.GetFullPath(File.ReadAllText(pointer).TrimEnd('\n'), entry))!;
            if (RealPath.IsWithin(folder, Home)) yield return (folder, entry);
        }
    }

    // '~' is in no branch name, so two branches never share a folder.
    private static string FolderName(BranchName branch)
    {
        var name = branch.Value.Replace('/', '~');
        if (Encoding.UTF8.GetByteCount(name) <= LongestFolderName) return name;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
    }

    private static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run tries again.
        }
    }
}
