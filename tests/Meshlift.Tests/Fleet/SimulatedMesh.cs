using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Manifests;
using Meshlift.Simulator.Clusters.Api;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Releases;

namespace Meshlift.Tests.Fleet;

/// <summary>Clusters with control planes and pods, behind a real API server.</summary>
internal sealed class SimulatedMesh : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ApiServer _server;

    private SimulatedMesh(ApiServer server, SimulatedCluster[] clusters) => (_server, Clusters) = (server, clusters);

    public SimulatedCluster[] Clusters { get; }

    public string Kubeconfig => _folder["kubeconfig"];

    public string Folder => _folder.Path;

    /// <summary>Starts clusters, each with the control planes 1-29-6 and 1-30-3.</summary>
    public static async Task<SimulatedMesh> StartAsync(params string[] names)
    {
        var mesh = await StartBareAsync(names);
        foreach (var cluster in mesh.Clusters)
            foreach (var version in SampleRelease.Versions)
                Apply(cluster, SampleRelease.Render(version, version.Replace('.', '-')));
        return mesh;
    }

    /// <summary>Starts clusters in which there is nothing.</summary>
    public static async Task<SimulatedMesh> StartBareAsync(params string[] names)
    {
        var clusters = names.Select(name => new SimulatedCluster(new ClusterSettings { Name = name })).ToArray();
        var server = await ApiServer.StartAsync(clusters);
        var mesh = new SimulatedMesh(server, clusters);
        await server.WriteKubeconfigAsync(mesh.Kubeconfig);
        return mesh;
    }

    /// <summary>Makes what manifests say, with the status that a Deployment has when all its pods are ready.</summary>
    public static void Apply(SimulatedCluster cluster, string manifests)
    {
        foreach (var resource in ManifestStream.Split(Encoding.UTF8.GetBytes(manifests), "manifests"))
        {
            var (kind, space) = (resource.Identity.Kind, resource.Identity.Namespace);
            if (space.Length > 0 && cluster.Store.Find(cluster.Type("v1", "Namespace").Key, "", space) is null) Namespace(cluster, space);
            var json = JsonNode.Parse(JsonNodes.Write(resource.Root))!.AsObject();
            if (cluster.Types.FirstOrDefault(type => type.Kind == kind && type.Key.Group == resource.Identity.Group) is not { } served) continue;
            if (cluster.Store.Find(served.Key, served.IsNamespaced ? space : "", resource.Identity.Name) is not null) continue;
            cluster.Create(served, space, json, WriteOptions.Default);
            if (kind != "Deployment") continue;
            json = cluster.Get(served, space, resource.Identity.Name).ToJson();
            var replicas = json["spec"]!["replicas"]!.GetValue<long>();
            json["status"] = new JsonObject { ["observedGeneration"] = 1L, ["replicas"] = replicas, ["updatedReplicas"] = replicas, ["readyReplicas"] = replicas, ["availableReplicas"] = replicas };
            cluster.Update(served, space, resource.Identity.Name, json, new WriteOptions { Subresource = "status" });
        }
    }

    /// <summary>Makes a namespace.</summary>
    public static void Namespace(SimulatedCluster cluster, string name, string? revision = null) => cluster.Create(
        cluster.Type("v1", "Namespace"), "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = revision is null ? new JsonObject() : new JsonObject { [InjectionLabels.Revision] = revision } } }, WriteOptions.Default);

    /// <summary>Makes a pod of a Deployment that runs with a proxy, or without one.</summary>
    public static void Pod(SimulatedCluster cluster, string space, string workload, int number, string? revision, string? image)
    {
        var (hash, type, sets) = ("5d9c7f", cluster.Type("v1", "Pod"), cluster.Type("apps/v1", "ReplicaSet"));
        // What belongs to nobody who is there is garbage.
        var owner = cluster.Store.Find(sets.Key, space, $"{workload}-{hash}") ?? cluster.Create(sets, space, JsonNode.Parse($$"""
            {"metadata": {"name": "{{workload}}-{{hash}}"}, "spec": {"selector": {"matchLabels": {"app": "{{workload}}"} }, "template": {"metadata": {"labels": {"app": "{{workload}}"} }, "spec": {"containers": [{"name": "a", "image": "a"}]} } } }
            """)!.AsObject(), WriteOptions.Default).Object;
        var containers = new JsonArray(new JsonObject { ["name"] = workload, ["image"] = $"shop.example/{workload}:1" });
        if (image is not null) containers.Add(new JsonObject { ["name"] = InjectionLabels.ProxyContainer, ["image"] = image });
        var name = $"{workload}-{hash}-{number}";
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["labels"] = new JsonObject { ["app"] = workload, ["pod-template-hash"] = hash },
            ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "ReplicaSet", ["name"] = $"{workload}-{hash}", ["uid"] = owner.Uid, ["controller"] = true }),
        };
        if (revision is not null) metadata["annotations"] = new JsonObject { [InjectionLabels.Revision] = revision };
        cluster.Create(type, space, new JsonObject { ["metadata"] = metadata, ["spec"] = new JsonObject { ["containers"] = containers } }, WriteOptions.Default);
        var json = cluster.Get(type, space, name).ToJson();
        json["status"] = new JsonObject { ["phase"] = "Running", ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }) };
        cluster.Update(type, space, name, json, new WriteOptions { Subresource = "status" });
    }

    /// <summary>The image that a revision injects.</summary>
    public static string ImageOf(string version) =>
        MeshInjection.Read(ManifestStream.Split(Encoding.UTF8.GetBytes(SampleRelease.Render(version, version.Replace('.', '-'))), version)).Injectors.Values.Single().Image
            .For(new PodRequest("", Meshlift.Core.Selecting.Labels.None, Meshlift.Core.Selecting.Labels.None, IsHostNetwork: false, ProxyImage: null)).Image;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
