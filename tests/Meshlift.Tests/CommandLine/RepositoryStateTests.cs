using System.Text.Json;

namespace Meshlift.Tests.CommandLine;

/// <summary><c>render --commit</c> in repositories of every kind: the checkout, the index and HEAD stay byte for byte as they are.</summary>
public sealed class RepositoryStateTests
{
    private const string Branch = "meshlift/render/1.30.3/testing";

    [Fact]
    public async Task Uncommitted_changes_stay_as_they_are_and_those_that_matter_are_named()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("istio/patches/README.md", "what the patches are for\n");
        await workspace.CommitAllAsync("Say what the patches are for");
        workspace.Replace("meshlift.yaml", "name: shop", "name: shop2");
        workspace.Write("istio/patches/new.patch", "no patch at all\n");
        workspace.Write("notes.txt", "mine\n");
        workspace.Write("staged.txt", "mine\n");
        await workspace.GitAsync("add", "staged.txt", "meshlift.yaml");
        workspace.Replace("meshlift.yaml", "name: shop2", "name: shop3");
        var before = workspace.Snapshot();
        var output = await workspace.RenderAsync("1.30.3", "--commit", "--output", "json");
        Assert.Equal(Without(before, "refs/heads/meshlift"), Without(workspace.Snapshot(), "refs/heads/meshlift"));
        var findings = JsonDocument.Parse(output).RootElement.GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("code").GetString() == "ML1010");
        Assert.Equal(["meshlift.yaml", "istio/patches/new.patch"], findings.Select(finding => finding.GetProperty("subject").GetString()!).OrderDescending(StringComparer.Ordinal));
        Assert.Equal("2", await workspace.GitAsync("rev-list", "--count", $"main..{Branch}"));
        Assert.DoesNotContain("notes.txt", await workspace.GitAsync("diff", "--name-only", "main", Branch), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_detached_head_is_as_good_as_a_branch()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.GitAsync("checkout", "-q", "--detach");
        var before = workspace.Snapshot();
        await workspace.RenderAsync("1.30.3", "--commit");
        Assert.Equal(Without(before, "refs/heads/meshlift"), Without(workspace.Snapshot(), "refs/heads/meshlift"));
        Assert.Equal(await workspace.GitAsync("rev-parse", "HEAD"), await workspace.GitAsync("merge-base", "HEAD", Branch));
    }

    [Fact]
    public async Task What_was_committed_is_what_would_have_been_written()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3", "--commit");
        await workspace.RenderAsync("1.30.3");
        await workspace.GitAsync("add", "--all");
        Assert.Equal("", await workspace.GitAsync("diff", "--cached", "--stat", Branch));
        Assert.Equal(1, await workspace.WorktreesAsync());
    }

    [Fact]
    public async Task A_folder_outside_of_any_repository_can_be_written_to_but_not_committed()
    {
        using var workspace = await Workspace.CreateAsync();
        Directory.Delete(workspace[".git"], recursive: true);
        var error = await workspace.RefuseAsync(3, "1.30.3", "--commit");
        Assert.Contains("is in no Git repository\n  help: run 'git init' and commit, or render without --commit", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_without_a_commit_is_told()
    {
        using var workspace = await Workspace.CreateAsync();
        Directory.Delete(workspace[".git"], recursive: true);
        await workspace.GitAsync("init", "-q", "-b", "main");
        var error = await workspace.RefuseAsync(3, "1.30.3", "--commit");
        Assert.Contains("has no commit on its branch 'main' yet\n  help: make a first commit", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_is_not_committed_is_told()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.GitAsync("rm", "-q", "--cached", "meshlift.yaml");
        await workspace.GitAsync("commit", "-q", "-m", "Forget the configuration");
        Assert.StartsWith("error: meshlift.yaml is not committed yet\n  help: commit it first", await workspace.RefuseAsync(2, "1.30.3", "--commit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifests_that_are_not_committed_are_told()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("vendor/1.30.4/all.yaml", Workspace.Stream("1.30.4"));
        foreach (var version in new[] { "1.30.4", "1.30.*" })
        {
            var error = await workspace.RefuseAsync(2, version, "--commit");
            Assert.StartsWith("error: vendor/1.30.4/all.yaml is not committed yet\n  help: commit it first", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Manifests_and_patches_of_a_revision_that_were_changed_are_named()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("vendor/1.30.3/all.yaml", Workspace.Stream("1.30.3") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: new-1-30-3 }\n");
        workspace.Write("clusters/testing/istio-system/1-30-3/x.patch", "no patch at all\n");
        var output = await workspace.RenderAsync("1.30.3", "--commit");
        Assert.Contains("warning ML1010  vendor/1.30.3/all.yaml: ", output, StringComparison.Ordinal);
        Assert.Contains("warning ML1010  clusters/testing/istio-system/1-30-3/x.patch: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("new-1-30-3", await workspace.GitAsync("diff", "--name-only", "main", Branch), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submodule_as_the_folder_of_a_cluster_is_refused_with_the_place_in_the_configuration()
    {
        using var workspace = await Workspace.CreateAsync();
        using var other = await Workspace.CreateAsync();
        await workspace.GitAsync("submodule", "--quiet", "add", other.Root, "clusters/testing");
        await workspace.CommitAllAsync("Add a submodule");
        var error = await workspace.RefuseAsync(4, "1.30.3", "--commit");
        Assert.StartsWith("error: meshlift.yaml:13:41: the folder of the cluster 'testing' is in the submodule clusters/testing\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_with_commits_of_others_is_refused()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3", "--commit");
        await workspace.GitAsync("checkout", "-q", Branch);
        workspace.Write("mine.txt", "mine\n");
        await workspace.CommitAllAsync("Add what I need");
        await workspace.GitAsync("checkout", "-q", "main");
        var error = await workspace.RefuseAsync(4, "1.30.3", "--commit");
        Assert.Matches($"^error: the branch {Branch} holds a commit that Meshlift did not make: [0-9a-f]+ by Ann <ann@example.com>: Add what I need\n", error);
    }

    [Fact]
    public async Task A_branch_that_is_checked_out_is_refused()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3", "--commit");
        await workspace.GitAsync("checkout", "-q", Branch);
        var error = await workspace.RefuseAsync(4, "1.30.3", "--commit");
        Assert.StartsWith($"error: the branch {Branch} is checked out in {workspace.Root}\n  help: switch to another branch there", error, StringComparison.Ordinal);
        await workspace.GitAsync("checkout", "-q", "main");
        using var elsewhere = new TempFolder();
        await workspace.GitAsync("worktree", "add", "-q", elsewhere["review"], Branch);
        error = await workspace.RefuseAsync(4, "1.30.3", "--commit");
        Assert.StartsWith($"error: the branch {Branch} is checked out in {elsewhere["review"]}\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_remote_nothing_can_be_pushed()
    {
        using var workspace = await Workspace.CreateAsync();
        var error = await workspace.RefuseAsync(3, "1.30.3", "--push");
        Assert.StartsWith("error: the repository has no remote that --push could mean\n  help: name one: --push origin", error, StringComparison.Ordinal);
        Assert.Equal("main", await workspace.GitAsync("branch", "--format=%(refname:short)"));
    }

    [Fact]
    public async Task A_remote_that_is_not_there_is_told_without_its_password()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.GitAsync("remote", "add", "origin", "https://ann:s3cret@127.0.0.1:9/x.git");
        var outcome = await workspace.RunAsync("render", "1.30.3", "--push");
        Workspace.AssertError(outcome, 3);
        Assert.DoesNotContain("s3cret", outcome.Error + outcome.Output, StringComparison.Ordinal);
    }

    private static string Without(string snapshot, string part) => string.Join('\n', snapshot.Split('\n').Where(line => !line.Contains(part, StringComparison.Ordinal) && !line.Contains("logs", StringComparison.Ordinal)));
}
