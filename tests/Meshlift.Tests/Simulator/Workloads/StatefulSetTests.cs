using Meshlift.Simulator.Clusters.Objects;
using static Meshlift.Tests.Simulator.Workloads.RunningCluster;

namespace Meshlift.Tests.Simulator.Workloads;

/// <summary>StatefulSets and DaemonSets, as the controllers of Kubernetes roll them out.</summary>
public sealed class StatefulSetTests : IDisposable
{
    private const string Change = """{"spec":{"template":{"metadata":{"annotations":{"a":"b"}}}}}""";
    private readonly RunningCluster _cluster = new();

    [Fact]
    public void Pods_start_in_order_and_go_in_reverse()
    {
        _cluster.Apply(Set("db", 3));
        Assert.Equal(["db-0"], Names());
        _cluster.Pass(11);
        Assert.Equal(["db-0", "db-1"], Names());
        _cluster.Pass(30);
        Assert.Equal(["db-0", "db-1", "db-2"], Names());
        var gone = new List<string>();
        _cluster.Cluster.Store.Subscribe(change => { if (change.After is null && change.Key.Plural == "pods") gone.Add(change.Object.Name); });
        _cluster.Patch("apps/v1", "StatefulSet", "db", """{"spec":{"replicas":1}}""");
        _cluster.Pass(30);
        Assert.Equal(["db-2", "db-1"], gone);
        var db = _cluster.Get("apps/v1", "StatefulSet", "db");
        Assert.Equal((1, 1, 1), (Number(db, "replicas"), Number(db, "readyReplicas"), Number(db, "updatedReplicas")));
    }

    [Fact]
    public void A_change_goes_from_the_highest_number_down_to_the_partition()
    {
        _cluster.Apply(Set("db", 3, "updateStrategy: {rollingUpdate: {partition: 1}}"));
        _cluster.Pass(60);
        var before = Uids();
        var gone = new List<string>();
        _cluster.Cluster.Store.Subscribe(change => { if (change.After is null && change.Key.Plural == "pods") gone.Add(change.Object.Name); });
        _cluster.Patch("apps/v1", "StatefulSet", "db", Change);
        _cluster.Pass(120);
        Assert.Equal(["db-2", "db-1"], gone);
        Assert.Equal(before["db-0"], Uids()["db-0"]);
        var db = _cluster.Get("apps/v1", "StatefulSet", "db");
        Assert.Equal((2, 1), (Number(db, "updatedReplicas"), Number(db, "currentReplicas")));
        Assert.NotEqual((string)db["status"]!["currentRevision"]!, (string)db["status"]!["updateRevision"]!);
        // A pod below the partition that dies comes back as it was.
        _cluster.Cluster.Delete(_cluster.Type("v1", "Pod"), "default", "db-0", DeleteOptions.Default);
        _cluster.Pass(60);
        Assert.Equal((string)db["status"]!["currentRevision"]!, (string)Pod("db-0")["metadata"]!["labels"]!["controller-revision-hash"]!);
        Assert.Null(Pod("db-0")["metadata"]!["annotations"]);
        _cluster.Patch("apps/v1", "StatefulSet", "db", """{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}""");
        _cluster.Pass(60);
        db = _cluster.Get("apps/v1", "StatefulSet", "db");
        Assert.Equal((string)db["status"]!["currentRevision"]!, (string)db["status"]!["updateRevision"]!);
        Assert.Equal(2, _cluster.All("apps/v1", "ControllerRevision").Count);
    }

    [Fact]
    public void OnDelete_waits_for_someone_to_delete_the_pods()
    {
        _cluster.Apply(Set("db", 2, "updateStrategy: {type: OnDelete}"));
        _cluster.Pass(60);
        var before = Uids();
        _cluster.Patch("apps/v1", "StatefulSet", "db", Change);
        _cluster.Pass(60);
        Assert.Equal(before, Uids());
        _cluster.Cluster.Delete(_cluster.Type("v1", "Pod"), "default", "db-1", DeleteOptions.Default);
        _cluster.Pass(60);
        Assert.Equal(("b", (string?)null), ((string?)Pod("db-1")["metadata"]!["annotations"]?["a"], (string?)Pod("db-0")["metadata"]!["annotations"]?["a"]));
    }

    [Fact]
    public void A_change_stops_at_the_first_pod_that_does_not_become_ready()
    {
        _cluster.Apply(Set("db", 3, "podManagementPolicy: Parallel"));
        Assert.Equal(3, Names().Count);
        _cluster.Pass(60);
        var before = Uids();
        _cluster.Patch("apps/v1", "StatefulSet", "db", """{"spec":{"template":{"metadata":{"annotations":{"simulator.meshlift.dev/fate":"crash"}}}}}""");
        _cluster.Pass(300);
        Assert.Equal([before["db-0"], before["db-1"]], [Uids()["db-0"], Uids()["db-1"]]);
        Assert.Equal(2, _cluster.ReadyPods());
    }

    [Fact]
    public void A_DaemonSet_has_a_pod_on_every_node_and_moves_one_at_a_time()
    {
        _cluster.Apply("""
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: cni, namespace: default}
            spec:
              selector: {matchLabels: {app: cni}}
              template:
                metadata: {labels: {app: cni}}
                spec: {containers: [{name: main, image: "a"}]}
            """);
        _cluster.Pass(30);
        Assert.Equal(["node-1", "node-2", "node-3"], _cluster.Pods().Select(pod => (string)pod["spec"]!["nodeName"]!).Order(StringComparer.Ordinal));
        var least = 3;
        _cluster.Cluster.Store.Subscribe(_ => least = Math.Min(least, _cluster.ReadyPods()));
        var before = Uids();
        _cluster.Patch("apps/v1", "DaemonSet", "cni", Change);
        _cluster.Pass(120);
        Assert.Equal((2, 3), (least, _cluster.ReadyPods()));
        Assert.Empty(before.Values.Intersect(Uids().Values));
        var cni = _cluster.Get("apps/v1", "DaemonSet", "cni");
        Assert.Equal((3, 3, 3), (Number(cni, "desiredNumberScheduled"), Number(cni, "updatedNumberScheduled"), Number(cni, "numberAvailable")));
    }

    public void Dispose() => _cluster.Dispose();

    private static string Set(string name, int replicas, string more = "") => $$"""
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: {{name}}, namespace: default}
        spec:
          replicas: {{replicas}}
          serviceName: {{name}}
          selector: {matchLabels: {app: {{name}} } }
          {{more}}
          template:
            metadata: {labels: {app: {{name}} } }
            spec: {containers: [{name: main, image: "db:1"}]}
        """;

    private List<string> Names() => [.. _cluster.Pods().Select(pod => (string)pod["metadata"]!["name"]!)];

    private Dictionary<string, string> Uids() => _cluster.Pods().ToDictionary(pod => (string)pod["metadata"]!["name"]!, pod => (string)pod["metadata"]!["uid"]!);

    private System.Text.Json.Nodes.JsonObject Pod(string name) => _cluster.Get("v1", "Pod", name);
}
