using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Adapters.Git;

/// <summary>The manifests on a branch of a repository, as a GitOps agent sees them.</summary>
/// <param name="Commit">The commit that the branch is at.</param>
/// <param name="Files">All .yaml, .yml and .json files, by their paths from the root with '/' between the parts.</param>
public sealed record GitBranch(CommitId Commit, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Files)
{
    private const int Largest = 16 << 20;

    /// <summary>Reads a branch. Nothing is checked out, and nothing is changed.</summary>
    /// <param name="git">The program.</param>
    /// <param name="folder">A repository, with or without a work tree.</param>
    /// <param name="branch">The short name of a branch.</param>
    /// <param name="known">The commit that was read before; null for none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null when the branch is still at the commit that is known.</returns>
    /// <exception cref="UserException">There is no such repository or branch, or a file is too large.</exception>
    public static async Task<GitBranch?> ReadAsync(GitProgram git, string folder, string branch, string? known, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) throw new UserException(ErrorKind.Environment, $"{folder} is no folder", "name a Git repository on this machine");
        var resolved = await git.TryAsync(new GitCall(folder, "rev-parse", "--verify", "--quiet", $"refs/heads/{branch}^{{commit}}"), cancel);
        if (resolved.ExitCode != 0)
        {
            if (resolved.ErrorText.Length > 0) throw resolved.Failure($"name a Git repository; '{folder}' is none that Git can use");
            throw new UserException(ErrorKind.Environment, $"the repository {folder} has no branch '{branch}'", "name a branch that 'git branch' lists, or push it");
        }
        var commit = CommitId.Parse(resolved.OutputText.TrimEnd('\n'));
        if (commit.Value == known) return null;
        var files = (await GitTree.ListAsync(git, folder, commit, "", cancel)).Where(file => file.IsFile && GitTree.IsManifest(file.Path)).ToList();
        if (files.Find(file => file.Size > Largest) is { Path: { } large }) throw new UserException(ErrorKind.Input, $"{large} of {folder} is larger than {Largest >> 20} MiB", "keep files of that size out of the branch");
        return new GitBranch(commit, (await GitTree.ReadAsync(git, folder, files, cancel)).ToImmutableSortedDictionary(file => file.Path, file => file.Bytes, StringComparer.Ordinal));
    }
}
