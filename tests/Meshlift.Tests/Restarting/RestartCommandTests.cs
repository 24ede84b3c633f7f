using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Access;
using Meshlift.CommandLine.Output;
using Meshlift.Core.Configuration;
using Meshlift.Core.Fleet;
using Meshlift.Core.Restarting;
using Meshlift.Engine.Restarting;
using Meshlift.Simulator.Clusters.Faults;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Fleet;

namespace Meshlift.Tests.Restarting;

/// <summary><c>meshlift restart</c> against a running API server whose workloads roll.</summary>
public sealed class RestartCommandTests
{
    private const string Twelve = """
        [{name: pay, labels: {istio.io/rev: 1-29-6}, workloads: [{name: api, count: 4}, {name: db, kind: StatefulSet, replicas: 3, budget: 2}]},
         {name: shop, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web, count: 6, replicas: 3, budget: 2}, {name: agent, kind: DaemonSet}]}]
        """;

    private static readonly string[] InOrder =
        ["pay/api-1", "pay/api-2", "pay/api-3", "pay/api-4", "pay/db", "shop/agent", "shop/web-1", "shop/web-2", "shop/web-3", "shop/web-4", "shop/web-5", "shop/web-6"];

    [Fact]
    public async Task Twelve_workloads_are_carried_over_three_at_a_time_in_order_and_never_below_their_budgets()
    {
        await using var fleet = await RestartFleet.StartAsync(Twelve);
        var outcome = await fleet.RestartAsync();
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        // Of those that begin together, any may be written first.
        Assert.Equal(InOrder, fleet.Restarted.Order(StringComparer.Ordinal));
        Assert.Equal(InOrder[..3], fleet.Restarted[..3].Order(StringComparer.Ordinal));
        Assert.All(fleet.Restarted.Index(), one => Assert.InRange(Array.IndexOf(InOrder, one.Item), one.Index - 2, one.Index + 2));
        Assert.Equal(3, fleet.MostAtOnce);
        Assert.Empty(fleet.BelowBudget);
        Assert.All(["pay", "shop"], space => Assert.Equal(["1-30-3"], fleet.Revisions(space)));
        Assert.EndsWith("\n12 done\n", outcome.Output, StringComparison.Ordinal);
        var again = await fleet.RestartAsync();
        Assert.Equal((0, "nothing is to be restarted\n"), (again.Code, again.Output));
        Assert.Equal(12, fleet.Restarted.Count);
    }

    [Fact]
    public async Task The_first_failure_stops_what_has_not_begun_and_the_next_run_goes_on_and_restarts_nothing_twice()
    {
        await using var fleet = await RestartFleet.StartAsync(
            "[{name: shop, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web, count: 4, annotations: {simulator.meshlift.dev/ready-after: 60s}}]}]",
            "failures: [{fate: crash, namespace: shop, workload: web-2, revision: 1-30-3, for: 30m}]");
        var outcome = await fleet.RestartAsync("--parallelism", "2");
        Assert.Equal(4, outcome.Code);
        Assert.Equal(["shop/web-1", "shop/web-2"], fleet.Restarted.Order(StringComparer.Ordinal));
        Assert.Matches(@"deployment/web-1 +done", outcome.Output);
        Assert.Matches(@"deployment/web-2 +failed .*it makes no progress \(ProgressDeadlineExceeded\); web-2-[^ ]+: [a-z-]+: CrashLoopBackOff", outcome.Output);
        Assert.Matches(@"deployment/web-3 +not started +- +shop/deployment/web-2 failed before its turn", outcome.Output);
        Assert.EndsWith("\n1 done, 1 failed, 2 not started\n", outcome.Output, StringComparison.Ordinal);
        // The old pods carry on beside the one that fails.
        Assert.Equal(["1-29-6", "1-30-3"], fleet.Revisions("shop"));
        await fleet.PassAsync(TimeSpan.FromMinutes(40));
        Assert.Equal(0, (await fleet.RestartAsync()).Code);
        Assert.Equal(["shop/web-1", "shop/web-2", "shop/web-3", "shop/web-4"], fleet.Restarted.Order(StringComparer.Ordinal));
        Assert.Equal(["1-30-3"], fleet.Revisions("shop"));
    }

    [Fact]
    public async Task A_rollout_that_failed_is_taken_back_by_going_back_to_the_old_revision()
    {
        await using var fleet = await RestartFleet.StartAsync(
            "[{name: shop, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web}]}]", "failures: [{fate: never-ready, namespace: shop, workload: web, revision: 1-30-3}]");
        Assert.Equal(4, (await fleet.RestartAsync()).Code);
        Assert.Equal(4, (await fleet.RestartAsync()).Code);
        Assert.Equal(["shop/web"], fleet.Restarted);
        RestartFleet.Move(fleet.Eu, "shop", "1-29-6");
        var back = await fleet.RestartAsync();
        Assert.Equal((0, 2), (back.Code, fleet.Restarted.Count));
        Assert.Equal(["1-29-6"], fleet.Revisions("shop"));
    }

    [Fact]
    public async Task A_run_that_is_killed_is_taken_up_by_the_next_one_which_restarts_nothing_twice()
    {
        await using var fleet = await RestartFleet.StartAsync(Twelve);
        using (var process = MeshliftProcess.Start("/", fleet.Arguments()))
        {
            await fleet.RestartedAsync(2);
            process.Kill();
            await process.EndAsync();
        }
        var outcome = await fleet.RestartAsync();
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(InOrder, fleet.Restarted.Order(StringComparer.Ordinal));
        Assert.All(["pay", "shop"], space => Assert.Equal(["1-30-3"], fleet.Revisions(space)));
    }

    [Fact]
    public async Task A_run_that_is_interrupted_says_what_goes_on_and_the_next_one_follows_it()
    {
        await using var fleet = await RestartFleet.StartAsync(Twelve);
        await using var output = new WatchedOutput();
        using var stop = new CancellationTokenSource();
        var run = fleet.Begin(output, stop.Token);
        await fleet.RestartedAsync(2);
        await stop.CancelAsync();
        Assert.Equal(130, await run.WaitAsync(MeshliftProcess.Bound));
        Assert.EndsWith("; interrupted: what rolls goes on, and is followed when this is run again\n", output.Text, StringComparison.Ordinal);
        Assert.Equal(0, (await fleet.RestartAsync()).Code);
        Assert.Equal(InOrder, fleet.Restarted.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Clusters_come_one_after_the_other_and_a_failure_in_one_keeps_the_next_from_beginning()
    {
        const string namespaces = "[{name: shop, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web}]}]";
        await using var fleet = await RestartFleet.StartAsync(
            namespaces, $"failures: [{{fate: image-pull, namespace: shop, revision: 1-30-3, for: 30m}}]\n    - {{name: us, istio: [{{version: 1.29.6, revision: 1-29-6}}, {{version: 1.30.3, revision: 1-30-3}}], namespaces: {namespaces}}}");
        RestartFleet.Move(fleet.Us, "shop", "1-30-3");
        var failed = await fleet.RestartAsync("--context", "us");
        Assert.Equal((4, "shop/web"), (failed.Code, Assert.Single(fleet.Restarted)));
        Assert.Contains("ImagePullBackOff", failed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" us shop/deployment/web restarted", failed.Output, StringComparison.Ordinal);
        await fleet.PassAsync(TimeSpan.FromMinutes(40));
        var done = await fleet.RestartAsync("--context", "us");
        Assert.Equal(0, done.Code);
        Assert.Contains(" us shop/deployment/web done", done.Output, StringComparison.Ordinal);
        Assert.Equal(["shop/web"], fleet.Restarted);
    }

    [Fact]
    public async Task An_api_server_that_is_away_for_a_while_is_waited_for()
    {
        await using var fleet = await RestartFleet.StartAsync(Twelve);
        // What is followed has to be asked for again, over and over.
        fleet.Eu.Faults.Add(new ScheduledFault(new Fault.Expire(4)) { Verb = "watch" });
        await using var output = new WatchedOutput();
        using var stop = new CancellationTokenSource();
        var run = fleet.Begin(output, stop.Token);
        await fleet.RestartedAsync(2);
        var until = fleet.Time.AddMinutes(3);
        fleet.Eu.Faults.Clear();
        fleet.Eu.Faults.Add(new ScheduledFault(new Fault.Refuse(503)) { Until = until });
        fleet.Eu.Faults.Add(new ScheduledFault(new Fault.Expire(4)) { Verb = "watch", Until = until.AddMinutes(3) });
        Assert.Equal(0, await run.WaitAsync(MeshliftProcess.Bound));
        Assert.True(fleet.Time > until);
        Assert.Equal(InOrder, fleet.Restarted.Order(StringComparer.Ordinal));
        Assert.All(["pay", "shop"], space => Assert.Equal(["1-30-3"], fleet.Revisions(space)));
    }

    [Fact]
    public async Task A_workload_whose_budget_allows_nothing_waits_and_the_others_go_on()
    {
        await using var fleet = await RestartFleet.StartAsync("[{name: shop, labels: {istio.io/rev: 1-29-6}, workloads: [{name: tight, budget: 2}, {name: web, count: 2}]}]");
        await using var output = new WatchedOutput();
        using var stop = new CancellationTokenSource();
        var run = fleet.Begin(output, stop.Token);
        await output.LineAsync(line => line.EndsWith("shop/deployment/tight waits: the disruption budget tight allows nothing now", StringComparison.Ordinal), run);
        await output.LineAsync(line => line.EndsWith("web-2 done", StringComparison.Ordinal), run);
        Assert.DoesNotContain("shop/tight", fleet.Restarted);
        RestartFleet.Patch(fleet.Eu, "policy/v1", "PodDisruptionBudget", "shop", "tight", """{"spec":{"minAvailable":1}}""");
        Assert.Equal(0, await run.WaitAsync(MeshliftProcess.Bound));
        Assert.Equal("shop/tight", fleet.Restarted[^1]);
    }

    [Fact]
    public async Task A_workload_that_is_held_to_the_end_is_told_and_fails_nothing()
    {
        await using var fleet = await RestartFleet.StartAsync("[{name: shop, labels: {istio.io/rev: 1-29-6}, workloads: [{name: tight, budget: 2}]}]");
        var outcome = await fleet.RestartAsync("--timeout", "1s");
        Assert.Equal(4, outcome.Code);
        Assert.Matches(@"deployment/tight +held +- +the disruption budget tight allows nothing now\n1 held\n$", outcome.Output);
        Assert.Empty(fleet.Restarted);
    }

    [Fact]
    public async Task What_would_not_roll_is_refused_with_the_reason_and_the_rest_is_restarted()
    {
        await using var fleet = await RestartFleet.StartAsync(
            "[{name: shop, labels: {istio.io/rev: 1-29-6}, workloads: [{name: canaried}, {name: still}, {name: agent, kind: DaemonSet}, {name: db, kind: StatefulSet}, {name: web}]}]", prepare: eu =>
            {
                Create(eu, "apiextensions.k8s.io/v1", "CustomResourceDefinition", """
                    {"metadata":{"name":"canaries.flagger.app"},"spec":{"group":"flagger.app","scope":"Namespaced","names":{"plural":"canaries","singular":"canary","kind":"Canary","listKind":"CanaryList"},
                     "versions":[{"name":"v1beta1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
                    """);
                Create(eu, "flagger.app/v1beta1", "Canary", """{"metadata":{"name":"release"},"spec":{"targetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"canaried"}}}""");
                RestartFleet.Patch(eu, "apps/v1", "Deployment", "shop", "still", """{"spec":{"paused":true}}""");
                RestartFleet.Patch(eu, "apps/v1", "DaemonSet", "shop", "agent", """{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}""");
                RestartFleet.Patch(eu, "apps/v1", "StatefulSet", "shop", "db", """{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":1}}}}""");
            });
        var outcome = await fleet.RestartAsync();
        Assert.Equal((4, "shop/web"), (outcome.Code, Assert.Single(fleet.Restarted)));
        Assert.Contains("refused  it is paused: 'kubectl rollout resume deployment/still' lets it roll", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("refused  the Flagger Canary release rolls it", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("refused  its strategy is OnDelete", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("refused  its partition 1 keeps the pods below as they are", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_deleted_in_between_is_told_and_is_no_failure()
    {
        await using var fleet = await RestartFleet.StartAsync(
            "[{name: a, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web, count: 3}]}, {name: b, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web}]}]");
        await using var output = new WatchedOutput();
        using var stop = new CancellationTokenSource();
        var run = fleet.Begin(output, stop.Token, "--parallelism", "1");
        await output.LineAsync(line => line.Contains("a/deployment/web-1 restarted", StringComparison.Ordinal), run);
        foreach (var name in (string[])["web-1", "web-2"]) fleet.Eu.Delete(fleet.Eu.Type("apps/v1", "Deployment"), "a", name, new DeleteOptions());
        fleet.Eu.Delete(fleet.Eu.Type("v1", "Namespace"), "", "b", new DeleteOptions());
        Assert.Equal(0, await run.WaitAsync(MeshliftProcess.Bound));
        Assert.Equal(["a/web-1", "a/web-3"], fleet.Restarted);
        Assert.EndsWith("\n1 done, 3 needs nothing\n", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waves_and_numbers_come_from_the_configuration_and_a_wave_waits_for_the_one_before()
    {
        await using var fleet = await RestartFleet.StartAsync(
            "[{name: a, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web, count: 2}]}, {name: z, labels: {istio.io/rev: 1-29-6, tier: canary}, workloads: [{name: web}]}]");
        await File.WriteAllTextAsync(fleet.Config, Configuration("restart: { mode: cluster, parallelism: 2 }\n    waves:\n      - { name: canary, namespaces: { labels: { tier: canary } } }\n      - { name: rest }"));
        var dry = await fleet.RestartAsync("--dry-run");
        Assert.Equal(0, dry.Code);
        Assert.EndsWith("3 workloads, 6 pods, 2 at a time: about 2m, if a pod needs 30s to become ready\n", dry.Output, StringComparison.Ordinal);
        Assert.Empty(fleet.Restarted);
        var canary = await fleet.RestartAsync("--wave", "canary", "--output", "json");
        Assert.Equal((0, "z/web"), (canary.Code, Assert.Single(fleet.Restarted)));
        foreach (var line in canary.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)) PublishedSchema.AssertFits("restart", line);
        Assert.Equal(0, (await fleet.RestartAsync("web-2", "-n", "a")).Code);
        Assert.Equal(["z/web", "a/web-2"], fleet.Restarted);
        Assert.Equal(2, (await fleet.RestartAsync("--wave", "none")).Code);
        Assert.Contains("there is no workload gone", (await fleet.RestartAsync("gone")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "restarts are off")]
    [InlineData("restart: { mode: off }", "restarts are off")]
    [InlineData("restart: { mode: git }", "'mode: git', which no command carries out yet")]
    [InlineData("restart: { mode: cluster }", "nobody said yes")]
    public async Task Nothing_is_restarted_before_a_person_has_allowed_it(string restart, string message)
    {
        await using var fleet = await RestartFleet.StartAsync("[{name: shop, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web}]}]");
        if (restart.Length > 0) await File.WriteAllTextAsync(fleet.Config, Configuration(restart));
        var outcome = await MeshliftProcess.RunAsync("/", ["restart", "--context", "eu", "--kubeconfig", fleet.Kubeconfig, "--config", fleet.Config]);
        Assert.Equal(4, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(fleet.Restarted);
    }

    [Fact]
    public async Task A_gate_that_says_no_stops_it_and_all_behind_it()
    {
        await using var fleet = await RestartFleet.StartAsync("[{name: shop, labels: {istio.io/rev: 1-29-6}, workloads: [{name: web, count: 3}]}]");
        using var client = new ClusterClient(KubeconfigFiles.Read(fleet.Kubeconfig, new Dictionary<string, string>(StringComparer.Ordinal)).Select("eu"));
        var (status, scene) = await new RestartSurvey(client).ReadAsync("eu", respectsBudgets: true, default);
        var plan = RestartPlan.Of(status, scene, new WaveOrder([new WaveSpec("all", null, null)]), RestartSelection.All, DateTimeOffset.MaxValue);
        var settings = new RestartSettings(1, TimeSpan.FromMinutes(15), RespectsBudgets: true) { Gate = (one, _) => Task.FromResult(one.Workload.Name.Name == "web-2" ? "too many errors" : null) };
        var report = await new ClusterRestart(client, "eu", settings, new ClientSettings(), _ => { }).RunAsync(plan, default);
        Assert.Equal([(RestartOutcome.Done, ""), (RestartOutcome.NotStarted, "too many errors"), (RestartOutcome.NotStarted, "too many errors")], report.Results.Select(result => (result.Outcome, result.Reason)));
        Assert.Equal(["shop/web-1"], fleet.Restarted);
        Assert.False(report.IsDone);
    }

    [Fact]
    public void A_terminal_shows_a_bar_for_each_workload_in_flight_and_takes_it_away_again()
    {
        var terminal = new StringWriter();
        var web = new PlannedRestart(new WorkloadKey("shop", new WorkloadName("Deployment", "web")), "rest", RestartStanding.Stale, "old", "", 2, 2, "", false, TimeSpan.FromSeconds(60));
        ImmutableArray<ClusterRestartPlan> plans = [new("eu", [web])];
        var screen = new RestartScreen(terminal, () => 60, new RestartLines(terminal, plans, 3), plans, 3);
        var at = DateTimeOffset.UnixEpoch;
        screen.Tell(new RestartEvent(at, "eu", RestartEventKind.Started, web, 0, 2, "old"));
        screen.Tell(new RestartEvent(at, "eu", RestartEventKind.Progressed, web, 1, 2, "1 of 2 pods are new"));
        screen.Tell(new RestartEvent(at.AddSeconds(30), "eu", RestartEventKind.Done, web, 2, 2, ""));
        screen.End([], isInterrupted: false);
        Assert.Equal(
            "1970-01-01T00:00:00Z eu shop/deployment/web restarted: old\n"
            + "[....................] 0/2 eu shop/deployment/web\r\n0 of 1 through, 1 in flight, about 1m left\r\n"
            + "\e[2A\r\e[J[##########..........] 1/2 eu shop/deployment/web  1 of 2 p\r\n0 of 1 through, 1 in flight, about 1m left\r\n"
            + "\e[2A\r\e[J1970-01-01T00:00:30Z eu shop/deployment/web done\n1 of 1 through, 0 in flight, about 0s left\r\n\e[1A\r\e[J",
            terminal.ToString());
    }

    private static void Create(SimulatedCluster cluster, string version, string kind, string json) =>
        cluster.Create(cluster.Type(version, kind), kind == "Canary" ? "shop" : "", JsonNode.Parse(json)!.AsObject(), WriteOptions.Default);

    private static string Configuration(string dataPlane) => $$"""
        apiVersion: {{Mesh.ApiVersion}}
        kind: Mesh
        metadata: { name: shop }
        spec:
          istio: { versions: "1.30.*" }
          layout: { engine: plain }
          environments: [{ name: testing, clusters: [{ name: eu, path: clusters/eu, context: eu }] }]
          dataPlane:
            {{dataPlane}}

        """;
}
