using System.Security.Cryptography;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;

namespace Meshlift.Adapters.Git;

/// <summary>A branch as it was brought to the remote.</summary>
/// <param name="Base">The commit that the change was built on.</param>
/// <param name="How">What became of the branch here.</param>
/// <param name="Commit">Its tip, also at the remote; null when the change has no commit and no branch was touched.</param>
public sealed record ProposedBranch(CommitId Base, PublishedAs How, CommitId? Commit);

/// <summary>
/// Clones of other repositories, kept in a cache folder from run to run: of the history only the last commit (until a branch of Meshlift's is found there, whose
/// commits have to be told from others'), of the files only those that are looked at, where the server knows how.
/// </summary>
/// <param name="git">The program. It brings its own credentials: keys of ssh, credential helpers.</param>
/// <param name="cacheFolder">Where the clones are; deleting it costs only time.</param>
/// <param name="folder">The folder of the configuration file: relative addresses start there.</param>
public sealed class RepositoryCache(GitProgram git, string cacheFolder, string folder)
{
    private const int Tries = 3;
    private const string Unreachable = "make 'git ls-remote' work by hand for this address, without a question being asked";

    /// <summary>The clone of a repository, with its branches as they are now at the remote.</summary>
    /// <param name="remote">The address.</param>
    /// <param name="branch">The branch that is wanted; null for the default branch.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The clone; the branch, and its last commit.</returns>
    /// <exception cref="UserException">The remote cannot be reached, or has no such branch.</exception>
    public async Task<(GitRepository Repository, BranchName Branch, CommitId Commit)> FetchAsync(GitRemote remote, BranchName? branch, CancellationToken cancel)
    {
        var repository = await CloneAsync(RepositoryAddress.Of(remote, folder), cancel);
        var wanted = branch ?? await DefaultBranchAsync(repository, cancel);
        await FetchAsync(repository, $"+{wanted.Reference}:refs/remotes/origin/{wanted}", await IsShallowAsync(repository, cancel), cancel);
        return (repository, wanted, await repository.ResolveAsync($"refs/remotes/origin/{wanted}", cancel)
            ?? throw new UserException(ErrorKind.Environment, $"{remote} has no branch '{wanted}'", "correct 'branch' of the repository"));
    }

    /// <summary>Builds a change on the newest state of a branch and pushes it. When somebody pushes in between, it is built anew; nothing of theirs is overwritten.</summary>
    /// <param name="remote">The address.</param>
    /// <param name="onto">The branch that the change is for; null for the default branch.</param>
    /// <param name="branch">The branch that holds the change.</param>
    /// <param name="build">Writes and commits the change; called again after a lost race, with another folder.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">The branch holds commits of others, every race was lost (<see cref="ErrorKind.Refused"/>), or Git failed.</exception>
    public async Task<ProposedBranch> ProposeAsync(GitRemote remote, BranchName? onto, BranchName branch, Func<GitChange, CancellationToken, Task> build, CancellationToken cancel)
    {
        for (var tried = 1; ; tried++)
        {
            var (repository, _, basis) = await FetchAsync(remote, onto, cancel);
            using var held = RepositoryLock.Take(repository, git.Time);
            await TakeOverAsync(repository, branch, cancel);
            PublishedChange published;
            await using (var change = await repository.BeginChangeAsync(held, branch, basis, cancel))
            {
                await build(change, cancel);
                published = await change.PublishAsync(cancel);
            }
            if (published.Commit is null) return new ProposedBranch(basis, published.How, null);
            try
            {
                await repository.PushAsync("origin", branch, cancel);
                return new ProposedBranch(basis, published.How, published.Commit);
            }
            catch (UserException e) when (e.Kind == ErrorKind.Refused && tried < Tries)
            {
                // Somebody moved the branch. If commits of others are on it now, the next try says so before it builds anything.
            }
        }
    }

    private async Task<GitRepository> CloneAsync(string address, CancellationToken cancel)
    {
        var clone = Path.Combine(cacheFolder, FolderName(address));
        if (!Directory.Exists(Path.Combine(clone, ".git")))
        {
            using var part = new NewClone(cacheFolder, clone);
            var cloned = await git.TryAsync(
                new GitCall(cacheFolder, "clone", "--quiet", "--no-checkout", "--no-tags", "--depth=1", "--filter=blob:none", "--single-branch", "--", address, part.Path)
                {
                    Remote = true,
                    Variables = await GitPush.WithoutQuestionsAsync(git, cacheFolder, cancel),
                },
                cancel);
            if (cloned.ExitCode != 0) throw cloned.Failure(Unreachable);
            part.Keep();
        }
        return await GitRepository.FindAsync(git, clone, cancel)
            ?? throw new UserException(ErrorKind.Environment, $"{clone} is no repository", "delete that folder; it is only a cache");
    }

    // The remote may have another default branch by now.
    private static async Task<BranchName> DefaultBranchAsync(GitRepository repository, CancellationToken cancel)
    {
        var list = await repository.Git.RunAsync(await RemoteAsync(repository, cancel, "ls-remote", "--quiet", "--symref", "--", "origin", "HEAD"), cancel);
        return list.Split('\n').Select(line => line.Split('\t')).FirstOrDefault(fields => fields is [['r', 'e', 'f', ':', ..], "HEAD"]) is [var target, _]
            ? BranchName.Parse(target["ref: refs/heads/".Length..])
            : throw new UserException(ErrorKind.Environment, $"the remote of {repository.Root} does not say which branch is its default", "name one in 'branch' of the repository");
    }

    // The clone's branch is a copy of the remote's: what an earlier run left here and did not push is nobody's.
    private static async Task TakeOverAsync(GitRepository repository, BranchName branch, CancellationToken cancel)
    {
        var there = await repository.Git.RunAsync(await RemoteAsync(repository, cancel, "ls-remote", "--quiet", "--refs", "--", "origin", branch.Reference), cancel);
        if (there.Length == 0)
        {
            await repository.Git.RunAsync(new GitCall(repository.Root, "update-ref", "-d", branch.Reference), cancel);
            return;
        }
        // With the last commits alone, one of somebody else's below Meshlift's would not be seen.
        if (await IsShallowAsync(repository, cancel)) await repository.Git.RunAsync(await RemoteAsync(repository, cancel, "fetch", "--quiet", "--no-tags", "--unshallow", "--", "origin"), cancel);
        await FetchAsync(repository, $"+{branch.Reference}:{branch.Reference}", isShallow: false, cancel);
    }

    private static async Task FetchAsync(GitRepository repository, string what, bool isShallow, CancellationToken cancel)
    {
        string[] depth = isShallow ? ["--depth=1"] : [];
        await repository.Git.RunAsync(
            await RemoteAsync(repository, cancel, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--update-head-ok", "--no-recurse-submodules", .. depth, "--", "origin", what]), cancel);
    }

    private static async Task<bool> IsShallowAsync(GitRepository repository, CancellationToken cancel) =>
        await repository.Git.RunAsync(new GitCall(repository.Root, "rev-parse", "--is-shallow-repository"), cancel) == "true";

    private static async Task<GitCall> RemoteAsync(GitRepository repository, CancellationToken cancel, params string[] arguments) =>
        new(repository.Root, [.. arguments]) { Remote = true, Remedy = Unreachable, Variables = await GitPush.WithoutQuestionsAsync(repository.Git, repository.Root, cancel) };

    // Readable for who looks into the cache; the digest keeps apart what only looks alike.
    private static string FolderName(string address)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)))[..16];
        var name = new string([.. Path.GetFileNameWithoutExtension(address.TrimEnd('/')).Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(40)]);
        return $"{name}-{digest}";
    }

    /// <summary>A clone in the making, which is at its place only when it is whole.</summary>
    private sealed class NewClone : IDisposable
    {
        private readonly string _place;

        public NewClone(string cacheFolder, string place)
        {
            _place = place;
            Path = $"{place}.{Guid.NewGuid():N}";
            try
            {
                Directory.CreateDirectory(cacheFolder);
            }
            catch (Exception e) when (FileFailure.IsExpected(e))
            {
                throw FileFailure.Of(e, "make", cacheFolder);
            }
        }

        public string Path { get; }

        public void Keep()
        {
            try
            {
                Directory.Move(Path, _place);
            }
            catch (IOException) when (Directory.Exists(_place))
            {
                // Another run has just made the same one.
            }
        }

        public void Dispose()
        {
            try
            {
                if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
            }
            catch (Exception e) when (FileFailure.IsExpected(e))
            {
                // It is only a cache.
            }
        }
    }
}
