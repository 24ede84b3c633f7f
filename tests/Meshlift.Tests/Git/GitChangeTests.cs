using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Tests.Git;

public sealed class GitChangeTests
{
    private static readonly BranchName Branch = BranchName.For("render", "1-30-3", "testing");

    [Fact]
    public async Task A_change_becomes_a_branch_and_the_dirty_checkout_stays_as_it_is()
    {
        using var repository = await TestRepository.CreateAsync();
        repository.Write("mesh.yaml", "one: 2\n");
        repository.Write("staged.yaml", "a: 1\n");
        await repository.GitAsync("add", "staged.yaml");
        repository.Write("untracked.yaml", "a: 1\n");
        var (before, head) = (await repository.SnapshotAsync(), await repository.HeadAsync());

        var published = await ProposeAsync(repository, "a: 1\n");

        Assert.Equal(PublishedAs.Created, published.How);
        Assert.Equal(before, await repository.SnapshotAsync());
        Assert.Equal(published.Commit!.Value, await repository.GitAsync("rev-parse", Branch.Reference));
        Assert.Equal(head.Value, await repository.GitAsync("rev-parse", Branch.Reference + "~1"));
        Assert.Equal("A\tgenerated/new.yaml", await repository.GitAsync("diff", "--name-status", "main", Branch.Value));
        await AssertNoWorktreesAsync(repository);
    }

    [Fact]
    public async Task Commits_follow_each_other_with_their_messages_dates_and_deletions()
    {
        using var repository = await TestRepository.CreateAsync();
        var found = await repository.FindAsync();
        using var held = RepositoryLock.Take(found, repository.Time);
        await using var change = await found.BeginChangeAsync(held, Branch, await found.HeadAsync(default), default);
        repository.Home.Write(Path.Combine(change.Folder, "crds/größe und -x *.yaml"), "a: 1\n");
        var first = await change.CommitAsync(Message("Add definitions"), ["crds/größe und -x *.yaml"], default);
        File.Delete(Path.Combine(change.Folder, "clusters/testing/keep.yaml"));
        repository.Home.Write(Path.Combine(change.Folder, "not-named.yaml"), "a: 1\n");
        var second = await change.CommitAsync(Message("Remove the rest"), ["clusters/testing/keep.yaml", "never/was/there.yaml"], default);
        Assert.Null(await change.CommitAsync(Message("Nothing"), ["crds/größe und -x *.yaml", "never/was/there.yaml"], default));
        Assert.Null(await change.CommitAsync(Message("Nothing"), [], default));
        await change.PublishAsync(default);

        Assert.Equal($"{second}\n{first}", await repository.GitAsync("rev-list", "main.." + Branch));
        Assert.Equal("crds/größe und -x *.yaml\nmesh.yaml", await repository.GitAsync("-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", Branch.Value));
        Assert.Equal("Meshlift <meshlift@localhost> 2024-10-04T00:00:00+00:00 Meshlift <meshlift@localhost> 2024-10-04T00:00:00+00:00",
            await repository.GitAsync("log", "-1", "--format=%an <%ae> %aI %cn <%ce> %cI", Branch.Value));
        Assert.Equal(Message("Remove the rest").ToString(), await repository.GitAsync("log", "-1", "--format=%B", Branch.Value) + "\n");
        Assert.Equal("render", await repository.GitAsync("log", "-1", "--format=%(trailers:key=Meshlift-Step,valueonly,separator=)", Branch.Value));
    }

    [Fact]
    public async Task The_users_identity_is_taken_where_there_is_one()
    {
        using var repository = await TestRepository.CreateAsync();
        await repository.GitAsync("config", "user.name", "Bea");
        await repository.GitAsync("config", "user.email", "bea@example.com");
        await repository.GitAsync("config", "user.useConfigOnly", "true");
        repository.Surroundings["GIT_COMMITTER_NAME"] = "Robot";
        await ProposeAsync(repository, "a: 1\n");
        Assert.Equal("Bea <bea@example.com> Robot <bea@example.com>", await repository.GitAsync("log", "-1", "--format=%an <%ae> %cn <%ce>", Branch.Value));
    }

    [Fact]
    public async Task Settings_of_the_user_change_nothing_in_a_commit()
    {
        using var repository = await TestRepository.CreateAsync();
        repository.Write(".gitignore", "generated/\n*.yaml\n");
        await repository.CommitAllAsync("Ignore");
        // Signing without a key, converted line breaks, a hook that refuses everything, a sparse checkout, an identity that must not be guessed.
        await repository.GitAsync("config", "commit.gpgsign", "true");
        await repository.GitAsync("config", "gpg.program", "/bin/false");
        await repository.GitAsync("config", "core.autocrlf", "true");
        await repository.GitAsync("config", "core.safecrlf", "true");
        await repository.GitAsync("config", "user.useConfigOnly", "true");
        foreach (var hook in new[] { "reference-transaction", "post-checkout", "pre-commit", "commit-msg", "post-index-change" })
            repository.Home.WriteProgram(Path.Combine(repository.Folder, ".git/hooks", hook), "#!/bin/sh\nexit 1\n");
        await repository.GitAsync("sparse-checkout", "set", "--no-cone", "/clusters/");
        var before = await repository.SnapshotAsync();

        await ProposeAsync(repository, "a: 1\nb: 2\r\n");

        Assert.Equal("a: 1\nb: 2\r", await repository.GitAsync("show", Branch + ":generated/new.yaml"));
        Assert.Equal("A\tgenerated/new.yaml", await repository.GitAsync("diff", "--name-status", "main", Branch.Value));
        Assert.Equal(before, await repository.SnapshotAsync());
    }

    [Theory]
    [InlineData("detached")]
    [InlineData("linked")]
    [InlineData("submodule")]
    [InlineData("sha256")]
    public async Task A_change_works_from_every_kind_of_checkout(string kind)
    {
        using var repository = await TestRepository.CreateAsync();
        using var other = await TestRepository.CreateAsync();
        var folder = repository.Folder;
        switch (kind)
        {
            case "detached":
                await repository.GitAsync("checkout", "-q", "--detach");
                break;
            case "linked":
                folder = repository.Home["linked"];
                await repository.GitAsync("worktree", "add", "-q", folder);
                break;
            case "submodule":
                await repository.GitAsync("submodule", "add", "-q", other.Folder, "sub");
                folder = Path.Combine(repository.Folder, "sub");
                break;
            default:
                folder = repository.Home["sha256"];
                await repository.GitAsync("init", "-q", "--object-format=sha256", folder);
                await repository.GitInAsync(folder, "commit", "-q", "--allow-empty", "-m", "Begin");
                break;
        }
        var before = await repository.SnapshotAsync();
        var published = await ProposeAsync(repository, "a: 1\n", folder);
        Assert.Equal(published.Commit!.Value, await repository.GitInAsync(folder, "rev-parse", Branch.Reference));
        Assert.Equal("a: 1", await repository.GitInAsync(folder, "show", Branch + ":generated/new.yaml"));
        Assert.Equal(PublishedAs.AlreadyThere, (await ProposeAsync(repository, "a: 1\n", folder)).How);
        Assert.Equal("", await repository.GitInAsync(folder, "status", "--porcelain"));
        if (kind != "submodule") Assert.Equal(before, await repository.SnapshotAsync());
    }

    [Fact]
    public async Task A_repository_with_a_submodule_is_changed_beside_it_and_not_in_it()
    {
        using var repository = await TestRepository.CreateAsync();
        using var other = await TestRepository.CreateAsync();
        await repository.GitAsync("submodule", "add", "-q", other.Folder, "sub");
        await repository.CommitAllAsync("Add a submodule");
        await ProposeAsync(repository, "a: 1\n");
        await AssertNoWorktreesAsync(repository);

        var found = await repository.FindAsync();
        using var held = RepositoryLock.Take(found, repository.Time);
        await using var change = await found.BeginChangeAsync(held, Branch, await found.HeadAsync(default), default);
        repository.Home.Write(Path.Combine(change.Folder, "sub/x.yaml"), "a: 1\n");
        var error = await Assert.ThrowsAsync<UserException>(() => change.CommitAsync(Message("Add"), ["sub/x.yaml"], default));
        Assert.Contains("is in submodule 'sub'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_given_up_leaves_no_trace()
    {
        using var repository = await TestRepository.CreateAsync();
        var first = await ProposeAsync(repository, "a: 1\n");
        var found = await repository.FindAsync();
        using var held = RepositoryLock.Take(found, repository.Time);
        await using (var change = await found.BeginChangeAsync(held, Branch, await found.HeadAsync(default), default))
        {
            repository.Home.Write(Path.Combine(change.Folder, "a.yaml"), "a: 2\n");
            await change.CommitAsync(Message("Add"), ["a.yaml"], default);
        }
        Assert.Equal(first.Commit!.Value, await repository.GitAsync("rev-parse", Branch.Reference));
        await AssertNoWorktreesAsync(repository);
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("without its folder")]
    [InlineData("without its .git file")]
    [InlineData("without its entry")]
    [InlineData("locked while being made")]
    public async Task What_a_killed_run_left_is_removed_by_the_next_one_and_nothing_else(string state)
    {
        using var repository = await TestRepository.CreateAsync();
        var found = await repository.FindAsync();
        var worktrees = new GitWorktrees(found);
        var basis = await found.HeadAsync(default);
        // Another branch, so that the next run does not just find its own folder in the way.
        var folder = await worktrees.AddAsync(BranchName.For("other"), basis, await GitIdentity.VariablesAsync(found, default), default);
        var entry = Assert.Single(Directory.GetDirectories(Path.Combine(repository.Folder, ".git/worktrees")));
        // The user's worktree is on a disk that is not there now; git worktree prune would forget it.
        await repository.GitAsync("worktree", "add", "-q", repository.Home["linked"]);
        Directory.Move(repository.Home["linked"], repository.Home["away"]);
        switch (state)
        {
            case "without its folder": Directory.Delete(folder, recursive: true); break;
            case "without its .git file": File.Delete(Path.Combine(folder, ".git")); break;
            case "without its entry": Directory.Delete(entry, recursive: true); break;
            case "locked while being made": await repository.GitAsync("worktree", "lock", "--reason=initializing", folder); break;
            default: break;
        }

        var published = await ProposeAsync(repository, "a: 1\n");

        Assert.Equal(PublishedAs.Created, published.How);
        Assert.Empty(Directory.GetDirectories(Path.Combine(repository.Folder, ".git/meshlift/worktrees")));
        Assert.Equal("linked", Path.GetFileName(Assert.Single(Directory.GetDirectories(Path.Combine(repository.Folder, ".git/worktrees")))));
        Directory.Move(repository.Home["away"], repository.Home["linked"]);
        Assert.Equal("", await repository.GitInAsync(repository.Home["linked"], "status", "--porcelain"));
    }

    [Fact]
    public async Task Two_changes_of_one_run_stand_side_by_side()
    {
        using var repository = await TestRepository.CreateAsync();
        var found = await repository.FindAsync();
        using var held = RepositoryLock.Take(found, repository.Time);
        var head = await found.HeadAsync(default);
        await using var first = await found.BeginChangeAsync(held, BranchName.For("a", "b-c"), head, default);
        await using var second = await found.BeginChangeAsync(held, BranchName.For("a-b", "c"), head, default);
        foreach (var change in new[] { first, second })
        {
            repository.Home.Write(Path.Combine(change.Folder, "a.yaml"), change.Branch.Value);
            await change.CommitAsync(Message("Add"), ["a.yaml"], default);
            Assert.Equal(PublishedAs.Created, (await change.PublishAsync(default)).How);
        }
        await AssertNoWorktreesAsync(repository);
    }

    [Fact]
    public async Task Cancelling_in_the_middle_leaves_no_trace()
    {
        using var repository = await TestRepository.CreateAsync();
        // A content filter of the user's that hangs: git is in the middle of adding when the user gives up.
        repository.Write(".gitattributes", "*.slow filter=slow\n");
        await repository.CommitAllAsync("Filter");
        await repository.GitAsync("config", "filter.slow.clean", $"echo started > '{repository.Home["started"]}'; sleep 600");
        var before = await repository.SnapshotAsync();
        using var cancel = new CancellationTokenSource();
        using var started = new FileSystemWatcher(repository.Home.Path, "started");
        started.Created += (_, _) => cancel.Cancel();
        started.EnableRaisingEvents = true;
        var found = await repository.FindAsync();
        using (var held = RepositoryLock.Take(found, repository.Time))
        {
            await using var change = await found.BeginChangeAsync(held, Branch, await found.HeadAsync(default), default);
            repository.Home.Write(Path.Combine(change.Folder, "a.slow"), "a: 1\n");
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => change.CommitAsync(Message("Add"), ["a.slow"], cancel.Token));
        }
        Assert.Equal(before, await repository.SnapshotAsync());
        await AssertNoWorktreesAsync(repository);
        Assert.Equal(PublishedAs.Created, (await ProposeAsync(repository, "a: 1\n")).How);
    }

    [Fact]
    public async Task The_same_change_twice_at_once_is_refused_and_the_first_goes_on()
    {
        using var repository = await TestRepository.CreateAsync();
        var found = await repository.FindAsync();
        using var held = RepositoryLock.Take(found, repository.Time);
        var head = await found.HeadAsync(default);
        await using var first = await found.BeginChangeAsync(held, Branch, head, default);
        await Assert.ThrowsAsync<UserException>(() => found.BeginChangeAsync(held, Branch, head, default));
        Assert.True(File.Exists(Path.Combine(first.Folder, "mesh.yaml")));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a//b")]
    public async Task A_path_that_leaves_the_worktree_is_a_mistake_of_the_caller(string path)
    {
        using var repository = await TestRepository.CreateAsync();
        var found = await repository.FindAsync();
        using var held = RepositoryLock.Take(found, repository.Time);
        await using var change = await found.BeginChangeAsync(held, Branch, await found.HeadAsync(default), default);
        await Assert.ThrowsAsync<ArgumentException>(() => change.CommitAsync(Message("Add"), [path], default));
    }

    [Fact]
    public async Task A_lock_of_another_repository_is_a_mistake_of_the_caller()
    {
        using var repository = await TestRepository.CreateAsync();
        using var other = await TestRepository.CreateAsync();
        using var held = RepositoryLock.Take(await other.FindAsync(), other.Time);
        var found = await repository.FindAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await found.BeginChangeAsync(held, Branch, await found.HeadAsync(default), default));
    }

    internal static CommitMessage Message(string summary) => CommitMessage.Create(summary, "", "render", "1.30.3", "1-30-3", "testing");

    internal static async Task<PublishedChange> ProposeAsync(TestRepository repository, string content, string? folder = null)
    {
        var found = await repository.FindAsync(folder);
        using var held = RepositoryLock.Take(found, repository.Time);
        await using var change = await found.BeginChangeAsync(held, Branch, await found.HeadAsync(default), default);
        repository.Home.Write(Path.Combine(change.Folder, "generated/new.yaml"), content);
        await change.CommitAsync(Message("Render Istio 1.30.3 for testing"), ["generated/new.yaml"], default);
        return await change.PublishAsync(default);
    }

    internal static async Task AssertNoWorktreesAsync(TestRepository repository)
    {
        Assert.DoesNotContain("/meshlift/", await repository.GitAsync("worktree", "list"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(repository.Folder, ".git/meshlift/worktrees")));
        Assert.False(Directory.Exists(Path.Combine(repository.Folder, ".git/worktrees")));
    }
}
