using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Tests.Git;

public sealed class GitPushTests
{
    private static readonly BranchName Branch = BranchName.For("render", "1-30-3", "testing");

    [Fact]
    public async Task A_branch_is_pushed_once_and_its_next_form_replaces_it()
    {
        using var repository = await CreateAsync();
        var found = await repository.FindAsync();
        var first = await GitChangeTests.ProposeAsync(repository, "a: 1\n");
        Assert.True(await found.PushAsync("origin", Branch, default));
        Assert.False(await found.PushAsync("origin", Branch, default));
        Assert.Equal(first.Commit!.Value, await TipAsync(repository));
        var second = await GitChangeTests.ProposeAsync(repository, "a: 2\n");
        Assert.True(await found.PushAsync("origin", Branch, default));
        Assert.Equal(second.Commit!.Value, await TipAsync(repository));
        Assert.Equal("main", await repository.GitAsync("branch", "--show-current"));
    }

    [Fact]
    public async Task A_new_form_made_by_another_clone_is_replaced_without_touching_the_users_references()
    {
        using var repository = await CreateAsync();
        using var colleague = await CloneAsync(repository);
        await GitChangeTests.ProposeAsync(colleague, "a: 1\n");
        await (await colleague.FindAsync()).PushAsync("origin", Branch, default);
        await GitChangeTests.ProposeAsync(repository, "a: 2\n");
        var before = await repository.SnapshotAsync();
        repository.Write(".git/hooks/pre-push", "#!/bin/sh\nexit 1\n");
        Assert.True(await (await repository.FindAsync()).PushAsync("origin", Branch, default));
        Assert.Equal(await repository.GitAsync("rev-parse", Branch.Reference), await TipAsync(repository));
        Assert.Equal(before, await repository.SnapshotAsync());
        Assert.False(File.Exists(Path.Combine(repository.Folder, ".git/FETCH_HEAD")));
    }

    [Fact]
    public async Task A_branch_that_holds_a_commit_of_somebody_else_there_is_refused()
    {
        using var repository = await CreateAsync();
        using var colleague = await CloneAsync(repository);
        await GitChangeTests.ProposeAsync(repository, "a: 1\n");
        var found = await repository.FindAsync();
        await found.PushAsync("origin", Branch, default);
        await colleague.GitAsync("fetch", "-q", "origin");
        await colleague.GitAsync("checkout", "-q", Branch.Value);
        var foreign = await colleague.CommitAllAsync("Tune it");
        await colleague.GitAsync("push", "-q", "origin", Branch.Value);
        await GitChangeTests.ProposeAsync(repository, "a: 2\n");
        var error = await Assert.ThrowsAsync<UserException>(() => found.PushAsync("origin", Branch, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Equal($"the branch {Branch} of origin holds a commit that Meshlift did not make: {foreign.Short} by Ann <ann@example.com>: Tune it", error.Message);
        Assert.Equal(foreign.Value, await TipAsync(repository));
    }

    [Theory]
    [InlineData("a: 1\n")]
    [InlineData(null)]
    public async Task A_race_that_is_lost_overwrites_nothing(string? already)
    {
        using var repository = await CreateAsync();
        var found = await repository.FindAsync();
        if (already is not null)
        {
            await GitChangeTests.ProposeAsync(repository, already);
            await found.PushAsync("origin", Branch, default);
        }
        await GitChangeTests.ProposeAsync(repository, "a: 2\n");
        // Somebody is a moment faster: when the push comes in, the branch has just moved.
        var faster = repository.Home.WriteProgram("faster", $"#!/bin/sh\ngit -C \"$1\" update-ref {Branch.Reference} refs/heads/main\nexec git-receive-pack \"$@\"\n");
        await repository.GitAsync("config", "remote.origin.receivepack", faster);
        var error = await Assert.ThrowsAsync<UserException>(() => found.PushAsync("origin", Branch, default));
        Assert.Equal((ErrorKind.Refused, $"the branch {Branch} of origin was moved by somebody else just now"), (error.Kind, error.Message));
        Assert.Equal(await repository.GitAsync("rev-parse", "main"), await TipAsync(repository));
    }

    [Fact]
    public async Task A_server_that_says_no_is_quoted()
    {
        using var repository = await CreateAsync();
        await GitChangeTests.ProposeAsync(repository, "a: 1\n");
        repository.Home.WriteProgram("remote.git/hooks/pre-receive", "#!/bin/sh\necho 'branches need a ticket; see https://bot:s3cret@example.com/rules' >&2\nexit 1\n");
        var error = await Assert.ThrowsAsync<UserException>(async () => await (await repository.FindAsync()).PushAsync("origin", Branch, default));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.Contains("branches need a ticket; see https://***@example.com/rules", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remote_that_is_not_there_is_told_without_its_secrets()
    {
        using var repository = await CreateAsync();
        await GitChangeTests.ProposeAsync(repository, "a: 1\n");
        var found = await repository.FindAsync();
        // Nothing listens on port 1 of this machine.
        foreach (var remote in new[] { "https://bot:s3cret@127.0.0.1:1/x.git", "secret" })
        {
            await repository.GitAsync("config", "remote.secret.url", "https://s3cret@127.0.0.1:1/x.git");
            var error = await Assert.ThrowsAsync<UserException>(() => found.PushAsync(remote, Branch, default));
            Assert.Equal(ErrorKind.Environment, error.Kind);
            Assert.Contains("ls-remote", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_branch_that_is_not_there_is_told()
    {
        using var repository = await CreateAsync();
        var error = await Assert.ThrowsAsync<UserException>(async () => await (await repository.FindAsync()).PushAsync("origin", Branch, default));
        Assert.Equal($"there is no branch {Branch} in {repository.Folder} to push", error.Message);
    }

    private static async Task<TestRepository> CreateAsync()
    {
        var repository = await TestRepository.CreateAsync();
        await repository.GitAsync("clone", "-q", "--bare", repository.Folder, repository.Home["remote.git"]);
        await repository.GitAsync("remote", "add", "origin", repository.Home["remote.git"]);
        return repository;
    }

    private static async Task<TestRepository> CloneAsync(TestRepository repository)
    {
        var clone = await TestRepository.CreateEmptyAsync();
        await clone.GitAsync("remote", "add", "origin", repository.Home["remote.git"]);
        await clone.GitAsync("pull", "-q", "origin", "main");
        return clone;
    }

    private static Task<string> TipAsync(TestRepository repository) => repository.GitInAsync(repository.Home["remote.git"], "rev-parse", Branch.Reference);
}
