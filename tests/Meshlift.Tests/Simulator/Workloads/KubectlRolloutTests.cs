using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Time;
using Meshlift.Simulator.Workloads;
using Meshlift.Tests.Simulator.Clusters;

namespace Meshlift.Tests.Simulator.Workloads;

/// <summary>Workloads that run, as the real kubectl sees and moves them. A minute passes in a second.</summary>
public sealed class KubectlRolloutTests
{
    [KubectlFact]
    public async Task A_Deployment_is_rolled_out_restarted_undone_scaled_and_deleted()
    {
        var time = new SteppedTime(TimeProvider.System.GetUtcNow());
        await using var served = await ServedCluster.StartAsync(cluster: Settings(time));
        using var controllers = WorkloadControllers.Start(served.Cluster);
        await using var running = time.Follow(TimeProvider.System, 60);
        await File.WriteAllTextAsync(served.Folder["web.yaml"], ServedCluster.Deployment);
        await served.KubectlAsync("apply", "-f", "web.yaml");
        Assert.EndsWith("deployment \"web\" successfully rolled out\n", await served.KubectlAsync("rollout", "status", "deployment/web", "--timeout=60s"), StringComparison.Ordinal);
        Assert.Matches(@"web\s+2/2\s+2\s+2", await served.KubectlAsync("get", "deployment", "web"));
        Assert.Equal("deployment.apps/web restarted\n", await served.KubectlAsync("rollout", "restart", "deployment/web"));
        Assert.EndsWith("successfully rolled out\n", await served.KubectlAsync("rollout", "status", "deployment/web", "--timeout=60s"), StringComparison.Ordinal);
        Assert.Matches(@"REVISION\s+CHANGE-CAUSE\s+1\s+<none>\s+2\s+<none>", await served.KubectlAsync("rollout", "history", "deployment/web"));
        Assert.Equal("deployment.apps/web rolled back\n", await served.KubectlAsync("rollout", "undo", "deployment/web"));
        Assert.EndsWith("successfully rolled out\n", await served.KubectlAsync("rollout", "status", "deployment/web", "--timeout=60s"), StringComparison.Ordinal);
        Assert.Matches(@"REVISION\s+CHANGE-CAUSE\s+2\s+<none>\s+3\s+<none>", await served.KubectlAsync("rollout", "history", "deployment/web"));
        await served.KubectlAsync("scale", "deployment/web", "--replicas=3");
        Assert.Equal("deployment.apps/web condition met\n", await served.KubectlAsync("wait", "deployment/web", "--for=jsonpath={.status.availableReplicas}=3", "--timeout=60s"));
        Assert.Matches(@"node-1\s+Ready\s+<none>", await served.KubectlAsync("get", "nodes"));
        var described = await served.KubectlAsync("describe", "deployment", "web");
        Assert.Contains("3 desired | 3 updated | 3 total | 3 available | 0 unavailable", described, StringComparison.Ordinal);
        Assert.Equal("deployment.apps \"web\" deleted", (await served.KubectlAsync("delete", "deployment", "web", "--cascade=foreground", "--timeout=60s")).Split(" from")[0].TrimEnd());
        Assert.StartsWith("No resources found", await served.KubectlAsync("get", "pods"), StringComparison.Ordinal);
    }

    [KubectlFact]
    public async Task A_StatefulSet_and_a_DaemonSet_are_rolled_out_and_undone()
    {
        var time = new SteppedTime(TimeProvider.System.GetUtcNow());
        await using var served = await ServedCluster.StartAsync(cluster: Settings(time));
        using var controllers = WorkloadControllers.Start(served.Cluster);
        await using var running = time.Follow(TimeProvider.System, 60);
        foreach (var kind in (string[])["StatefulSet", "DaemonSet"])
        {
            var (name, file) = ($"{kind.ToLowerInvariant()}/db", $"{kind}.yaml");
            await File.WriteAllTextAsync(served.Folder[file], ServedCluster.Deployment.Replace("kind: Deployment", $"kind: {kind}", StringComparison.Ordinal).Replace("web", "db", StringComparison.Ordinal)
                .Replace("  replicas: 2\n", kind == "StatefulSet" ? "  replicas: 2\n  serviceName: db\n" : "", StringComparison.Ordinal));
            await served.KubectlAsync("apply", "-f", file);
            Assert.Contains(kind == "StatefulSet" ? "complete" : "successfully rolled out", await served.KubectlAsync("rollout", "status", name, "--timeout=60s"), StringComparison.Ordinal);
            await served.KubectlAsync("rollout", "restart", name);
            await served.KubectlAsync("rollout", "status", name, "--timeout=60s");
            Assert.Matches(@"REVISION\s+CHANGE-CAUSE\s+1\s+<none>\s+2\s+<none>", await served.KubectlAsync("rollout", "history", name));
            Assert.EndsWith("rolled back\n", await served.KubectlAsync("rollout", "undo", name), StringComparison.Ordinal);
            await served.KubectlAsync("rollout", "status", name, "--timeout=60s");
            Assert.Matches(@"REVISION\s+CHANGE-CAUSE\s+2\s+<none>\s+3\s+<none>", await served.KubectlAsync("rollout", "history", name));
        }
    }

    private static ClusterSettings Settings(SteppedTime time) => new() { Name = "eu", HasKubelets = true, Time = time };
}
