using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Commits;
using static Meshlift.Tests.Git.GitChangeTests;

namespace Meshlift.Tests.Git;

/// <summary>What becomes of a branch that is there already, and of one that somebody else moves or holds.</summary>
public sealed class GitChangeBranchTests
{
    private static readonly BranchName Branch = BranchName.For("render", "1-30-3", "testing");

    [Fact]
    public async Task The_same_change_again_is_found_and_not_proposed_twice()
    {
        using var repository = await TestRepository.CreateAsync();
        var first = await ProposeAsync(repository, "a: 1\n");
        repository.Time = TimeProvider.System;
        var second = await ProposeAsync(repository, "a: 1\n");
        Assert.Equal((PublishedAs.AlreadyThere, first.Commit), (second.How, second.Commit));
        Assert.Equal(first.Commit!.Value, await repository.GitAsync("rev-parse", Branch.Reference));
        await AssertNoWorktreesAsync(repository);
    }

    [Fact]
    public async Task Another_change_or_another_base_rebuilds_the_branch_and_the_old_one_stays_in_the_reflog()
    {
        using var repository = await TestRepository.CreateAsync();
        var first = await ProposeAsync(repository, "a: 1\n");
        var other = await ProposeAsync(repository, "a: 2\n");
        Assert.Equal(PublishedAs.Rebuilt, other.How);
        var basis = await repository.CommitAllAsync("Move on");
        var moved = await ProposeAsync(repository, "a: 2\n");
        Assert.Equal(PublishedAs.Rebuilt, moved.How);
        Assert.Equal(basis.Value, await repository.GitAsync("rev-parse", Branch.Reference + "~1"));
        Assert.Equal($"{moved.Commit}\n{other.Commit}\n{first.Commit}", await repository.GitAsync("log", "-g", "--format=%H", Branch.Value, "--"));
    }

    [Fact]
    public async Task A_change_of_nothing_touches_no_branch()
    {
        using var repository = await TestRepository.CreateAsync();
        repository.Write("generated/new.yaml", "a: 1\n");
        await repository.CommitAllAsync("Have it");
        Assert.Equal(new PublishedChange(PublishedAs.Nothing, null), await ProposeAsync(repository, "a: 1\n"));
        Assert.Equal("main", await repository.GitAsync("branch", "--format=%(refname:short)"));
    }

    [Fact]
    public async Task A_branch_with_a_commit_of_somebody_else_is_refused()
    {
        using var repository = await TestRepository.CreateAsync();
        await ProposeAsync(repository, "a: 1\n");
        await repository.GitAsync("checkout", "-q", Branch.Value);
        repository.Write("generated/new.yaml", "a: by hand\n");
        var foreign = await repository.CommitAllAsync("Tune it\n\nBecause.");
        await repository.CommitAllAsync("Again");
        await repository.GitAsync("checkout", "-q", "main");
        var error = await Assert.ThrowsAsync<UserException>(() => ProposeAsync(repository, "a: 2\n"));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Equal($"the branch {Branch} holds a commit that Meshlift did not make: {foreign.Short} by Ann <ann@example.com>: Tune it", error.Message);
        Assert.StartsWith("merge the branch", error.Remedy, StringComparison.Ordinal);
        await AssertNoWorktreesAsync(repository);
    }

    [Fact]
    public async Task A_shallow_clone_that_cannot_tell_says_so()
    {
        using var repository = await TestRepository.CreateAsync();
        await ProposeAsync(repository, "a: 1\n");
        await repository.CommitAllAsync("Move on");
        await repository.GitAsync("clone", "-q", "--depth=1", "file://" + repository.Folder, repository.Home["shallow"]);
        await repository.GitInAsync(repository.Home["shallow"], "fetch", "-q", "--depth=9", "origin", $"{Branch.Reference}:{Branch.Reference}");
        await repository.GitInAsync(repository.Home["shallow"], "fetch", "-q", "--depth=1", "origin", "main");
        var error = await Assert.ThrowsAsync<UserException>(() => ProposeAsync(repository, "a: 2\n", repository.Home["shallow"]));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("git fetch --unshallow", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_that_the_user_has_checked_out_is_refused_wherever_that_is()
    {
        using var repository = await TestRepository.CreateAsync();
        await repository.GitAsync("checkout", "-q", "-b", Branch.Value);
        var error = await Assert.ThrowsAsync<UserException>(() => ProposeAsync(repository, "a: 1\n"));
        Assert.Equal((ErrorKind.Refused, $"the branch {Branch} is checked out in {repository.Folder}"), (error.Kind, error.Message));
        await repository.GitAsync("checkout", "-q", "main");
        await repository.GitAsync("worktree", "add", "-q", repository.Home["linked"], Branch.Value);
        error = await Assert.ThrowsAsync<UserException>(() => ProposeAsync(repository, "a: 1\n"));
        Assert.Equal($"the branch {Branch} is checked out in {repository.Home["linked"]}", error.Message);
    }

    [Theory]
    [InlineData("meshlift")]
    [InlineData("meshlift/render")]
    [InlineData("meshlift/render/1-30-3/testing/more")]
    public async Task A_branch_in_the_way_is_refused(string other)
    {
        using var repository = await TestRepository.CreateAsync();
        await repository.GitAsync("branch", other);
        var error = await Assert.ThrowsAsync<UserException>(() => ProposeAsync(repository, "a: 1\n"));
        Assert.Equal((ErrorKind.Refused, $"the branch {other} stands in the way of {Branch}"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_branch_that_moves_while_the_change_is_built_is_not_overwritten()
    {
        using var repository = await TestRepository.CreateAsync();
        var found = await repository.FindAsync();
        using var held = RepositoryLock.Take(found, repository.Time);
        await using var change = await found.BeginChangeAsync(held, Branch, await found.HeadAsync(default), default);
        repository.Home.Write(Path.Combine(change.Folder, "a.yaml"), "a: 1\n");
        await change.CommitAsync(Message("Add"), ["a.yaml"], default);
        await repository.GitAsync("branch", Branch.Value, "main");
        var error = await Assert.ThrowsAsync<UserException>(() => change.PublishAsync(default));
        Assert.Equal((ErrorKind.Refused, $"the branch {Branch} was moved by somebody else while it was being built"), (error.Kind, error.Message));
        Assert.Equal(await repository.GitAsync("rev-parse", "main"), await repository.GitAsync("rev-parse", Branch.Value));
    }

    [Fact]
    public async Task A_branch_that_is_checked_out_while_the_change_is_built_is_refused()
    {
        using var repository = await TestRepository.CreateAsync();
        await ProposeAsync(repository, "a: 1\n");
        var found = await repository.FindAsync();
        using var held = RepositoryLock.Take(found, repository.Time);
        await using var change = await found.BeginChangeAsync(held, Branch, await found.HeadAsync(default), default);
        repository.Home.Write(Path.Combine(change.Folder, "a.yaml"), "a: 1\n");
        await change.CommitAsync(Message("Add"), ["a.yaml"], default);
        await repository.GitAsync("checkout", "-q", Branch.Value);
        var before = await repository.SnapshotAsync();
        Assert.Equal(ErrorKind.Refused, (await Assert.ThrowsAsync<UserException>(() => change.PublishAsync(default))).Kind);
        Assert.Equal(before, await repository.SnapshotAsync());
    }
}
