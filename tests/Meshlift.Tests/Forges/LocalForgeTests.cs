using System.Collections.Immutable;
using Meshlift.Adapters.Forges;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;
using Meshlift.Core.Forges;
using Meshlift.Tests.Git;

namespace Meshlift.Tests.Forges;

/// <summary>Pull requests in a bare repository, with real Git.</summary>
public sealed class LocalForgeTests
{
    private static readonly BranchName Branch = ForgeServer.Branch;

    [Fact]
    public async Task A_change_goes_from_proposal_to_merge()
    {
        using var repository = await CreateAsync();
        var forge = Open(repository);
        Assert.Equal(("remote", "main"), ((await forge.RepositoryAsync(default)).Name, (await forge.RepositoryAsync(default)).DefaultBranch));
        Assert.Null(await forge.FindAsync(Branch, default));
        await PushAsync(repository, "a: 1\n");
        var opened = await forge.OpenAsync(ForgeServer.Wanted, default);
        Assert.Equal((1, ChangeState.Open), (opened.Number, opened.State));
        var again = await forge.OpenAsync(ForgeServer.Wanted with { Title = "Better", Labels = ["urgent"] }, default);
        Assert.Equal((1, "Better", "meshlift urgent", "jane", "shops"), (again.Number, again.Title, string.Join(' ', again.Labels), again.Reviewers.Single(), again.Teams.Single()));
        await forge.CommentOnceAsync(again, "deadline", "7 days", default);
        await forge.CommentOnceAsync(again, "deadline", "6 days", default);
        Assert.Equal(CommentMarker.Mark("deadline", "6 days"), Assert.Single(await forge.CommentsAsync(again, default)).Body);
        await forge.MergeAsync(again, MergeMethod.Merge, default);
        Assert.Equal(ChangeState.Merged, (await forge.FindAsync(Branch, default))!.State);
        Assert.Equal("a: 1", await RemoteAsync(repository, "show", "main:mesh.yaml"));
        Assert.Equal("Better (!1)", await RemoteAsync(repository, "log", "-1", "--format=%s", "main"));
        await RemoteAsync(repository, "fsck", "--strict");
    }

    [Fact]
    public async Task What_is_required_is_required()
    {
        using var repository = await CreateAsync();
        await RemoteAsync(repository, "config", "meshlift.approvals", "1");
        var forge = Open(repository);
        await PushAsync(repository, "a: 1\n");
        var request = await forge.OpenAsync(ForgeServer.Wanted, default);
        Assert.Equal(CheckStatus.Unknown, (await forge.ChecksAsync(request, default)).Status);
        await RefusedAsync("its last commit has 0 of the 1 approving reviews");
        await forge.ApproveAsync(request, "jane", default);
        await forge.ReportCheckAsync(request, "build", "running", default);
        await RefusedAsync("a check of its last commit has not passed");
        await forge.ReportCheckAsync(request, "build", "success", default);
        Assert.Equal(CheckStatus.Passed, (await forge.ChecksAsync(request, default)).Status);
        // What was said was said of another commit.
        await PushAsync(repository, "a: 2\n");
        await RefusedAsync("its branch has moved since it was looked at");
        request = (await forge.FindAsync(Branch, default))!;
        await RefusedAsync("its last commit has 0 of the 1 approving reviews");
        await forge.ApproveAsync(request, "jane", default);
        await forge.MergeAsync(request, MergeMethod.Squash, default);
        Assert.Equal("1", await RemoteAsync(repository, "rev-list", "--count", "--no-merges", "main", "^main~1"));
        Assert.Equal(ChangeState.Merged, (await forge.FindAsync(Branch, default))!.State);

        async Task RefusedAsync(string reason)
        {
            var error = await Assert.ThrowsAsync<UserException>(() => forge.MergeAsync(request, MergeMethod.Squash, default));
            Assert.Equal(ErrorKind.Refused, error.Kind);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_person_says_no_and_Meshlift_takes_back()
    {
        using var repository = await CreateAsync();
        var forge = Open(repository);
        await PushAsync(repository, "a: 1\n");
        await forge.CloseAsync(await forge.OpenAsync(ForgeServer.Wanted, default), "The wave was taken back.", default);
        Assert.Equal(ChangeState.Withdrawn, (await forge.FindAsync(Branch, default))!.State);
        var second = await forge.OpenAsync(ForgeServer.Wanted, default);
        Assert.Equal(2, second.Number);
        await forge.RefuseAsync(second, default);
        var error = await Assert.ThrowsAsync<UserException>(() => forge.OpenAsync(ForgeServer.Wanted, default));
        Assert.Contains("a person closed pull request 2", error.Message, StringComparison.Ordinal);
        Assert.Equal([ChangeState.Withdrawn, ChangeState.Refused], (await forge.AllAsync(default)).Select(request => request.State));
    }

    [Fact]
    public async Task What_a_person_merges_with_Git_is_merged()
    {
        using var repository = await CreateAsync();
        var forge = Open(repository);
        await PushAsync(repository, "a: 1\n");
        await forge.OpenAsync(ForgeServer.Wanted, default);
        await repository.GitAsync("push", "-q", "origin", "work:main");
        Assert.Equal(ChangeState.Merged, (await forge.FindAsync(Branch, default))!.State);
    }

    [Fact]
    public async Task Conflicts_are_told_and_other_work_is_kept()
    {
        using var repository = await CreateAsync();
        var forge = Open(repository);
        await PushAsync(repository, "a: 1\n");
        var request = await forge.OpenAsync(ForgeServer.Wanted, default);
        await repository.GitAsync("checkout", "-q", "main");
        repository.Write("other.yaml", "b: 1\n");
        await repository.CommitAllAsync("Other work");
        await repository.GitAsync("push", "-q", "origin", "main");
        await forge.MergeAsync(request, MergeMethod.Merge, default);
        Assert.Equal("clusters/testing/keep.yaml mesh.yaml other.yaml", (await RemoteAsync(repository, "ls-tree", "-r", "--name-only", "main")).ReplaceLineEndings(" "));
        repository.Write("mesh.yaml", "conflict: 1\n");
        await repository.CommitAllAsync("In the way");
        await repository.GitAsync("push", "-q", "--force", "origin", "main");
        await PushAsync(repository, "a: 3\n", "main~1");
        request = await forge.OpenAsync(ForgeServer.Wanted, default);
        var error = await Assert.ThrowsAsync<UserException>(() => forge.MergeAsync(request, MergeMethod.Merge, default));
        Assert.Contains("it conflicts with main", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_lose_nothing()
    {
        using var repository = await CreateAsync();
        var forge = Open(repository);
        await PushAsync(repository, "a: 1\n");
        var opened = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => forge.OpenAsync(ForgeServer.Wanted, default)));
        Assert.All(opened, request => Assert.Equal(1, request.Number));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => forge.CommentOnceAsync(opened[0], $"k{i}", "text", default)));
        Assert.Equal(4, (await forge.CommentsAsync(opened[0], default)).Length);
    }

    [Fact]
    public async Task What_is_not_there_is_told()
    {
        using var repository = await CreateAsync();
        Assert.Contains("has no branch", (await Assert.ThrowsAsync<UserException>(() => Open(repository).OpenAsync(ForgeServer.Wanted, default))).Message, StringComparison.Ordinal);
        await repository.GitAsync("push", "-q", "origin", $"main:{Branch.Reference}");
        Assert.Contains("holds nothing that main does not", (await Assert.ThrowsAsync<UserException>(() => Open(repository).OpenAsync(ForgeServer.Wanted, default))).Message, StringComparison.Ordinal);
        var nowhere = new LocalForge(repository.Program, repository.Home["nowhere"]);
        Assert.Contains("is no folder", (await Assert.ThrowsAsync<UserException>(() => nowhere.FindAsync(Branch, default))).Message, StringComparison.Ordinal);
    }

    private static LocalForge Open(TestRepository repository) => (LocalForge)new ForgeAccess(null!, repository.Program, repository.Folder, repository.Time).Open(
        new RepositorySpec("lab", GitRemote.Parse("../remote.git"), ForgeKind.Local, null, [], [], ImmutableSortedDictionary<string, ImmutableArray<PathGlob>>.Empty));

    private static async Task<TestRepository> CreateAsync()
    {
        var repository = await TestRepository.CreateAsync();
        await repository.GitAsync("clone", "-q", "--bare", repository.Folder, repository.Home["remote.git"]);
        await repository.GitAsync("remote", "add", "origin", repository.Home["remote.git"]);
        return repository;
    }

    private static async Task PushAsync(TestRepository repository, string content, string start = "main")
    {
        await repository.GitAsync("checkout", "-q", "-B", "work", start);
        repository.Write("mesh.yaml", content);
        await repository.CommitAllAsync("Change it");
        await repository.GitAsync("push", "-q", "--force", "origin", $"work:{Branch.Reference}");
    }

    private static Task<string> RemoteAsync(TestRepository repository, params string[] arguments) => repository.GitInAsync(repository.Home["remote.git"], arguments);
}
