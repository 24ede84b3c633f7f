using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Access;
using Meshlift.Core.Fleet;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Restarting;
using Meshlift.Engine.Restarting;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Tests.Simulator.Clusters;

namespace Meshlift.Tests.Restarting;

/// <summary>The write that restarts a workload, when somebody else writes at the same time.</summary>
public sealed class RestartWriteTests
{
    private static readonly PlannedRestart Web = new(new WorkloadKey("default", new WorkloadName("Deployment", "web")), "all", RestartStanding.Stale, "it runs 1-29-6", "", 1, 1, "1-30-3 image", IsNamed: false, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"metadata":{"labels":{"team":"shop"}}}""", true)]
    [InlineData("""{"spec":{"template":{"metadata":{"annotations":{"meshlift.dev/restartedAt":"2026-11-20T12:00:00.000Z","meshlift.dev/restartedFor":"1-30-3 image"}}}}}""", false)]
    public async Task A_workload_that_was_restarted_meanwhile_is_not_restarted_twice(string meanwhile, bool isOurs)
    {
        await using var served = await ServedCluster.StartAsync();
        var type = served.Cluster.Type("apps/v1", "Deployment");
        served.Cluster.Create(type, "default", Json.Object("""{"metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}"""), WriteOptions.Default);
        using var client = Client(served);
        var judged = (await client.FindAsync(RestartSurvey.Kinds.First(kind => kind.Kind == "Deployment"), "default", "web", RestartSurvey.Reader(), default))!;
        served.Cluster.Patch(type, "default", "web", PatchKind.Merge, Json.Object(meanwhile), new WriteOptions { Manager = "another" });
        var written = await RestartWrite.RunAsync(client, new ClientSettings(), Web, judged, "1-30-3 image", default);
        Assert.Equal(isOurs, written!.Value.IsOurs);
        var at = (string)served.Cluster.Get(type, "default", "web").ToJson()["spec"]!["template"]!["metadata"]!["annotations"]!["meshlift.dev/restartedAt"]!;
        Assert.Equal(isOurs, at != "2026-11-20T12:00:00.000Z");
        Assert.Equal(at, written.Value.Workload.Template.Annotations[RestartMark.At]);
        Assert.Equal(2, written.Value.Workload.Metadata.Generation);
    }

    [Fact]
    public async Task One_that_is_gone_or_another_one_of_its_name_is_left_alone()
    {
        await using var served = await ServedCluster.StartAsync();
        using var client = Client(served);
        Assert.Null(await RestartWrite.RunAsync(client, new ClientSettings(), Web, new WorkloadItem(new ObjectMetadata("web", "default") { Uid = "1", ResourceVersion = "1" }), "1-30-3 image", default));
        Assert.Empty(served.Cluster.Store.Read(served.Cluster.Type("apps/v1", "Deployment").Key).Items);
    }

    private static ClusterClient Client(ServedCluster served) => new(KubeconfigFiles.Read(served.Folder["config"], new Dictionary<string, string>(StringComparer.Ordinal)).Select(null), new ClientSettings());
}
