using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.CommandLine;
using Meshlift.CommandLine.Output;
using Meshlift.Core;
using Meshlift.Core.Fleet;
using Meshlift.Core.Injection;
using Meshlift.Core.Knowledge;
using Meshlift.Engine.Observing;
using Meshlift.Simulator.Clusters.Faults;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Fleet;

/// <summary><c>meshlift status --watch</c> against running API servers.</summary>
public sealed class StatusWatchTests
{
    [Fact]
    public async Task A_pod_that_is_replaced_is_told_from_its_workload_up_to_its_revisions()
    {
        await using var watch = await Watch.StartAsync("--workloads");
        await watch.LineAsync("2 clusters, 2 pods, 2 proxies: 1 stale, 0 missing");
        Assert.Contains("deployment/web", watch.Output, StringComparison.Ordinal);
        Delete(watch.Eu, "web-5d9c7f-1");
        await watch.LineAsync("eu workload shop/deployment/web: 1-29-6:1 1-30-3:1, would get 1-30-3, 2 pods, 1 stale -> 1-30-3:1, would get 1-30-3, 1 pod");
        SimulatedMesh.Pod(watch.Eu, "shop", "web", 3, "1-30-3", SimulatedMesh.ImageOf("1.30.3"));
        await watch.LineAsync("eu workload shop/deployment/web: 1-30-3:1, would get 1-30-3, 1 pod -> 1-30-3:2, would get 1-30-3, 2 pods");
        Assert.Contains("eu namespace shop: istio.io/rev=1-30-3, 1-29-6:1 1-30-3:1, 2 pods, 1 stale -> istio.io/rev=1-30-3, 1-30-3:1, 1 pod", watch.Output, StringComparison.Ordinal);
        Assert.Contains("eu revision 1-29-6: 1.29.6, 1/1 ready, tags canary,prod, 1 pod, 1 stale -> 1.29.6, 1/1 ready, tags canary,prod, 0 pods", watch.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" pod shop/", watch.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_namespace_that_asks_for_another_revision_makes_its_pods_stale()
    {
        await using var watch = await Watch.StartAsync("--namespaces", "-n", "shop");
        await watch.LineAsync("2 clusters");
        Patch(watch.Eu, "v1", "Namespace", "", "shop", """{"metadata":{"labels":{"istio.io/rev":"1-29-6"}}}""");
        await watch.LineAsync("eu namespace shop: istio.io/rev=1-30-3, 1-29-6:1 1-30-3:1, 2 pods, 1 stale -> istio.io/rev=1-29-6, 1-29-6:1 1-30-3:1, 2 pods, 1 stale");
        Patch(watch.Eu, "v1", "Namespace", "", "shop", """{"metadata":{"labels":{"istio.io/rev":"prod"}}}""");
        await watch.LineAsync("-> istio.io/rev=prod, 1-29-6:1 1-30-3:1, 2 pods, 1 stale");
    }

    [Fact]
    public async Task A_tag_that_moves_is_told_of_the_revisions_and_of_the_workloads_behind_it()
    {
        await using var watch = await Watch.StartAsync("--workloads", "--output", "json");
        await watch.JsonAsync(line => line.TryGetProperty("status", out var status) && status.GetProperty("name").GetString() == "eu");
        Patch(watch.Eu, "v1", "Namespace", "", "shop", """{"metadata":{"labels":{"istio.io/rev":"prod"}}}""");
        await watch.JsonAsync(line => Changed(line, "workload") && WouldBe(line) == "1-29-6");
        MoveTag(watch.Eu, "prod", "1-29-6", "1-30-3");
        var workload = await watch.JsonAsync(line => Changed(line, "workload") && WouldBe(line) == "1-30-3");
        Assert.Equal("1-29-6", workload.GetProperty("from").GetProperty("wouldBe").GetString());
        var revision = await watch.JsonAsync(line => Changed(line, "revision") && line.GetProperty("to").GetProperty("revision").GetString() == "1-30-3" && Tags(line.GetProperty("to")).Contains("prod"));
        Assert.DoesNotContain("prod", Tags(revision.GetProperty("from")));
        foreach (var line in watch.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)) PublishedSchema.AssertFits("status-watch", line);

        static string? WouldBe(JsonElement line) => line.GetProperty("to").GetProperty("wouldBe").GetString();
        static List<string?> Tags(JsonElement side) => [.. side.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString())];
    }

    [Fact]
    public async Task A_cluster_that_refuses_for_a_while_is_unknown_and_comes_back_and_the_others_go_on()
    {
        await using var watch = await Watch.StartAsync(
            eu =>
            {
                // The first event breaks the connection, and no other can be made.
                eu.Faults.Add(new ScheduledFault(new Fault.Cut(1)) { Verb = "watch", Resource = "pods", Times = 1 });
                eu.Faults.Add(new ScheduledFault(new Fault.Refuse(503)) { Verb = "watch", Resource = "pods" });
            },
            "--pods", "--output", "json");
        await watch.JsonAsync(line => line.TryGetProperty("status", out var status) && status.GetProperty("name").GetString() == "eu");
        await watch.JsonAsync(line => line.TryGetProperty("status", out var status) && status.GetProperty("name").GetString() == "us");
        Delete(watch.Eu, "web-5d9c7f-1");
        var lost = await watch.JsonAsync(line => line.TryGetProperty("problem", out var problem) && problem.ValueKind == JsonValueKind.String);
        Assert.Equal("eu", lost.GetProperty("cluster").GetString());
        Assert.Contains("503", lost.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.NotNull(lost.GetProperty("asOf").GetString());
        SimulatedMesh.Namespace(watch.Us, "shop", "1-30-3");
        SimulatedMesh.Pod(watch.Us, "shop", "web", 9, "1-30-3", SimulatedMesh.ImageOf("1.30.3"));
        await watch.JsonAsync(line => line.GetProperty("cluster").GetString() == "us" && Changed(line, "pod"));
        watch.Eu.Faults.Clear();
        await watch.JsonAsync(line => line.TryGetProperty("problem", out var problem) && problem.ValueKind == JsonValueKind.Null);
        await watch.JsonAsync(line => Changed(line, "pod") && line.GetProperty("cluster").GetString() == "eu" && line.GetProperty("to").ValueKind == JsonValueKind.Null);
        foreach (var line in watch.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)) PublishedSchema.AssertFits("status-watch", line);
    }

    [Fact]
    public async Task A_watch_whose_state_is_forgotten_begins_anew_and_misses_nothing()
    {
        await using var watch = await Watch.StartAsync(eu => eu.Faults.Add(new ScheduledFault(new Fault.Expire(1)) { Verb = "watch", Resource = "pods" }), "--pods");
        await watch.LineAsync("2 clusters");
        for (var number = 3; number < 6; number++)
        {
            SimulatedMesh.Pod(watch.Eu, "shop", "web", number, "1-30-3", SimulatedMesh.ImageOf("1.30.3"));
            await watch.LineAsync($" eu pod shop/web-5d9c7f-{number}: none -> 1-30-3");
        }
    }

    [Fact]
    public async Task What_may_not_be_read_at_first_is_shown_once_it_may()
    {
        await using var watch = await Watch.StartAsync(eu => eu.Faults.Add(new ScheduledFault(new Fault.Refuse(403)) { Verb = "list", Resource = "pods", Times = 1 }), "--namespaces");
        await watch.LineAsync("nothing is known of 1 cluster");
        await watch.LineAsync("eu cluster: unknown: ");
    }

    [Fact]
    public void A_screen_is_drawn_over_cut_to_its_size_and_left_with_the_last_picture()
    {
        var output = new StringWriter();
        var screen = new StatusScreen(output, () => (30, 5), new VersionRemarks(ReleaseKnowledge.BuiltIn, new DateOnly(2026, 11, 20), null), StatusDepth.Clusters);
        var fleet = Enumerable.Range(0, 9).Select(i => new ObservedCluster($"a-cluster-with-a-very-long-name-{i}", null, null)).ToImmutableArray();
        screen.Tell(fleet, 0, fleet[0], DateTimeOffset.UnixEpoch);
        screen.Tell(fleet.SetItem(0, fleet[0] with { Problem = new UserException(ErrorKind.Environment, "away", "wait") }), 0, fleet[0], DateTimeOffset.UnixEpoch);
        screen.End();
        var frames = output.ToString().Split("\e[H");
        Assert.Equal((3, "\e[?1049h\e[?25l"), (frames.Length, frames[0]));
        Assert.Equal(["last change 1970-01-01T00:00:0\e[K", "CLUSTER                       \e[K", "a-cluster-with-a-very-long-nam\e[K", "... 9 more lines: choose with \e[K", "\e[J"], frames[1].Split("\r\n"));
        Assert.DoesNotContain("\e[2J", output.ToString(), StringComparison.Ordinal);
        var last = output.ToString()[output.ToString().IndexOf("\e[?1049l", StringComparison.Ordinal)..];
        Assert.Contains("a-cluster-with-a-very-long-name-8", last, StringComparison.Ordinal);
        Assert.Contains("away", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contexts_that_are_not_there_are_not_waited_for()
    {
        await using var mesh = await SimulatedMesh.StartBareAsync("eu");
        var error = new StringWriter();
        Assert.Equal(2, await CommandTree.RunAsync(["status", "--watch", "--context", "nowhere", "--kubeconfig", mesh.Kubeconfig], new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = TextWriter.Null, Error = error }));
        Assert.Contains("there is no context 'nowhere'", error.ToString(), StringComparison.Ordinal);
    }

    private static bool Changed(JsonElement line, string what) => line.TryGetProperty("changed", out var changed) && changed.GetString() == what;

    private static void Delete(SimulatedCluster cluster, string pod) => cluster.Delete(cluster.Type("v1", "Pod"), "shop", pod, new DeleteOptions { GraceSeconds = 0 });

    private static void Patch(SimulatedCluster cluster, string version, string kind, string space, string name, string patch) =>
        cluster.Patch(cluster.Type(version, kind), space, name, PatchKind.Merge, JsonNode.Parse(patch), WriteOptions.Default);

    /// <summary>Moves a tag as its resources are moved: the webhook and the Service that carry it.</summary>
    private static void MoveTag(SimulatedCluster cluster, string tag, string from, string to)
    {
        foreach (var (version, kind) in (ReadOnlySpan<(string, string)>)[("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"), ("v1", "Service")])
        {
            var type = cluster.Type(version, kind);
            foreach (var found in cluster.Store.Read(type.Key).From(null, null).Where(one => one.Label(InjectionLabels.Tag) == tag).ToList())
            {
                var text = found.ToJson().ToJsonString().Replace(from, to, StringComparison.Ordinal);
                cluster.Update(type, found.Namespace, found.Name, JsonNode.Parse(text)!.AsObject(), WriteOptions.Default);
            }
        }
    }

    /// <summary>A command that watches two clusters, of which the first has a namespace in the middle of a move.</summary>
    private sealed class Watch : IAsyncDisposable
    {
        private readonly SimulatedMesh _mesh;
        private readonly WatchedOutput _output = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly Task<int> _run;

        private Watch(SimulatedMesh mesh, string[] arguments)
        {
            _mesh = mesh;
            _run = Task.Run(() => CommandTree.RunAsync(
                ["status", "--watch", "--all-contexts", "--kubeconfig", mesh.Kubeconfig, .. arguments], new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = _output, Error = _output }, _stop.Token));
        }

        public SimulatedCluster Eu => _mesh.Clusters[0];

        public SimulatedCluster Us => _mesh.Clusters[1];

        public string Output => _output.Text;

        public static Task<Watch> StartAsync(params string[] arguments) => StartAsync(_ => { }, arguments);

        public static async Task<Watch> StartAsync(Action<SimulatedCluster> prepare, params string[] arguments)
        {
            var mesh = await SimulatedMesh.StartAsync("eu", "us");
            SimulatedMesh.Namespace(mesh.Clusters[0], "shop", "1-30-3");
            SimulatedMesh.Pod(mesh.Clusters[0], "shop", "web", 1, "1-29-6", SimulatedMesh.ImageOf("1.29.6"));
            SimulatedMesh.Pod(mesh.Clusters[0], "shop", "web", 2, "1-30-3", SimulatedMesh.ImageOf("1.30.3"));
            prepare(mesh.Clusters[0]);
            return new Watch(mesh, arguments);
        }

        public Task<string> LineAsync(string part) => _output.LineAsync(line => line.Contains(part, StringComparison.Ordinal), _run);

        public async Task<JsonElement> JsonAsync(Func<JsonElement, bool> isWanted) => JsonDocument.Parse(await _output.LineAsync(line => isWanted(JsonDocument.Parse(line).RootElement), _run)).RootElement;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            var code = await _run.WaitAsync(MeshliftProcess.Bound);
            await _mesh.DisposeAsync();
            _stop.Dispose();
            await _output.DisposeAsync();
            Assert.Equal(130, code);
        }
    }
}
