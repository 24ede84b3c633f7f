using System.Collections.Immutable;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Adapters.Git;

/// <summary>Brings a branch to a remote without ever overwriting what it has not seen or what is not Meshlift's.</summary>
internal static class GitPush
{
    private const string Unreachable = "make 'git fetch' and 'git push' work by hand for this remote, without a question being asked";

    /// <summary>See <see cref="GitRepository.PushAsync"/>.</summary>
    public static async Task<bool> RunAsync(GitRepository repository, string remote, BranchName branch, CancellationToken cancel)
    {
        var commit = await repository.ResolveAsync(branch.Reference, cancel)
            ?? throw new UserException(ErrorKind.Environment, $"there is no branch {branch} in {repository.Root} to push", "make the change again");
        var variables = (await GitIdentity.VariablesAsync(repository, cancel)).SetItems(await WithoutQuestionsAsync(repository.Git, repository.Root, cancel));
        var there = await TipAsync(repository, variables, remote, branch, cancel);
        if (there == commit) return false;
        if (there is not null) await RequireOwnAsync(repository, variables, remote, branch, commit, there, cancel);
        var pushed = await repository.Git.TryAsync(
            Remote(
                repository, variables,
                "push", "--porcelain", "--no-progress", "--no-verify", "--no-signed", "--no-follow-tags", "--recurse-submodules=no",
                $"--force-with-lease={branch.Reference}:{there}", "--", remote, $"{commit}:{branch.Reference}"),
            cancel);
        if (pushed.ExitCode == 0) return true;
        if (await TipAsync(repository, variables, remote, branch, cancel) != there) throw Moved(remote, branch);
        throw pushed.Failure("see what the remote says above; a rule of the server may forbid the branch, or the account may not push");
    }

    // The tip of the branch at the remote; null when it has no such branch.
    private static async Task<CommitId?> TipAsync(
        GitRepository repository, ImmutableDictionary<string, string> variables, string remote, BranchName branch, CancellationToken cancel)
    {
        var list = await repository.Git.RunAsync(Remote(repository, variables, "ls-remote", "--quiet", "--refs", "--", remote, branch.Reference), cancel);
        return list.Split('\n').Select(line => line.Split('\t')).FirstOrDefault(fields => fields is [_, var name] && name == branch.Reference) is [var commit, _]
            ? CommitId.Parse(commit)
            : null;
    }

    private static async Task RequireOwnAsync(
        GitRepository repository, ImmutableDictionary<string, string> variables, string remote, BranchName branch, CommitId ours, CommitId there, CancellationToken cancel)
    {
        // Only the objects are wanted: no reference of the user's, no FETCH_HEAD and no tag is written.
        await repository.Git.RunAsync(
            Remote(
                repository, variables,
                "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=", "--no-recurse-submodules", "--", remote, branch.Reference),
            cancel);
        if (await repository.ResolveAsync(there.Value, cancel) is null) throw Moved(remote, branch);
        var commits = await BranchOwnership.BeyondAsync(repository, ours, there, cancel);
        await BranchOwnership.RequireAsync(repository, $"the branch {branch} of {Redaction.Hide(remote)}", commits, cancel);
    }

    /// <summary>The variables by which ssh does not ask on the terminal, past git, about unknown hosts and passphrases. A command of the user's own is left as it is.</summary>
    public static async Task<ImmutableDictionary<string, string>> WithoutQuestionsAsync(GitProgram git, string folder, CancellationToken cancel)
    {
        var own = git.Surroundings.ContainsKey("GIT_SSH_COMMAND") || git.Surroundings.ContainsKey("GIT_SSH")
            || (await git.TryAsync(new GitCall(folder, "config", "--get", "core.sshCommand"), cancel)).ExitCode == 0;
        return own ? ImmutableDictionary<string, string>.Empty : ImmutableDictionary<string, string>.Empty.Add("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
    }

    private static GitCall Remote(GitRepository repository, ImmutableDictionary<string, string> variables, params ImmutableArray<string> arguments) =>
        new(repository.Root, arguments) { Variables = variables, Remote = true, Remedy = Unreachable };

    private static UserException Moved(string remote, BranchName branch) => new(
        ErrorKind.Refused, $"the branch {branch} of {Redaction.Hide(remote)} was moved by somebody else just now", "run again; the branch is looked at anew");
}
