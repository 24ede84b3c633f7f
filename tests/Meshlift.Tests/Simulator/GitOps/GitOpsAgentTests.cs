using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.GitOps;
using Meshlift.Tests.Simulator.Workloads;

namespace Meshlift.Tests.Simulator.GitOps;

/// <summary>What a GitOps agent does with a folder of a repository.</summary>
public sealed class GitOpsAgentTests : IDisposable
{
    private readonly RunningCluster _running = new();
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly GitOpsAgent _agent;
    private int _commits;

    public GitOpsAgentTests() => _agent = new GitOpsAgent(_running.Cluster, new GitOpsSettings("clusters/eu"));

    [Fact]
    public void A_folder_is_applied_whatever_the_order_of_its_files_and_marked()
    {
        _files["clusters/eu/a.yaml"] = ConfigMap("settings", "team", "a");
        _files["clusters/eu/z.yaml"] = "apiVersion: v1\nkind: Namespace\nmetadata: {name: team}";
        _files["other/x.yaml"] = ConfigMap("not-ours", "default", "a");
        Deliver();
        Assert.Equal(("True", "Applied revision: commit-1"), Ready("clusters-eu"));
        Assert.Equal("clusters-eu", (string)Find("ConfigMap", "settings", "team")!["metadata"]!["labels"]!["kustomize.toolkit.fluxcd.io/name"]!);
        Assert.Null(Find("ConfigMap", "not-ours"));
    }

    [Fact]
    public void A_folder_without_a_kustomization_takes_those_below_as_they_are()
    {
        _files["clusters/eu/a.yaml"] = ConfigMap("a", "default", "1");
        _files["clusters/eu/deep/er/b.yaml"] = ConfigMap("b", "default", "1");
        _files["clusters/eu/istio/kustomization.yaml"] = "resources: [taken]";
        _files["clusters/eu/istio/taken/c.yaml"] = ConfigMap("c", "default", "1");
        _files["clusters/eu/istio/standby/d.yaml"] = ConfigMap("d", "default", "1");
        Deliver();
        Assert.Equal(["a", "b", "c"], ((string[])["a", "b", "c", "d"]).Where(name => Find("ConfigMap", name) is not null));
    }

    [Fact]
    public void Objects_are_made_in_the_order_in_which_they_need_each_other()
    {
        _files["clusters/eu/a.yaml"] = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            metadata: {name: hook}
            ---
            apiVersion: x.io/v1
            kind: Thing
            metadata: {name: thing, namespace: team}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: map, namespace: team}
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: things.x.io}
            spec:
              group: x.io
              scope: Namespaced
              names: {kind: Thing, plural: things}
              versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object} } }]
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: team}
            """;
        var made = new List<string>();
        _running.Cluster.Store.Subscribe(change => { if (change.Before is null && change.Object.Name is ("hook" or "thing" or "map" or "things.x.io" or "team")) made.Add(change.Object.Name); });
        Deliver();
        Assert.Equal(["team", "things.x.io", "map", "thing", "hook"], made);
    }

    [Fact]
    public void What_leaves_Git_leaves_the_cluster_and_what_people_change_is_taken_back()
    {
        _files["clusters/eu/a.yaml"] = ConfigMap("a", "default", "1");
        _files["clusters/eu/b.yaml"] = ConfigMap("b", "default", "1");
        Deliver();
        _running.Patch("v1", "ConfigMap", "a", """{"data":{"key":"by hand","own":"x"}}""");
        _files.Remove("clusters/eu/b.yaml");
        Deliver();
        Assert.Null(Find("ConfigMap", "b"));
        Assert.Equal(("1", "x"), ((string)Find("ConfigMap", "a")!["data"]!["key"]!, (string)Find("ConfigMap", "a")!["data"]!["own"]!));
        // Without a new commit it is applied again after its interval.
        _running.Patch("v1", "ConfigMap", "a", """{"data":{"key":"by hand"}}""");
        Again(60);
        Assert.Equal("by hand", (string)Find("ConfigMap", "a")!["data"]!["key"]!);
        Again(600);
        Assert.Equal("1", (string)Find("ConfigMap", "a")!["data"]!["key"]!);
    }

    [Fact]
    public void Kustomizations_wait_for_what_they_depend_on_until_it_is_healthy()
    {
        _files["clusters/eu/units.yaml"] = Unit("apps", "apps", "dependsOn: [{name: base}], wait: true") + "\n---\n" + Unit("base", "base", "healthChecks: [{apiVersion: apps/v1, kind: Deployment, name: web, namespace: default}]");
        _files["base/web.yaml"] = RunningCluster.Deployment("web", 2);
        _files["apps/a.yaml"] = ConfigMap("a", "default", "1");
        Deliver();
        Assert.Equal("Unknown", Ready("base").Status);
        Assert.Equal(("False", "dependency 'flux-system/base' is not ready"), Ready("apps"));
        Assert.Null(Find("ConfigMap", "a"));
        Again(20);
        Assert.Equal(("True", "True"), (Ready("base").Status, Ready("apps").Status));
        Assert.NotNull(Find("ConfigMap", "a"));
    }

    [Fact]
    public void What_does_not_become_healthy_in_time_fails_and_holds_the_rest_until_it_recovers()
    {
        _files["clusters/eu/units.yaml"] = Unit("apps", "apps", "dependsOn: [{name: base}]") + "\n---\n" + Unit("base", "base", "wait: true, timeout: 2m");
        _files["base/web.yaml"] = RunningCluster.Deployment("web", 1, template: "simulator.meshlift.dev/fate: crash");
        _files["apps/a.yaml"] = ConfigMap("a", "default", "1");
        Deliver();
        Again(60);
        Assert.Equal("Unknown", Ready("base").Status);
        Again(90);
        Assert.Equal("False", Ready("base").Status);
        Assert.Contains("Deployment/default/web: availableReplicas: 0 of 1", Ready("base").Message, StringComparison.Ordinal);
        Assert.Null(Find("ConfigMap", "a"));
        _files["base/web.yaml"] = RunningCluster.Deployment("web", 1);
        Deliver();
        Again(60);
        Assert.Equal("True", Ready("apps").Status);
    }

    [Fact]
    public void A_Kustomization_that_leaves_Git_takes_its_objects_along_unless_it_does_not_prune()
    {
        _files["clusters/eu/a.yaml"] = Unit("pruned", "one");
        _files["clusters/eu/b.yaml"] = Unit("kept", "two", "prune: false");
        _files["clusters/eu/c.yaml"] = ConfigMap("stays", "default", "1");
        _files["one/a.yaml"] = ConfigMap("a", "default", "1");
        _files["two/b.yaml"] = ConfigMap("b", "default", "1");
        Deliver();
        Assert.NotNull(Find("ConfigMap", "a"));
        _files.Remove("clusters/eu/a.yaml");
        _files.Remove("clusters/eu/b.yaml");
        Deliver();
        Assert.Equal((true, false, false), (Find("ConfigMap", "a") is null, Find("ConfigMap", "b") is null, Find("ConfigMap", "stays") is null));
    }

    [Theory]
    [InlineData("clusters/eu/a.yaml", "a: [", "clusters/eu/a.yaml:1:")]
    [InlineData("clusters/eu/kustomization.yaml", "resources: [gone.yaml]", "clusters/eu/kustomization.yaml:1:13: it names clusters/eu/gone.yaml, which is not there")]
    [InlineData("clusters/eu/kustomization.yaml", "resources: [ok.yaml]\nnamePrefix: x-", "'namePrefix' of a kustomization is not known here")]
    [InlineData("clusters/eu/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ok, namespace: default}", "is there twice")]
    public void A_folder_that_cannot_be_built_changes_nothing_and_says_why(string file, string text, string problem)
    {
        _files["clusters/eu/ok.yaml"] = ConfigMap("ok", "default", "1");
        Deliver();
        _files["clusters/eu/ok.yaml"] = ConfigMap("ok", "default", "2");
        _files[file] = text;
        Deliver();
        Assert.Equal("False", Ready("clusters-eu").Status);
        Assert.Contains(problem, Ready("clusters-eu").Message, StringComparison.Ordinal);
        Assert.Equal("1", (string)Find("ConfigMap", "ok")!["data"]!["key"]!);
    }

    [Fact]
    public void What_the_API_refuses_is_told_and_tried_again()
    {
        _files["clusters/eu/a.yaml"] = ConfigMap("a", "later", "1");
        Deliver();
        Assert.Equal(("False", "ConfigMap/later/a: namespaces \"later\" not found"), Ready("clusters-eu"));
        _running.Cluster.Create(_running.Type("v1", "Namespace"), "", JsonNode.Parse("""{"metadata":{"name":"later"}}""")!.AsObject(), WriteOptions.Default);
        Again(10);
        Assert.Equal("True", Ready("clusters-eu").Status);
    }

    [Fact]
    public void A_suspended_Kustomization_is_left_alone()
    {
        _files["clusters/eu/a.yaml"] = ConfigMap("a", "default", "1");
        Deliver();
        _running.Cluster.Patch(_running.Type("kustomize.toolkit.fluxcd.io/v1", "Kustomization"), "flux-system", "clusters-eu", PatchKind.Merge, JsonNode.Parse("""{"spec":{"suspend":true}}"""), WriteOptions.Default);
        _files["clusters/eu/a.yaml"] = ConfigMap("a", "default", "2");
        Deliver();
        Assert.Equal("1", (string)Find("ConfigMap", "a")!["data"]!["key"]!);
    }

    [Fact]
    public async Task It_looks_for_commits_at_its_interval_and_outlives_a_repository_that_is_away()
    {
        _files["clusters/eu/a.yaml"] = ConfigMap("a", "default", "1");
        var (reads, told, applied) = (0, new List<string>(), new TaskCompletionSource());
        using var stop = new CancellationTokenSource();
        _running.Cluster.Store.Subscribe(change => { if (change.Object.Name == "a") applied.TrySetResult(); });
        var run = _agent.RunAsync(
            (known, _) => ++reads == 1 ? throw new Core.UserException(Core.ErrorKind.Environment, "no such repository", "make it") : Task.FromResult(known == "c" ? null : Files("c")), told.Add, stop.Token);
        for (var i = 0; i < 1000 && !applied.Task.IsCompleted; i++)
        {
            _running.Pass(10);
            await Task.Yield();
        }
        await applied.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["eu: no such repository"], told);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    public void Dispose() => _running.Dispose();

    private void Deliver()
    {
        _commits++;
        _agent.Deliver(Files($"commit-{_commits}"));
    }

    private void Again(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += 10)
        {
            _running.Pass(10);
            _agent.Deliver(Files($"commit-{_commits}"));
        }
    }

    private GitFiles Files(string commit) => new(commit, _files.ToDictionary(file => file.Key, file => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Value), StringComparer.Ordinal));

    private (string Status, string Message) Ready(string name)
    {
        var condition = _running.Cluster.Get(_running.Type("kustomize.toolkit.fluxcd.io/v1", "Kustomization"), "flux-system", name).ToJson()["status"]!["conditions"]![0]!;
        return ((string)condition["status"]!, (string)condition["message"]!);
    }

    private JsonObject? Find(string kind, string name, string space = "default") => _running.Cluster.Store.Find(_running.Type("v1", kind).Key, space, name)?.ToJson();

    private static string ConfigMap(string name, string space, string value) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{name}}, namespace: {{space}}}
        data: {key: "{{value}}"}
        """;

    private static string Unit(string name, string path, string more = "prune: true") => $$"""
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: {{name}}, namespace: flux-system}
        spec: {path: ./{{path}}, {{(more.Contains("prune", StringComparison.Ordinal) ? "" : "prune: true, ")}}{{more}}, interval: 10m, sourceRef: {kind: GitRepository, name: flux-system} }
        """;
}
