using System.Globalization;
using FsCheck.Fluent;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Workloads.Kubelets;
using static Meshlift.Tests.Simulator.Workloads.RunningCluster;

namespace Meshlift.Tests.Simulator.Workloads;

/// <summary>Deployments, as the controllers of Kubernetes roll them out.</summary>
public sealed class DeploymentTests : IDisposable
{
    private const string Restart = """{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"now"}}}}}""";
    private readonly RunningCluster _cluster = new();

    [Fact]
    public void Pods_of_a_Deployment_start_and_become_ready_after_a_while()
    {
        _cluster.Apply(Deployment("web", 3));
        Assert.Equal(3, _cluster.Pods().Count);
        Assert.Equal("False", Condition(_cluster.Deployment("web"), "Available"));
        _cluster.Pass(3);
        Assert.All(_cluster.Pods(), pod => Assert.Equal(("Running", "False"), ((string)pod["status"]!["phase"]!, Condition(pod, "Ready"))));
        _cluster.Pass(8);
        var web = _cluster.Deployment("web");
        Assert.Equal((3, 3, 3, 3), (Number(web, "replicas"), Number(web, "updatedReplicas"), Number(web, "readyReplicas"), Number(web, "availableReplicas")));
        Assert.Equal(("True", "NewReplicaSetAvailable"), (Condition(web, "Available"), Reason(web, "Progressing")));
        Assert.Equal((long)web["metadata"]!["generation"]!, Number(web, "observedGeneration"));
        Assert.Equal(3, _cluster.Pods().Select(pod => (string)pod["spec"]!["nodeName"]!).Distinct().Count());
        Assert.Equal("1", (string)web["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]!);
    }

    [Theory, InlineData(10, "25%", "25%"), InlineData(3, "1", "0"), InlineData(3, "0", "1"), InlineData(1, "25%", "25%"), InlineData(4, "0", "0"), InlineData(5, "100%", "0"), InlineData(7, "3", "50%")]
    public void A_rollout_keeps_within_its_limits(int replicas, string surge, string unavailable)
    {
        _cluster.Apply(Deployment("web", replicas, $"strategy: {{rollingUpdate: {{maxSurge: {surge}, maxUnavailable: {unavailable}}}}}"));
        _cluster.Pass(60);
        var first = Names();
        var (most, least) = (0, int.MaxValue);
        _cluster.Cluster.Store.Subscribe(_ => (most, least) = (Math.Max(most, _cluster.Pods().Count(pod => pod["metadata"]!["deletionTimestamp"] is null)), Math.Min(least, _cluster.ReadyPods())));
        _cluster.Patch("apps/v1", "Deployment", "web", Restart);
        _cluster.Pass(600);
        Assert.Equal(replicas, Names().Except(first).Count());
        Assert.Equal(replicas, Names().Count);
        Assert.Equal("NewReplicaSetAvailable", Reason(_cluster.Deployment("web"), "Progressing"));
        var (up, down) = (Limit(surge, replicas, up: true), Limit(unavailable, replicas, up: false));
        if (up == 0 && down == 0) down = 1;
        Assert.InRange(most, 0, replicas + up);
        Assert.InRange(least, replicas - down, replicas);
    }

    [Fact]
    public void A_rollout_that_cannot_go_on_stops_and_says_so_after_its_deadline()
    {
        _cluster.Apply(Deployment("web", 4, "progressDeadlineSeconds: 60"));
        _cluster.Pass(30);
        _cluster.Patch("apps/v1", "Deployment", "web", """{"spec":{"template":{"metadata":{"annotations":{"simulator.meshlift.dev/fate":"never-ready"}}}}}""");
        _cluster.Pass(50);
        Assert.Equal("True", Condition(_cluster.Deployment("web"), "Progressing"));
        _cluster.Pass(30);
        var web = _cluster.Deployment("web");
        Assert.Equal(("ProgressDeadlineExceeded", "True"), (Reason(web, "Progressing"), Condition(web, "Available")));
        Assert.Equal(3, _cluster.ReadyPods());
        // Back to the template of before: the ReplicaSet of then goes on.
        _cluster.Patch("apps/v1", "Deployment", "web", """{"spec":{"template":{"metadata":{"annotations":null}}}}""");
        _cluster.Pass(60);
        web = _cluster.Deployment("web");
        Assert.Equal(("NewReplicaSetAvailable", 4), (Reason(web, "Progressing"), _cluster.ReadyPods()));
        Assert.Equal("3", (string)web["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]!);
        Assert.Equal(2, _cluster.All("apps/v1", "ReplicaSet").Count);
    }

    [Fact]
    public void What_is_paused_does_not_roll_and_is_scaled()
    {
        _cluster.Apply(Deployment("web", 2, "paused: true"));
        Assert.Empty(_cluster.Pods());
        _cluster.Patch("apps/v1", "Deployment", "web", """{"spec":{"paused":false}}""");
        _cluster.Pass(30);
        _cluster.Patch("apps/v1", "Deployment", "web", """{"spec":{"paused":true,"replicas":3,"template":{"metadata":{"annotations":{"a":"b"}}}}}""");
        var first = Names();
        _cluster.Pass(30);
        Assert.Equal("DeploymentPaused", Reason(_cluster.Deployment("web"), "Progressing"));
        Assert.Equal(first, Names());
        _cluster.Patch("apps/v1", "Deployment", "web", """{"spec":{"paused":false}}""");
        _cluster.Pass(60);
        Assert.Equal((3, 0), (Names().Count, Names().Intersect(first).Count()));
    }

    [Fact]
    public void Recreate_ends_all_pods_before_it_starts_new_ones()
    {
        _cluster.Apply(Deployment("web", 3, "strategy: {type: Recreate}"));
        _cluster.Pass(30);
        var first = Names();
        _cluster.Cluster.Store.Subscribe(_ => Assert.True(!Names().Except(first).Any() || !Names().Intersect(first).Any()));
        _cluster.Patch("apps/v1", "Deployment", "web", Restart);
        Assert.Equal(3, _cluster.Pods().Count(pod => pod["metadata"]!["deletionTimestamp"] is not null));
        _cluster.Pass(30);
        Assert.Equal(3, Names().Except(first).Count());
    }

    [Fact]
    public void Old_ReplicaSets_are_kept_as_far_as_the_limit_says()
    {
        _cluster.Apply(Deployment("web", 1, "revisionHistoryLimit: 2"));
        for (var i = 0; i < 5; i++)
        {
            _cluster.Pass(30);
            _cluster.Patch("apps/v1", "Deployment", "web", $$$$$$$"""{"spec":{"template":{"metadata":{"annotations":{"a":"{{{{{{{i}}}}}}}"}}}}}""");
        }
        _cluster.Pass(60);
        Assert.Equal(["4", "5", "6"], _cluster.All("apps/v1", "ReplicaSet").Select(set => (string)set["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_deleted_pod_is_replaced_and_a_deleted_Deployment_takes_its_pods_along()
    {
        _cluster.Apply(Deployment("web", 2));
        _cluster.Pass(30);
        _cluster.Cluster.Delete(_cluster.Type("v1", "Pod"), "default", Names()[0], DeleteOptions.Default);
        Assert.Equal(3, Names().Count);
        _cluster.Pass(30);
        Assert.Equal((2, 2), (Names().Count, _cluster.ReadyPods()));
        _cluster.Cluster.Delete(_cluster.Type("apps/v1", "Deployment"), "default", "web", DeleteOptions.Default);
        _cluster.Pass(30);
        Assert.Empty(_cluster.Pods());
        Assert.Empty(_cluster.All("apps/v1", "ReplicaSet"));
    }

    [Fact]
    public void Pods_that_are_refused_are_told_and_tried_again()
    {
        var isRefused = true;
        _cluster.Cluster.Admission.Add(request =>
        {
            if (isRefused && request.Type.Kind == "Pod") throw new ApiException(500, "InternalError", "Internal error occurred: failed calling webhook \"sidecar\"");
        });
        _cluster.Apply(Deployment("web", 2));
        _cluster.Pass(10);
        var web = _cluster.Deployment("web");
        Assert.Equal(("True", "FailedCreate"), (Condition(web, "ReplicaFailure"), Reason(web, "ReplicaFailure")));
        Assert.Contains(_cluster.All("v1", "Event"), told => (string)told["reason"]! == "FailedCreate" && ((string)told["message"]!).Contains("failed calling webhook", StringComparison.Ordinal) && (long)told["count"]! > 1);
        isRefused = false;
        _cluster.Pass(60);
        Assert.Equal((2, (string?)null), (_cluster.ReadyPods(), Condition(_cluster.Deployment("web"), "ReplicaFailure")));
    }

    [Theory, InlineData(PodFate.Unschedulable, "Pending"), InlineData(PodFate.ImagePull, "Pending"), InlineData(PodFate.Crash, "Running"), InlineData(PodFate.NeverReady, "Running")]
    public void Pods_fail_as_they_are_told_and_recover(PodFate fate, string phase)
    {
        var failure = new PodFailure(fate) { Namespace = "default", Workload = "web" };
        _cluster.Settings.Failures.Add(failure);
        _cluster.Apply(Deployment("web", 2) + "\n---\n" + Deployment("other", 1));
        _cluster.Pass(120);
        Assert.Equal(1, _cluster.ReadyPods());
        Assert.All(_cluster.Pods().Where(pod => ((string)pod["metadata"]!["name"]!).StartsWith("web", StringComparison.Ordinal)), pod => Assert.Equal(phase, (string)pod["status"]!["phase"]!));
        _cluster.Settings.Failures.Remove(failure);
        _cluster.Pass(60);
        Assert.Equal(3, _cluster.ReadyPods());
    }

    [Fact]
    public void Sizes_of_a_rollout_never_leave_its_limits_and_always_arrive() => Prop.ForAll(
        Gen.Choose(0, 12).SelectMany(wanted => Gen.Choose(0, 4).SelectMany(surge => Gen.Choose(0, 4).SelectMany(down => Gen.Choose(0, 12).Select(start => (wanted, surge, down, start))))).ToArbitrary(),
        one =>
        {
            var update = new RollingUpdateRun(one.wanted, one.surge, one.surge + one.down == 0 ? 1 : one.down, one.start);
            return update.Arrives();
        }).Holds();

    [Fact]
    public void The_same_seed_and_the_same_writes_give_the_same_cluster()
    {
        static string Play()
        {
            using var cluster = new RunningCluster(seed: 5);
            cluster.Apply(Deployment("web", 3));
            cluster.Pass(20);
            cluster.Patch("apps/v1", "Deployment", "web", Restart);
            cluster.Pass(15);
            return string.Join('\n', cluster.Pods().Select(pod => pod.ToJsonString()));
        }
        Assert.Equal(Play(), Play());
    }

    public void Dispose() => _cluster.Dispose();

    private List<string> Names() => [.. _cluster.Pods().Select(pod => (string)pod["metadata"]!["name"]!)];

    private static int Limit(string value, int whole, bool up) => value.EndsWith('%') ? (int)(up ? Math.Ceiling(whole * int.Parse(value[..^1], CultureInfo.InvariantCulture) / 100.0) : Math.Floor(whole * int.Parse(value[..^1], CultureInfo.InvariantCulture) / 100.0)) : int.Parse(value, CultureInfo.InvariantCulture);
}
