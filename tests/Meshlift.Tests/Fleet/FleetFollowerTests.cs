using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Access;
using Meshlift.CommandLine.Output;
using Meshlift.Core.Fleet;
using Meshlift.Core.Knowledge;
using Meshlift.Engine.Observing;
using Meshlift.Simulator.Clusters.Faults;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Fleet;

/// <summary>A fleet that is followed over connections that break against the same fleet looked at anew.</summary>
public sealed class FleetFollowerTests
{
    private static readonly VersionRemarks Remarks = new(ReleaseKnowledge.BuiltIn, new DateOnly(2026, 11, 20), null);

    [Fact]
    public async Task After_changes_and_broken_watches_it_says_what_a_new_look_says()
    {
        await using var mesh = await SimulatedMesh.StartAsync("eu");
        var eu = mesh.Clusters[0];
        var (old, now) = (SimulatedMesh.ImageOf("1.29.6"), SimulatedMesh.ImageOf("1.30.3"));
        foreach (var space in (string[])["shop", "edge"]) SimulatedMesh.Namespace(eu, space, "1-29-6");
        for (var number = 0; number < 5; number++) SimulatedMesh.Pod(eu, "shop", "web", number, "1-29-6", old);
        foreach (var after in (int[])[1, 700, 3_000]) eu.Faults.Add(new ScheduledFault(new Fault.Cut(after)) { Verb = "watch", Rate = 0.5, Times = 2 });
        eu.Faults.Add(new ScheduledFault(new Fault.Expire(2)) { Verb = "watch", Resource = "pods", Times = 1 });
        var targets = Targets(mesh);
        using var stop = new CancellationTokenSource(MeshliftProcess.Bound);
        var settings = new ClientSettings { Chance = () => 0 };
        await using var states = new FleetFollower(settings, MeshliftProcess.Bound).FollowAsync(targets, stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await states.MoveNextAsync());
        Assert.Equal(5, states.Current.Cluster.Status!.Counts.Proxies);
        for (var number = 0; number < 5; number++)
        {
            eu.Delete(eu.Type("v1", "Pod"), "shop", $"web-5d9c7f-{number}", new DeleteOptions { GraceSeconds = 0 });
            SimulatedMesh.Pod(eu, number % 2 == 0 ? "shop" : "edge", "web", 10 + number, "1-30-3", now);
            var asks = number % 2 == 0 ? "1-30-3" : "canary";
            eu.Patch(eu.Type("v1", "Namespace"), "", "shop", PatchKind.Merge, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["istio.io/rev"] = asks } } }, WriteOptions.Default);
        }
        eu.Delete(eu.Type("v1", "Service"), "istio-system", "istiod-1-29-6", new DeleteOptions());
        eu.Faults.Clear();
        var fresh = Text((await new FleetObserver(settings, MeshliftProcess.Bound, TimeProvider.System).ObserveAsync(targets, null, stop.Token)).Single());
        while (states.Current.Cluster.Problem is not null || Text(states.Current.Cluster) != fresh) Assert.True(await states.MoveNextAsync());
    }

    [Fact]
    public async Task A_Service_without_a_label_that_a_webhook_calls_is_followed_too()
    {
        await using var mesh = await SimulatedMesh.StartAsync("eu");
        var eu = mesh.Clusters[0];
        SimulatedMesh.Namespace(eu, "shop", "1-30-3");
        SimulatedMesh.Pod(eu, "shop", "web", 1, "1-30-3", SimulatedMesh.ImageOf("1.30.3"));
        var service = eu.Get(eu.Type("v1", "Service"), "istio-system", "istiod-1-30-3").ToJson();
        service["metadata"]!["labels"]!.AsObject().Remove("istio.io/rev");
        eu.Update(eu.Type("v1", "Service"), "istio-system", "istiod-1-30-3", service, WriteOptions.Default);
        using var stop = new CancellationTokenSource(MeshliftProcess.Bound);
        await using var states = new FleetFollower(new ClientSettings(), MeshliftProcess.Bound).FollowAsync(Targets(mesh), stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await states.MoveNextAsync());
        Assert.Equal(ProxyState.Current, states.Current.Cluster.Status!.Pods.Single().State);
        eu.Delete(eu.Type("v1", "Service"), "istio-system", "istiod-1-30-3", new DeleteOptions());
        Assert.True(await states.MoveNextAsync());
        Assert.Equal(ProxyState.Blocked, states.Current.Cluster.Status!.Pods.Single().State);
    }

    [Fact]
    public async Task A_cluster_that_is_late_is_unknown_and_known_when_it_answers()
    {
        await using var mesh = await SimulatedMesh.StartAsync("eu");
        mesh.Clusters[0].Faults.Add(new ScheduledFault(new Fault.Slow(TimeSpan.FromSeconds(1))) { Verb = "list", Resource = "pods", Times = 1 });
        using var stop = new CancellationTokenSource(MeshliftProcess.Bound);
        await using var states = new FleetFollower(new ClientSettings(), TimeSpan.FromMilliseconds(1)).FollowAsync(Targets(mesh), stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await states.MoveNextAsync());
        Assert.Equal("eu gave no complete answer within 0 s", states.Current.Cluster.Problem?.Message);
        Assert.Null(states.Current.Cluster.Status);
        Assert.NotNull(states.Current.Cluster.Since);
        Assert.True(await states.MoveNextAsync());
        Assert.Null(states.Current.Cluster.Problem);
        Assert.NotNull(states.Current.Cluster.Status);
    }

    private static ImmutableArray<ClusterTarget> Targets(SimulatedMesh mesh)
    {
        var config = KubeconfigFiles.Read(mesh.Kubeconfig, new Dictionary<string, string>(StringComparer.Ordinal));
        return [.. config.Contexts.Keys.Select(context => new ClusterTarget(context, config.Select(context), null))];
    }

    private static string Text(ObservedCluster cluster) => StatusJson.Of([cluster], Remarks, StatusDepth.Pods);
}
