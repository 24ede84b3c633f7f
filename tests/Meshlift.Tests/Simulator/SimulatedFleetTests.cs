using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Core;
using Meshlift.Core.Simulating;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Fleets;
using Meshlift.Simulator.GitOps;

namespace Meshlift.Tests.Simulator;

/// <summary>A whole fleet: control planes, proxies, workloads and what Git delivers.</summary>
public sealed class SimulatedFleetTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task When_it_is_there_everything_is_ready_and_injected_as_its_namespace_asks()
    {
        await using var fleet = await StartAsync("""
            - name: eu
              istio: [{version: 1.29.6, revision: 1-29-6}]
              namespaces:
                - {name: shop, count: 2, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web, replicas: 2}, {name: db, kind: StatefulSet}]}
                - {name: out, workloads: [{name: api}]}
            """);
        var eu = fleet.Clusters[0];
        Assert.Equal(Now, fleet.Time.GetUtcNow());
        Assert.Equal(["shop-1", "shop-2"], Pods(eu).Where(pod => Revision(pod) == "1-29-6" && Space(pod).StartsWith("shop", StringComparison.Ordinal)).Select(Space).Distinct());
        Assert.All(Pods(eu), pod => Assert.Equal("True", Ready(pod)));
        Assert.Equal(8, Pods(eu).Count(pod => Revision(pod) == "1-29-6" && Space(pod).StartsWith("shop", StringComparison.Ordinal)));
        Assert.All(Pods(eu).Where(pod => Space(pod) == "out"), pod => Assert.Null(Revision(pod)));
    }

    [Fact]
    public async Task A_restart_moves_pods_to_the_revision_that_their_namespace_asks_for_now()
    {
        await using var fleet = await StartAsync("""
            - name: eu
              istio: [{version: 1.29.6, revision: 1-29-6}, {version: 1.30.3, revision: 1-30-3}]
              namespaces: [{name: shop, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web}, {name: slow}]}]
              failures: [{fate: never-ready, namespace: shop, workload: slow, revision: 1-30-3}]
            """);
        var eu = fleet.Clusters[0];
        Patch(eu, "v1", "Namespace", "", "shop", """{"metadata":{"labels":{"istio.io/rev":"1-30-3"}}}""");
        fleet.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["1-29-6"], Shop(eu).Select(Revision).Distinct());
        foreach (var name in (string[])["web", "slow"]) Patch(eu, "apps/v1", "Deployment", "shop", name, """{"spec":{"template":{"metadata":{"annotations":{"restarted":"1"}}}}}""");
        fleet.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.All(Shop(eu).Where(pod => Name(pod).StartsWith("web", StringComparison.Ordinal)), pod => Assert.Equal(("1-30-3", "True"), (Revision(pod), Ready(pod))));
        // The failure is of the new revision only: the old pods carry on.
        Assert.Equal(["1-29-6/True", "1-29-6/True", "1-30-3/False"], Shop(eu).Where(pod => Name(pod).StartsWith("slow", StringComparison.Ordinal)).Select(pod => $"{Revision(pod)}/{Ready(pod)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_stands_in_Git_and_in_files_is_in_the_cluster()
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["apps/web.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-git, namespace: default}\n",
        };
        await using var fleet = await StartAsync("- {name: eu, manifests: [own], git: {repository: r, paths: [apps]}}", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-file}\n", files);
        var maps = fleet.Clusters[0].Store.Read(fleet.Clusters[0].Type("v1", "ConfigMap").Key);
        Assert.NotNull(maps.Find("default", "from-git"));
        Assert.NotNull(maps.Find("default", "from-file"));
    }

    [Theory]
    [InlineData("- {name: eu, istio: [{version: 1.2.3, revision: a}]}", "", "the cluster 'eu' wants Istio 1.2.3, of which there is no sample")]
    [InlineData("- {name: eu, manifests: [own]}", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: gone}\n", "own:1:1: the cluster 'eu' refuses ConfigMap/gone/a: namespaces \"gone\" not found")]
    [InlineData("- {name: eu, manifests: [own]}", "apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: a}\n", "refuses Thing/a: the server could not find the requested resource")]
    public async Task What_cannot_be_made_is_told(string clusters, string manifests, string message) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<UserException>(() => StartAsync(clusters, manifests))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_same_file_makes_the_same_fleet()
    {
        static async Task<string> PlayAsync()
        {
            await using var fleet = await StartAsync("- {name: eu, istio: [{version: 1.30.3, revision: 1-30-3}], namespaces: [{name: shop, labels: {istio.io/rev: 1-30-3}, workloads: [{name: web, replicas: 3}]}]}");
            return string.Join('\n', Pods(fleet.Clusters[0]).Select(pod => pod.ToJsonString()));
        }
        Assert.Equal(await PlayAsync(), await PlayAsync());
    }

    private static Task<SimulatedFleet> StartAsync(string clusters, string manifests = "", Dictionary<string, string>? git = null)
    {
        var text = $"apiVersion: meshlift.dev/v1alpha1\nkind: Fleet\nspec:\n  clusters:\n{string.Join('\n', clusters.Split('\n').Select(line => "    " + line))}\n";
        var files = new GitFiles("one", (git ?? []).ToDictionary(file => file.Key, file => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Value), StringComparer.Ordinal));
        var sources = new FleetSources(path => [(path, Encoding.UTF8.GetBytes(manifests))], _ => (known, _) => Task.FromResult(known == files.Commit ? null : files));
        return SimulatedFleet.StartAsync(FleetFile.Read(Encoding.UTF8.GetBytes(text), "fleet.yaml"), sources, Now, tell: null, default);
    }

    private static void Patch(SimulatedCluster cluster, string version, string kind, string space, string name, string patch) =>
        cluster.Patch(cluster.Type(version, kind), space, name, PatchKind.Merge, JsonNode.Parse(patch), WriteOptions.Default);

    private static List<JsonObject> Pods(SimulatedCluster cluster) => [.. cluster.Store.Read(cluster.Type("v1", "Pod").Key).Items.Select(item => item.ToJson())];

    private static List<JsonObject> Shop(SimulatedCluster cluster) => Pods(cluster).FindAll(pod => Space(pod) == "shop");

    private static string Space(JsonObject pod) => (string)pod["metadata"]!["namespace"]!;

    private static string Name(JsonObject pod) => (string)pod["metadata"]!["name"]!;

    private static string? Revision(JsonObject pod) => (string?)pod["metadata"]!["annotations"]?["istio.io/rev"];

    private static string? Ready(JsonObject pod) => Workloads.RunningCluster.Condition(pod, "Ready");
}
