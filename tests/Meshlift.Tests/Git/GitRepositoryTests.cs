using Meshlift.Adapters.Git;
using Meshlift.Core;

namespace Meshlift.Tests.Git;

public sealed class GitRepositoryTests
{
    [Fact]
    public async Task A_folder_outside_of_any_repository_has_none()
    {
        using var repository = await TestRepository.CreateAsync();
        Assert.Null(await GitRepository.FindAsync(repository.Program, repository.Home.Path, default));
    }

    [Fact]
    public async Task The_git_directory_and_a_bare_repository_are_no_work_tree()
    {
        using var repository = await TestRepository.CreateAsync();
        await repository.GitAsync("init", "-q", "--bare", repository.Home["bare.git"]);
        Assert.Null(await GitRepository.FindAsync(repository.Program, Path.Combine(repository.Folder, ".git"), default));
        Assert.Null(await GitRepository.FindAsync(repository.Program, repository.Home["bare.git"], default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("clusters/testing")]
    [InlineData("clusters/not/there/yet")]
    public async Task A_folder_in_the_checkout_leads_to_its_root(string folder)
    {
        using var repository = await TestRepository.CreateAsync();
        var found = await repository.FindAsync(Path.Combine(repository.Folder, folder));
        Assert.Equal((repository.Folder, Path.Combine(repository.Folder, ".git")), (found.Root, found.CommonDirectory));
        Assert.Equal(await repository.HeadAsync(), await found.HeadAsync(default));
        Assert.Equal("main", await found.BranchAsync(default));
    }

    [Fact]
    public async Task A_symbolic_link_leads_to_the_real_root()
    {
        using var repository = await TestRepository.CreateAsync();
        Directory.CreateSymbolicLink(repository.Home["link"], repository.Folder);
        var found = await repository.FindAsync(repository.Home["link/clusters"]);
        Assert.Equal((repository.Folder, Path.Combine(repository.Folder, ".git")), (found.Root, found.CommonDirectory));
    }

    [Fact]
    public async Task A_linked_worktree_has_its_own_root_and_head_and_the_common_directory()
    {
        using var repository = await TestRepository.CreateAsync();
        var first = await repository.HeadAsync();
        await repository.CommitAllAsync("Second");
        await repository.GitAsync("worktree", "add", "-q", "--detach", repository.Home["linked"], first.Value);
        var found = await repository.FindAsync(repository.Home["linked/clusters"]);
        Assert.Equal((repository.Home["linked"], Path.Combine(repository.Folder, ".git")), (found.Root, found.CommonDirectory));
        Assert.Equal(first, await found.HeadAsync(default));
        Assert.Null(await found.BranchAsync(default));
    }

    [Fact]
    public async Task The_callers_git_variables_do_not_lead_elsewhere()
    {
        using var repository = await TestRepository.CreateAsync();
        using var other = await TestRepository.CreateAsync();
        repository.Surroundings["GIT_DIR"] = Path.Combine(other.Folder, ".git");
        repository.Surroundings["GIT_WORK_TREE"] = other.Folder;
        repository.Surroundings["GIT_INDEX_FILE"] = "/nowhere";
        repository.Write("new.yaml", "a: 1\n");
        var found = await repository.FindAsync();
        Assert.Equal(repository.Folder, found.Root);
        Assert.Equal(new UncommittedPath("new.yaml", UncommittedKind.Untracked), Assert.Single(await found.UncommittedAsync(["."], default)));
    }

    [Fact]
    public async Task A_repository_without_commits_is_told()
    {
        using var repository = await TestRepository.CreateEmptyAsync();
        var found = await repository.FindAsync();
        var error = await Assert.ThrowsAsync<UserException>(() => found.HeadAsync(default));
        Assert.Equal((ErrorKind.Environment, $"the repository {repository.Folder} has no commit on its branch 'main' yet"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_broken_repository_is_an_error_and_not_a_folder_without_one()
    {
        using var repository = await TestRepository.CreateAsync();
        repository.Home.Write("stray/.git", "gitdir: /nowhere/.git/worktrees/stray\n");
        var error = await Assert.ThrowsAsync<UserException>(() => GitRepository.FindAsync(repository.Program, repository.Home["stray"], default));
        Assert.Contains("not a git repository: /nowhere", error.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(repository.Folder, ".git/config"), "[broken");
        error = await Assert.ThrowsAsync<UserException>(() => GitRepository.FindAsync(repository.Program, repository.Folder, default));
        Assert.Contains("bad config", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Environment, error.Kind);
    }

    [Fact]
    public async Task An_old_git_is_told_and_a_missing_one_too()
    {
        using var repository = await TestRepository.CreateAsync();
        repository.Home.WriteProgram("old/git", "#!/bin/sh\necho git version 2.25.1\n");
        repository.Surroundings["PATH"] = repository.Home["old"] + ":/bin";
        var error = await Assert.ThrowsAsync<UserException>(() => repository.FindAsync());
        Assert.Equal((ErrorKind.Environment, "git 2.25 is too old", "install git 2.30 or newer"), (error.Kind, error.Message, error.Remedy));
        repository.Surroundings["PATH"] = repository.Home["clusters"];
        error = await Assert.ThrowsAsync<UserException>(() => repository.FindAsync());
        Assert.Equal((ErrorKind.Environment, "the program 'git' is not on PATH"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Uncommitted_paths_are_told_by_kind_and_the_index_is_not_refreshed()
    {
        using var repository = await TestRepository.CreateAsync();
        repository.Write("clusters/old name.yaml", "a: 1\n");
        repository.Write(".gitignore", "*.secret\n");
        await repository.CommitAllAsync("More");
        File.SetLastWriteTimeUtc(Path.Combine(repository.Folder, "mesh.yaml"), DateTime.UnixEpoch); // git would note this in the index
        repository.Write("clusters/testing/keep.yaml", "kept: false\n");
        repository.Write("clusters/größe *.yaml", "a: 1\n");
        repository.Write("clusters/a.secret", "a: 1\n");
        File.Delete(Path.Combine(repository.Folder, "clusters/old name.yaml"));
        repository.Write("elsewhere.yaml", "a: 1\n");
        var before = await repository.SnapshotAsync();
        var paths = await (await repository.FindAsync()).UncommittedAsync(["clusters", Path.Combine(repository.Folder, "mesh.yaml")], default);
        UncommittedPath[] expected =
        [
            new("clusters/old name.yaml", UncommittedKind.Changed), new("clusters/testing/keep.yaml", UncommittedKind.Changed),
            new("clusters/größe *.yaml", UncommittedKind.Untracked), new("clusters/a.secret", UncommittedKind.Ignored),
        ];
        Assert.Equal(expected, paths);
        Assert.Empty(await (await repository.FindAsync()).UncommittedAsync([], default));
        Assert.Equal(before, await repository.SnapshotAsync());
    }

    [Fact]
    public async Task A_checkout_with_carriage_returns_is_not_uncommitted()
    {
        using var repository = await TestRepository.CreateAsync();
        await repository.GitAsync("config", "core.autocrlf", "true");
        File.Delete(Path.Combine(repository.Folder, "mesh.yaml"));
        await repository.GitAsync("checkout", "-q", "--", ".");
        Assert.Contains("\r\n", await File.ReadAllTextAsync(Path.Combine(repository.Folder, "mesh.yaml")), StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(Path.Combine(repository.Folder, "mesh.yaml"), DateTime.UnixEpoch);
        Assert.Empty(await (await repository.FindAsync()).UncommittedAsync(["."], default));
    }

    [Fact]
    public async Task A_path_outside_of_the_work_tree_is_refused()
    {
        using var repository = await TestRepository.CreateAsync();
        Directory.CreateSymbolicLink(Path.Combine(repository.Folder, "out"), repository.Home.Path);
        var found = await repository.FindAsync();
        foreach (var path in new[] { "..", "/etc", "out/x", repository.Folder + "2" })
        {
            var error = await Assert.ThrowsAsync<UserException>(() => found.UncommittedAsync([path], default));
            Assert.Contains($"{path} is not in the repository", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_path_in_a_submodule_is_known_with_and_without_a_checkout_of_it()
    {
        using var repository = await TestRepository.CreateAsync();
        using var other = await TestRepository.CreateAsync();
        await repository.GitAsync("submodule", "add", "-q", other.Folder, "parts/sub");
        await repository.CommitAllAsync("Add a submodule");
        var found = await repository.FindAsync();
        Assert.Equal("parts/sub", await found.SubmoduleOfAsync("parts/sub/clusters/x.yaml", default));
        await repository.GitAsync("submodule", "--quiet", "deinit", "-f", "parts/sub");
        Assert.Equal("parts/sub", await found.SubmoduleOfAsync("parts/sub/clusters/x.yaml", default));
        Assert.Null(await found.SubmoduleOfAsync("parts/x.yaml", default));
        Assert.Null(await found.SubmoduleOfAsync(".", default));
        Assert.Null(await found.SubmoduleOfAsync("not/there", default));
    }

    [Fact]
    public async Task A_submodule_is_a_repository_of_its_own()
    {
        using var repository = await TestRepository.CreateAsync();
        using var other = await TestRepository.CreateAsync();
        await repository.GitAsync("submodule", "add", "-q", other.Folder, "sub");
        var found = await repository.FindAsync(Path.Combine(repository.Folder, "sub/clusters"));
        Assert.Equal((Path.Combine(repository.Folder, "sub"), Path.Combine(repository.Folder, ".git/modules/sub")), (found.Root, found.CommonDirectory));
    }

    [Fact]
    public async Task The_default_remote_follows_gits_rules()
    {
        using var repository = await TestRepository.CreateAsync();
        var found = await repository.FindAsync();
        Assert.Null(await found.DefaultRemoteAsync(default));
        await repository.GitAsync("remote", "add", "mine", "/mine");
        Assert.Equal("mine", await found.DefaultRemoteAsync(default));
        await repository.GitAsync("remote", "add", "yours", "/yours");
        Assert.Null(await found.DefaultRemoteAsync(default));
        await repository.GitAsync("remote", "add", "origin", "/origin");
        Assert.Equal("origin", await found.DefaultRemoteAsync(default));
        await repository.GitAsync("config", "branch.main.remote", "yours");
        Assert.Equal("yours", await found.DefaultRemoteAsync(default));
        await repository.GitAsync("config", "remote.pushDefault", "mine");
        Assert.Equal("mine", await found.DefaultRemoteAsync(default));
        await repository.GitAsync("checkout", "-q", "--detach");
        await repository.GitAsync("config", "--unset", "remote.pushDefault");
        Assert.Equal("origin", await found.DefaultRemoteAsync(default));
    }
}
