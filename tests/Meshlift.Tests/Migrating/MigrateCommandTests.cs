using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.CommandLine.Demo;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Migrating;

/// <summary><c>meshlift migrate</c>, by the real command line on real repositories, in which two releases are rendered.</summary>
public sealed class MigrateCommandTests(MigrateCommandTests.Rendered rendered) : IClassFixture<MigrateCommandTests.Rendered>
{
    [Fact]
    public async Task Changes_are_shown_committed_and_found_again_and_no_checkout_is_touched()
    {
        using var mesh = await rendered.CloneAsync();
        var before = (mesh.Platform.Snapshot(), mesh.Shop.Snapshot());
        var shown = await mesh.Platform.RunAsync("migrate", "--wave", "rest");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.Equal("""
            wave rest to 1-30-3
            platform: Move billing, edge to Istio 1-30-3
              for @acme/platform
              ~ apps/billing.yaml:7  remove istio-injection and set istio.io/rev to 1-30-3
              ~ apps/edge.yaml:6  set istio.io/rev to 1-30-3
              in testing: 1 gateway goes to 1-30-3 at once; 1 workload with 2 pods goes to 1-30-3 at the next restart; 1 workload stays as it is
                at once: Gateway edge/public
              would be the branch meshlift/migrate/testing/rest/1-30-3/acme-platform-7c99b31b
            shop: Move shop to Istio 1-30-3
              for @acme/shop
              ~ deploy/shop.yaml:6  set istio.io/rev to 1-30-3
              in testing: 2 workloads with 5 pods go to 1-30-3 at the next restart; 1 workload stays as it is
              would be the branch meshlift/migrate/testing/rest/1-30-3/acme-shop-34b7d6c7
            2 changes proposed; nothing was written (--commit makes the branches)

            """, shown.Output);
        Assert.Equal(before, (mesh.Platform.Snapshot(), mesh.Shop.Snapshot()));

        var files = (mesh.Platform.Files(), mesh.Shop.Files());
        var committed = await mesh.Platform.RunAsync("migrate", "--push", "--output", "json");
        Assert.Equal((0, ""), (committed.Code, committed.Error));
        var changes = PublishedSchema.AssertFits("migrate", committed.Output).GetProperty("changes").EnumerateArray().ToList();
        Assert.Equal(["created", "created"], changes.Select(change => change.GetProperty("result").GetString()));
        Assert.Equal(files, (mesh.Platform.Files(), mesh.Shop.Files()));
        Assert.Equal("main", await mesh.Shop.GitAsync("branch", "--show-current"));
        var branch = changes[1].GetProperty("branch").GetString()!;
        Assert.Equal(changes[1].GetProperty("commit").GetString(), (await mesh.Shop.GitAsync("ls-remote", "origin", $"refs/heads/{branch}")).Split('\t')[0]);
        Assert.Equal("-    istio.io/rev: 1-29-6\n+    istio.io/rev: 1-30-3", string.Join('\n', (await mesh.Shop.GitAsync("diff", "-U0", "main", branch)).Split('\n')[^2..]));

        var again = await mesh.Platform.RunAsync("migrate", "--commit", "--output", "json");
        Assert.Equal(["alreadyThere", "alreadyThere"], PublishedSchema.AssertFits("migrate", again.Output).GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("result").GetString()));
        Assert.Equal(changes.Select(change => change.GetProperty("commit").GetString()), JsonDocument.Parse(again.Output).RootElement.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("commit").GetString()));
    }

    [Fact]
    public async Task When_all_is_merged_there_is_nothing_to_do_and_one_can_go_back()
    {
        using var mesh = await rendered.CloneAsync();
        await mesh.MigrateAndMergeAsync();
        Assert.Equal("to 1-30-3\nnothing to do\n", (await mesh.Platform.RunAsync("migrate", "--commit")).Output);
        var back = await mesh.Platform.RunAsync("migrate", "--namespace", "shop", "--to", "1-29-6", "--commit");
        Assert.Equal(0, back.Code);
        Assert.Contains("shop: Move shop to Istio 1-29-6\n", back.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_with_commits_of_others_is_left_alone_and_the_rest_goes_on()
    {
        using var mesh = await rendered.CloneAsync();
        await mesh.Platform.RunAsync("migrate", "--commit");
        var branch = (await mesh.Shop.GitAsync("branch", "--list", "meshlift/*", "--format=%(refname:short)")).Trim();
        await mesh.Shop.GitAsync("checkout", "-q", branch);
        mesh.Shop.Write("note.txt", "mine");
        await mesh.Shop.CommitAllAsync("Mine");
        await mesh.Shop.GitAsync("checkout", "-q", "main");
        var tip = await mesh.Shop.GitAsync("rev-parse", branch);
        var outcome = await mesh.Platform.RunAsync("migrate", "--commit");
        Assert.Equal(4, outcome.Code);
        Assert.Contains("already proposed: branch", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("left alone: the branch", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("holds a commit that Meshlift did not make", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(tip, await mesh.Shop.GitAsync("rev-parse", branch));
    }

    [Fact]
    public async Task A_repository_that_is_not_here_is_unknown_and_the_others_are_moved()
    {
        using var mesh = await rendered.CloneAsync();
        mesh.Platform.Replace("meshlift.yaml", "url: ../shop", "url: https://git.example.com/shop.git");
        var outcome = await mesh.Platform.RunAsync("migrate");
        Assert.Equal(3, outcome.Code);
        Assert.Contains("error: the repository 'shop' is not on this machine\n  help: clone it, and name the clone with --checkout shop=DIR\n", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Move billing, edge to", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Move shop to", (await mesh.Platform.RunAsync("migrate", "--checkout", $"shop={mesh.Shop.Root}")).Output, StringComparison.Ordinal);
        Assert.Contains("there is no repository 'x'", (await mesh.Platform.RunAsync("migrate", "--checkout", "x=y")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_strategy_tag_moves_the_tag_and_says_what_that_reaches()
    {
        using var mesh = await rendered.CloneAsync();
        mesh.Shop.Replace("deploy/shop.yaml", "istio.io/rev: 1-29-6", "istio.io/rev: prod");
        await mesh.Shop.CommitAllAsync("Ask for a tag");
        Assert.Equal(0, (await mesh.Platform.RunAsync("tag", "set", "prod", "1-29-6")).Code);
        mesh.Platform.Replace("meshlift.yaml", "dataPlane: {", "dataPlane: { enrol: tag,");
        mesh.Platform.Replace("apps/edge.yaml", "istio.io/rev: 1-29-6", "istio.io/rev: prod");
        await mesh.Platform.CommitAllAsync("Use a tag");
        var outcome = await mesh.Platform.RunAsync("migrate", "--namespace", "shop", "--to", "1-30-3", "--commit", "--output", "json");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var change = Assert.Single(PublishedSchema.AssertFits("migrate", outcome.Output).GetProperty("changes").EnumerateArray());
        Assert.Equal(("prod", "meshlift/tag/prod/1-30-3/testing", "edge"), (change.GetProperty("tag").GetString(), change.GetProperty("branch").GetString(), change.GetProperty("outside")[0].GetString()));
        Assert.Contains("| `edge/gateway/public` | 1-29-6 | 1-30-3 | at once |", change.GetProperty("body").GetString(), StringComparison.Ordinal);
        Assert.Contains("| `shop/deployment/web` | 1-29-6 | 1-30-3 | at the next restart |", change.GetProperty("body").GetString(), StringComparison.Ordinal);
        await mesh.Platform.GitAsync("merge", "-q", "--ff-only", "meshlift/tag/prod/1-30-3/testing");
        Assert.Contains("prod: the tag points at 1-30-3 already", (await mesh.Platform.RunAsync("migrate", "--namespace", "shop", "--to", "1-30-3")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_merge_and_a_restart_every_pod_runs_what_the_pull_request_said()
    {
        using var mesh = await rendered.CloneAsync();
        await using var fleet = await mesh.SimulateAsync();
        var cluster = fleet.Clusters[0];
        var expected = await mesh.MigrateAndMergeAsync();
        await fleet.SettleAsync(null, default);
        Assert.Equal(expected.Select(row => (row.Name, row.When == "atOnce" ? row.After : row.Before)), expected.Select(row => (row.Name, Runs(cluster, row.Name))));
        foreach (var kind in (string[])["Deployment", "StatefulSet", "DaemonSet"])
            foreach (var item in cluster.Store.Read(cluster.Type("apps/v1", kind).Key).Items.Select(item => item.ToJson()).Where(item => (string?)item["metadata"]!["namespace"] is "shop" or "billing"))
                cluster.Patch(cluster.Type("apps/v1", kind), (string)item["metadata"]!["namespace"]!, (string)item["metadata"]!["name"]!, PatchKind.Merge, JsonNode.Parse("""{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-11-20T12:00:00Z"}}}}}"""), WriteOptions.Default);
        await fleet.SettleAsync(null, default);
        Assert.Equal(expected.Select(row => (row.Name, row.After)), expected.Select(row => (row.Name, Runs(cluster, row.Name))));
        Assert.Contains(expected, row => row.After == "1-30-3" && row.Before == "1-29-6");
    }

    /// <summary>What the pods of a workload run: one answer for all of them.</summary>
    private static string Runs(SimulatedCluster cluster, string name)
    {
        var pods = cluster.Store.Read(cluster.Type("v1", "Pod").Key).Items.Select(item => item.ToJson()).Where(pod => $"{pod["metadata"]!["namespace"]}/{pod["metadata"]!["name"]}".StartsWith(name + "-", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(pods);
        return Assert.Single(pods.Select(pod => (string?)pod["metadata"]!["annotations"]?["istio.io/rev"] ?? "no proxy").Distinct());
    }

    /// <summary>A platform and a repository of a team, in which two releases are rendered; made once and cloned for each test.</summary>
    public sealed class Rendered : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _folder = new();

        public async Task InitializeAsync()
        {
            var platform = await Workspace.CreateAsync("vendor/istio/${version}/all.yaml", "", _folder["made"]);
            var demo = await DemoRepository.CreateAsync(Directory.CreateDirectory(_folder["demo"]).FullName, default);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(demo.Checkout, "vendor"), "*", SearchOption.AllDirectories)) platform.Write(Path.GetRelativePath(demo.Checkout, file), await File.ReadAllBytesAsync(file));
            foreach (var app in (string[])["apps/billing.yaml", "apps/edge.yaml"]) platform.Write(app, await File.ReadAllBytesAsync(Path.Combine(demo.Checkout, app)));
            platform.Write("CODEOWNERS", "* @acme/platform\n");
            platform.Write("meshlift.yaml", Workspace.Mesh("vendor/istio/${version}/all.yaml") + "  dataPlane: { waves: [{ name: rest }] }\n  repositories: [{ name: shop, url: ../shop, forge: local, namespaces: [shop] }]\n");
            foreach (var version in (string[])["1.29.6", "1.30.3"]) await platform.RenderAsync(version);
            await platform.CommitAllAsync("Render two releases");
            var shop = await Workspace.CreateAsync("x", "", _folder["shop"]);
            foreach (var path in (string[])["meshlift.yaml", "vendor"]) await shop.GitAsync("rm", "-rq", path);
            shop.Write("deploy/shop.yaml", await File.ReadAllBytesAsync(Path.Combine(demo.Checkout, "apps/shop.yaml")));
            shop.Write(".github/CODEOWNERS", "/deploy/ @acme/shop\n");
            await shop.CommitAllAsync("Deploy");
        }

        public void Dispose() => _folder.Dispose();

        public Task DisposeAsync() => Task.CompletedTask;

        /// <summary>Clones of both beside each other.</summary>
        internal Task<ClonedMesh> CloneAsync() => ClonedMesh.CreateAsync(_folder["made"], _folder["shop"]);
    }
}
