using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Time;
using Meshlift.Simulator.Workloads;
using static Meshlift.Tests.Simulator.Workloads.RunningCluster;

namespace Meshlift.Tests.Simulator.Workloads;

/// <summary>What else looks after workloads: budgets, autoscalers, addresses, and the clock by which all of it moves.</summary>
public sealed class BudgetTests : IDisposable
{
    private readonly RunningCluster _cluster = new();

    [Theory, InlineData("minAvailable: 2", 2, 1), InlineData("maxUnavailable: 1", 2, 1), InlineData("minAvailable: 50%", 2, 1), InlineData("maxUnavailable: 0", 3, 0), InlineData("maxUnavailable: 34%", 1, 2)]
    public void A_budget_says_how_many_pods_may_go(string rule, long desired, long allowed)
    {
        _cluster.Apply(Deployment("web", 3) + "\n---\n" + Budget(rule));
        _cluster.Pass(30);
        var budget = _cluster.Get("policy/v1", "PodDisruptionBudget", "web");
        Assert.Equal((3, 3, desired, allowed), (Number(budget, "expectedPods"), Number(budget, "currentHealthy"), Number(budget, "desiredHealthy"), Number(budget, "disruptionsAllowed")));
    }

    [Fact]
    public void Evictions_go_on_when_the_replacement_is_ready()
    {
        _cluster.Apply(Deployment("web", 2) + "\n---\n" + Budget("minAvailable: 1"));
        _cluster.Pass(30);
        var names = _cluster.Pods().Select(pod => (string)pod["metadata"]!["name"]!).ToList();
        _cluster.Cluster.Evict("default", names[0], DeleteOptions.Default);
        Assert.Equal(429, Assert.Throws<ApiException>(() => _cluster.Cluster.Evict("default", names[1], DeleteOptions.Default)).Code);
        _cluster.Pass(30);
        _cluster.Cluster.Evict("default", names[1], DeleteOptions.Default);
        _cluster.Pass(30);
        Assert.Empty(_cluster.Pods().Select(pod => (string)pod["metadata"]!["name"]!).Intersect(names));
    }

    [Fact]
    public void An_autoscaler_keeps_its_target_between_its_limits()
    {
        _cluster.Apply(Deployment("web", 1) + "\n" + """
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: web, namespace: default}
            spec: {minReplicas: 2, maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
            """);
        Assert.Equal(2, (long)_cluster.Deployment("web")["spec"]!["replicas"]!);
        Assert.Contains(_cluster.Deployment("web")["metadata"]!["managedFields"]!.AsArray(), entry => (string)entry!["manager"]! == "kube-controller-manager" && (string?)entry["subresource"] == "scale");
        _cluster.Patch("apps/v1", "Deployment", "web", """{"spec":{"replicas":9}}""");
        _cluster.Pass(60);
        Assert.Equal((4, 4), (_cluster.ReadyPods(), (int)Number(_cluster.Get("autoscaling/v2", "HorizontalPodAutoscaler", "web"), "currentReplicas")));
        _cluster.Patch("apps/v1", "Deployment", "web", """{"spec":{"replicas":0}}""");
        _cluster.Pass(60);
        Assert.Empty(_cluster.Pods());
        Assert.Equal("ScalingDisabled", Reason(_cluster.Get("autoscaling/v2", "HorizontalPodAutoscaler", "web"), "ScalingActive"));
    }

    [Fact]
    public void A_Service_of_type_LoadBalancer_gets_an_address()
    {
        _cluster.Apply("""
            apiVersion: v1
            kind: Service
            metadata: {name: gateway, namespace: default}
            spec: {type: LoadBalancer, ports: [{port: 80}]}
            """);
        Assert.StartsWith("203.0.113.", (string)_cluster.Get("v1", "Service", "gateway")["status"]!["loadBalancer"]!["ingress"]![0]!["ip"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Controllers_that_start_late_see_what_is_there()
    {
        var cluster = new SimulatedCluster(new ClusterSettings { Name = "eu", Time = _cluster.Time, HasKubelets = true });
        cluster.Create(cluster.Type("apps/v1", "Deployment"), "default", JsonNode.Parse("""
            {"metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}
            """)!.AsObject(), WriteOptions.Default);
        using var controllers = WorkloadControllers.Start(cluster);
        _cluster.Pass(20);
        Assert.Equal(1, Number(cluster.Get(cluster.Type("apps/v1", "Deployment"), "default", "web").ToJson(), "readyReplicas"));
    }

    [Fact]
    public void Works_are_done_in_the_order_of_their_times_each_at_its_own()
    {
        var (time, done) = (new SteppedTime(DateTimeOffset.UnixEpoch), new List<string>());
        using var agenda = new Agenda(time, new Lock());
        void Enter(double after, string name, Action? more = null) => agenda.After(TimeSpan.FromSeconds(after), () => { done.Add($"{name}@{agenda.Now.ToUnixTimeSeconds()}"); more?.Invoke(); });
        Enter(5, "c");
        Enter(1, "a", () => Enter(2, "b"));
        Enter(5, "d");
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(["a@1", "b@3"], done);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a@1", "b@3", "c@5", "d@5"], done);
        Enter(1, "never");
        agenda.Dispose();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(4, done.Count);
    }

    [Fact]
    public async Task A_clock_that_follows_a_real_one_is_as_many_times_faster()
    {
        var (real, fast) = (new SteppedTime(DateTimeOffset.UnixEpoch), new SteppedTime(DateTimeOffset.UnixEpoch));
        var calls = new List<DateTimeOffset>();
        await using var timer = fast.CreateTimer(_ => calls.Add(fast.GetUtcNow()), null, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));
        await using (fast.Follow(real, 60))
        {
            real.Advance(TimeSpan.FromSeconds(4));
            Assert.Equal((0, DateTimeOffset.UnixEpoch.AddMinutes(4)), (calls.Count, fast.GetUtcNow()));
            real.Advance(TimeSpan.FromSeconds(3));
        }
        real.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal([5, 6, 7], calls.Select(call => (call - DateTimeOffset.UnixEpoch).TotalMinutes));
        Assert.Throws<ArgumentOutOfRangeException>(() => fast.Follow(real, 0));
    }

    public void Dispose() => _cluster.Dispose();

    private static string Budget(string rule) => $$"""
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: web, namespace: default}
        spec: { {{rule}}, selector: {matchLabels: {app: web} } }
        """;
}
