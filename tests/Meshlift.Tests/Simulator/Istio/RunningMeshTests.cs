using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Istio.Injection;
using Meshlift.Simulator.Time;
using Meshlift.Simulator.Workloads;

namespace Meshlift.Tests.Simulator.Istio;

/// <summary>Injection together with the controllers that make pods.</summary>
public sealed class RunningMeshTests
{
    [Fact]
    public void Pods_wait_for_an_istiod_and_are_moved_by_a_tag_and_a_restart()
    {
        var time = new SteppedTime(new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
        var eu = new IstioCluster(time: time, hasKubelets: true);
        SidecarInjection.Attach(eu.Cluster);
        using var controllers = WorkloadControllers.Start(eu.Cluster);
        eu.Namespace("shop", """{"istio.io/rev":"prod"}""");
        eu.Install("1.29.6", "1-29-6");
        eu.Apply("""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},
             "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"web:1"}]}}}}
            """);
        Assert.Empty(Revisions(eu));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["1-29-6", "1-29-6", "1-29-6"], Revisions(eu));
        eu.Install("1.30.3", "1-30-3");
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["1-29-6", "1-29-6", "1-29-6"], Revisions(eu));
        eu.Apply("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"},"annotations":{"restarted":"1"}},"spec":{"containers":[{"name":"main","image":"web:1"}]}}}}""");
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["1-30-3", "1-30-3", "1-30-3"], Revisions(eu));
    }

    private static List<string?> Revisions(IstioCluster cluster) =>
        [.. cluster.Cluster.Store.Read(new("", "pods")).From("shop", null).Select(pod => pod.ToJson().At("metadata.annotations['istio.io/rev']").AsText())];
}
