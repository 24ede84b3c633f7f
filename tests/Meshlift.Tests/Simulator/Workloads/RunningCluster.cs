using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Manifests;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Types;
using Meshlift.Simulator.Time;
using Meshlift.Simulator.Workloads;

namespace Meshlift.Tests.Simulator.Workloads;

/// <summary>A cluster whose workloads run, by a clock that the test moves.</summary>
internal sealed class RunningCluster : IDisposable
{
    private readonly WorkloadControllers _controllers;

    public RunningCluster(WorkloadSettings? settings = null, int seed = 1)
    {
        Cluster = new SimulatedCluster(new ClusterSettings { Name = "eu", Time = Time, HasKubelets = true, Seed = seed });
        Settings = settings ?? new WorkloadSettings();
        _controllers = WorkloadControllers.Start(Cluster, Settings);
    }

    public SteppedTime Time { get; } = new(new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));

    public SimulatedCluster Cluster { get; }

    public WorkloadSettings Settings { get; }

    public static string Deployment(string name, int replicas, string more = "", string template = "") => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{{name}}}, namespace: default}
        spec:
          replicas: {{{replicas}}}
          selector: {matchLabels: {app: {{{name}}} } }
          {{{more}}}
          template:
            metadata: {labels: {app: {{{name}}} }, annotations: { {{{template}}} } }
            spec: {containers: [{name: main, image: "shop.example/web:1"}]}
        """;

    public void Apply(string manifests)
    {
        foreach (var resource in ManifestStream.Split(Encoding.UTF8.GetBytes(manifests), "manifests"))
            Cluster.Apply(
                Cluster.Type(resource.Root["apiVersion"]!.ToString()!, resource.Identity.Kind), resource.Identity.Namespace, resource.Identity.Name,
                JsonNode.Parse(JsonNodes.Write(resource.Root))!.AsObject(), new WriteOptions { Manager = "test", Force = true });
    }

    public void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public JsonObject Get(string apiVersion, string kind, string name) => Cluster.Get(Cluster.Type(apiVersion, kind), "default", name).ToJson();

    public JsonObject Deployment(string name) => Get("apps/v1", "Deployment", name);

    public List<JsonObject> All(string apiVersion, string kind) => [.. Cluster.Store.Read(Cluster.Type(apiVersion, kind).Key).From("default", null).Select(item => item.ToJson())];

    public List<JsonObject> Pods() => All("v1", "Pod");

    public int ReadyPods() => Pods().Count(pod => Condition(pod, "Ready") == "True" && pod["metadata"]!["deletionTimestamp"] is null);

    public void Patch(string apiVersion, string kind, string name, string patch) =>
        Cluster.Patch(Cluster.Type(apiVersion, kind), "default", name, PatchKind.Merge, JsonNode.Parse(patch), new WriteOptions { Manager = "test" });

    public ResourceType Type(string apiVersion, string kind) => Cluster.Type(apiVersion, kind);

    public static string? Condition(JsonObject item, string type) =>
        (item["status"]?["conditions"] as JsonArray ?? []).Where(condition => (string)condition!["type"]! == type).Select(condition => (string)condition!["status"]!).FirstOrDefault();

    public static string? Reason(JsonObject item, string type) =>
        (item["status"]?["conditions"] as JsonArray ?? []).Where(condition => (string)condition!["type"]! == type).Select(condition => (string?)condition!["reason"]).FirstOrDefault();

    public static long Number(JsonObject item, string field) => (long?)item["status"]?[field] ?? 0;

    public void Dispose() => _controllers.Dispose();
}
