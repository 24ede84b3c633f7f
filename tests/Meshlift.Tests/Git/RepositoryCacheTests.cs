using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;

namespace Meshlift.Tests.Git;

public sealed class RepositoryCacheTests
{
    private static readonly BranchName Branch = BranchName.For("migrate", "a-tenth", "checkout");

    [Fact]
    public async Task A_change_is_proposed_from_a_clone_that_has_little()
    {
        using var repository = await CreateAsync();
        var proposed = await ProposeAsync(repository, "a: 1\n");
        Assert.Equal(PublishedAs.Created, proposed.How);
        Assert.Equal(await RemoteAsync(repository, "rev-parse", "main"), proposed.Base.Value);
        Assert.Equal(proposed.Commit!.Value, await RemoteAsync(repository, "rev-parse", Branch.Reference));
        Assert.Equal("a: 1", await RemoteAsync(repository, "show", $"{Branch}:mesh.yaml"));
        Assert.Equal("kept: true", await RemoteAsync(repository, "show", $"{Branch}:clusters/testing/keep.yaml"));
        var clone = Assert.Single(Directory.GetDirectories(repository.Home["cache"]));
        Assert.Equal("true", await repository.GitInAsync(clone, "rev-parse", "--is-shallow-repository"));
        Assert.Equal("blob:none", await repository.GitInAsync(clone, "config", "remote.origin.partialclonefilter"));
    }

    [Fact]
    public async Task Run_again_it_is_there_and_on_a_newer_base_it_is_rebuilt()
    {
        using var repository = await CreateAsync();
        var first = await ProposeAsync(repository, "a: 1\n");
        Assert.Equal(first.Commit, (await ProposeAsync(repository, "a: 1\n")).Commit);
        repository.Write("other.yaml", "b: 1\n");
        await repository.CommitAllAsync("Other work");
        await repository.GitAsync("push", "-q", "origin", "main");
        var second = await ProposeAsync(repository, "a: 1\n");
        Assert.Equal(PublishedAs.Rebuilt, second.How);
        Assert.Equal("b: 1", await RemoteAsync(repository, "show", $"{Branch}:other.yaml"));
        Assert.Equal("1", await RemoteAsync(repository, "rev-list", "--count", Branch.Value, "^main"));
        // Another machine, whose cache is empty, finds the same.
        Directory.Delete(repository.Home["cache"], recursive: true);
        Assert.Equal(second.Commit, (await ProposeAsync(repository, "a: 1\n")).Commit);
    }

    [Fact]
    public async Task What_is_wanted_already_is_no_change()
    {
        using var repository = await CreateAsync();
        var proposed = await ProposeAsync(repository, "one: 1\n");
        Assert.Equal((PublishedAs.Nothing, null), (proposed.How, proposed.Commit));
        Assert.Empty(await RemoteAsync(repository, "branch", "--list", Branch.Value));
    }

    [Fact]
    public async Task Commits_of_others_below_our_own_are_seen_and_kept()
    {
        using var repository = await CreateAsync();
        await ProposeAsync(repository, "a: 1\n");
        await repository.GitAsync("fetch", "-q", "origin", Branch.Value);
        await repository.GitAsync("checkout", "-q", "-b", "theirs", "FETCH_HEAD");
        repository.Write("theirs.yaml", "x: 1\n");
        await repository.CommitAllAsync("Their work");
        repository.Write("mesh.yaml", "a: 2\n");
        await repository.CommitAllAsync("Ours again\n\nMeshlift-Step: migrate");
        await repository.GitAsync("push", "-q", "origin", $"theirs:{Branch.Reference}");
        var tip = await RemoteAsync(repository, "rev-parse", Branch.Reference);
        Directory.Delete(repository.Home["cache"], recursive: true);
        var error = await Assert.ThrowsAsync<UserException>(() => ProposeAsync(repository, "a: 3\n"));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("holds a commit that Meshlift did not make", error.Message, StringComparison.Ordinal);
        Assert.Equal(tip, await RemoteAsync(repository, "rev-parse", Branch.Reference));
    }

    [Theory, InlineData(1, 2), InlineData(9, 3)]
    public async Task After_a_lost_race_the_change_is_built_anew_but_not_for_ever(int faster, int expected)
    {
        using var repository = await CreateAsync();
        await ProposeAsync(repository, "a: 9\n");
        // Somebody is a moment faster: when the push comes in, the branch has just gone back, or forth.
        var script = repository.Home.WriteProgram("faster", $"""
            #!/bin/sh
            echo x >> "$1/races"
            if [ "$(wc -l < "$1/races")" -le {faster} ]; then
              tree=$(git -C "$1" rev-parse main:)
              new=$(git -C "$1" -c user.name=x -c user.email=x@example.com commit-tree -p main -m "Race $$" -m "Meshlift-Step: migrate" "$tree")
              git -C "$1" update-ref {Branch.Reference} "$new"
            fi
            exec git-receive-pack "$@"
            """);
        await repository.GitInAsync(Assert.Single(Directory.GetDirectories(repository.Home["cache"])), "config", "remote.origin.receivepack", script);
        var builds = 0;
        var proposing = Cache(repository).ProposeAsync(GitRemote.Parse("../remote.git"), null, Branch, async (change, cancel) =>
        {
            builds++;
            await BuildAsync(change, "a: 1\n", cancel);
        }, default);
        if (faster == 1) Assert.Equal((await proposing).Commit!.Value, await RemoteAsync(repository, "rev-parse", Branch.Reference));
        else Assert.Contains("was moved by somebody else just now", (await Assert.ThrowsAsync<UserException>(() => proposing)).Message, StringComparison.Ordinal);
        Assert.Equal(expected, builds);
    }

    [Fact]
    public async Task Work_that_others_push_meanwhile_is_never_overwritten()
    {
        using var repository = await CreateAsync();
        var builds = 0;
        await repository.GitAsync("checkout", "-q", "-b", "theirs");
        repository.Write("theirs.yaml", "x: 1\n");
        var theirs = await repository.CommitAllAsync("Their work");
        var error = await Assert.ThrowsAsync<UserException>(() => Cache(repository).ProposeAsync(GitRemote.Parse("../remote.git"), null, Branch, async (change, cancel) =>
        {
            builds++;
            await repository.GitAsync("push", "-q", "origin", $"theirs:{Branch.Reference}");
            await BuildAsync(change, "a: 1\n", cancel);
        }, default));
        Assert.Equal((ErrorKind.Refused, 1), (error.Kind, builds));
        Assert.Contains("Their work", error.Message, StringComparison.Ordinal);
        Assert.Equal(theirs.Value, await RemoteAsync(repository, "rev-parse", Branch.Reference));
    }

    [Fact]
    public async Task Another_branch_than_the_default_can_be_wanted_and_a_missing_one_is_told()
    {
        using var repository = await CreateAsync();
        await repository.GitAsync("push", "-q", "origin", "main:refs/heads/trunk");
        var (_, branch, commit) = await Cache(repository).FetchAsync(GitRemote.Parse("../remote.git"), BranchName.Parse("trunk"), default);
        Assert.Equal(("trunk", await RemoteAsync(repository, "rev-parse", "trunk")), (branch.Value, commit.Value));
        await Assert.ThrowsAsync<UserException>(() => Cache(repository).FetchAsync(GitRemote.Parse("../remote.git"), BranchName.Parse("nowhere"), default));
        var error = await Assert.ThrowsAsync<UserException>(() => Cache(repository).FetchAsync(GitRemote.Parse("../gone.git"), null, default));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.Single(Directory.GetDirectories(repository.Home["cache"]));
    }

    private static RepositoryCache Cache(TestRepository repository) => new(repository.Program, repository.Home["cache"], repository.Folder);

    private static Task<ProposedBranch> ProposeAsync(TestRepository repository, string content) =>
        Cache(repository).ProposeAsync(GitRemote.Parse("../remote.git"), null, Branch, (change, cancel) => BuildAsync(change, content, cancel), default);

    private static async Task BuildAsync(GitChange change, string content, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(change.Folder, "mesh.yaml"), content, cancel);
        await change.CommitAsync(CommitMessage.Create("Move checkout", "", "migrate"), ["mesh.yaml"], cancel);
    }

    private static async Task<TestRepository> CreateAsync()
    {
        var repository = await TestRepository.CreateAsync();
        for (var i = 0; i < 3; i++)
        {
            repository.Write("history.yaml", $"n: {i}\n");
            await repository.CommitAllAsync($"History {i}");
        }
        await repository.GitAsync("clone", "-q", "--bare", repository.Folder, repository.Home["remote.git"]);
        await repository.GitInAsync(repository.Home["remote.git"], "config", "uploadpack.allowFilter", "true");
        await repository.GitAsync("remote", "add", "origin", repository.Home["remote.git"]);
        return repository;
    }

    private static Task<string> RemoteAsync(TestRepository repository, params string[] arguments) => repository.GitInAsync(repository.Home["remote.git"], arguments);
}
