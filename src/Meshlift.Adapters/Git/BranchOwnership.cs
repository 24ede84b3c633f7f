using System.Collections.Immutable;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Adapters.Git;

/// <summary>Reads the commits of a branch, and refuses one that holds work of others.</summary>
internal static class BranchOwnership
{
    // No step has nearly as many commits; beyond them the branch is somebody else's anyway.
    private const int MostCommits = 1000;

    /// <summary>The commits of <paramref name="tip"/> that <paramref name="known"/> does not have, oldest first.</summary>
    public static async Task<ImmutableArray<RecordedCommit>> BeyondAsync(GitRepository repository, CommitId known, CommitId tip, CancellationToken cancel)
    {
        var log = await repository.Git.RunAsync(
            new GitCall(
                repository.Root,
                "log", "-z", "--topo-order", $"--max-count={MostCommits}", "--no-show-signature", "--no-color", "--no-notes", "--encoding=UTF-8",
                "--format=%H%n%T%n%P%n%an <%ae>%n%B", $"{known}..{tip}", "--"),
            cancel);
        return
        [
            .. log.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('\n', 5)).Select(fields => new RecordedCommit(
                CommitId.Parse(fields[0]), fields[1], [.. fields[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(CommitId.Parse)], Redaction.WithoutControls(fields[3]), fields[4])).Reverse(),
        ];
    }

    /// <summary>Refuses when one of the commits is not Meshlift's.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="branch">The branch as messages call it.</param>
    /// <param name="commits">Its commits beyond what is kept anyway, oldest first.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">One is somebody else's.</exception>
    public static async Task RequireAsync(GitRepository repository, string branch, ImmutableArray<RecordedCommit> commits, CancellationToken cancel)
    {
        if (BranchHistory.FirstForeign(commits) is not { } foreign) return;
        var shallow = await repository.Git.RunAsync(new GitCall(repository.Root, "rev-parse", "--is-shallow-repository"), cancel);
        throw new UserException(
            ErrorKind.Refused,
            $"{branch} holds a commit that Meshlift did not make: {foreign.Id.Short} by {foreign.Author}: {CommitMessage.Parse(foreign.Message).Subject}",
            shallow == "true"
                ? "this clone has only part of the history, so the commit may be older than the branch; fetch all of it ('git fetch --unshallow', or a fetch depth of 0 in CI) and run again"
                : "merge the branch, or move that commit to a branch of its own, then delete this one and run again");
    }
}
