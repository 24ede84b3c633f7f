using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Manifests;
using Meshlift.Simulator.Clusters.Api;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Releases;

namespace Meshlift.Benchmarks;

/// <summary>A simulated fleet in a process of its own, so that its memory is not counted with that of its client; it changes a pod for every line that it reads.</summary>
internal static class FleetServers
{
    private const int Namespaces = 20;
    private static readonly string[] Versions = ["1.29.6", "1.30.3"];
    private static readonly WriteOptions Direct = new() { Manager = null };

    /// <summary>Runs <c>fleet servers CLUSTERS PODS KUBECONFIG</c> until its input ends. Prints a line when it is ready, and for each change the moment before it.</summary>
    public static async Task<int> RunAsync(int clusters, int pods, string kubeconfig)
    {
        var release = Versions.SelectMany(version => ManifestStream.Split(Encoding.UTF8.GetBytes(SampleRelease.Render(version, Revision(version))), version)).ToList();
        var fleet = new SimulatedCluster[clusters];
        Parallel.For(0, clusters, i => fleet[i] = Cluster(i, release, pods / clusters));
        await using var server = await ApiServer.StartAsync(fleet);
        await server.WriteKubeconfigAsync(kubeconfig);
        GC.Collect();
        Console.WriteLine("ready");
        var changes = 0;
        while (await Console.In.ReadLineAsync() is not null)
        {
            var cluster = fleet[changes++ % clusters];
            var type = cluster.Type("v1", "Pod");
            var pod = cluster.Get(type, "team-0", "web-00000000").ToJson();
            pod["status"] = new JsonObject { ["phase"] = "Running", ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = (changes - 1) / clusters % 2 == 0 ? "True" : "False" }) };
            var before = Stopwatch.GetTimestamp();
            cluster.Update(type, "team-0", "web-00000000", pod, Direct with { Subresource = "status" });
            Console.WriteLine(before.ToString(CultureInfo.InvariantCulture));
        }
        return 0;
    }

    private static string Revision(string version) => version.Replace('.', '-');

    private static SimulatedCluster Cluster(int index, List<Resource> release, int pods)
    {
        var cluster = new SimulatedCluster(new ClusterSettings { Name = string.Create(CultureInfo.InvariantCulture, $"c{index:D3}"), Seed = index + 1 });
        foreach (var space in Enumerable.Range(0, Namespaces).Select(i => (Name: $"team-{i}", Revision: (string?)Revision(Versions[i % 2]))).Append(("istio-system", null)))
            cluster.Create(cluster.Type("v1", "Namespace"), "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = space.Name, ["labels"] = space.Revision is null ? new JsonObject() : new JsonObject { ["istio.io/rev"] = space.Revision } } }, Direct);
        foreach (var resource in release)
        {
            var (kind, space) = (resource.Identity.Kind, resource.Identity.Namespace);
            if (kind is not ("MutatingWebhookConfiguration" or "ConfigMap" or "Service" or "Deployment") || space is not ("" or "istio-system")) continue;
            var type = cluster.Types.First(served => served.Kind == kind && served.Key.Group == resource.Identity.Group);
            if (cluster.Store.Find(type.Key, space, resource.Identity.Name) is null) cluster.Create(type, space, JsonNode.Parse(JsonNodes.Write(resource.Root))!.AsObject(), Direct);
        }
        var pod = JsonNode.Parse(PodServer.Pod())!.AsObject();
        var metadata = pod["metadata"]!.AsObject();
        foreach (var name in (string[])["uid", "resourceVersion", "generateName", "creationTimestamp", "ownerReferences"]) metadata.Remove(name);
        var podType = cluster.Type("v1", "Pod");
        for (var i = 0; i < pods; i++)
        {
            metadata["name"] = string.Create(CultureInfo.InvariantCulture, $"web-{i / Namespaces:D8}");
            metadata["namespace"] = $"team-{i % Namespaces}";
            // Every tenth is not what it would be now.
            foreach (var place in (string[])["annotations", "labels"]) metadata[place]!["istio.io/rev"] = Revision(Versions[i % 10 == 9 ? 0 : i % Namespaces % 2]);
            cluster.Create(podType, $"team-{i % Namespaces}", pod, Direct);
        }
        return cluster;
    }
}
