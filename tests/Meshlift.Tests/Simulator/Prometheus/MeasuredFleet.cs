using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Prometheus;
using Meshlift.Simulator.Time;
using Meshlift.Tests.Simulator.Clusters;
using Meshlift.Tests.Simulator.Istio;

namespace Meshlift.Tests.Simulator.Prometheus;

/// <summary>Two clusters with ready pods, and their Prometheus, at a time that the test moves.</summary>
internal sealed class MeasuredFleet : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);
    private readonly PrometheusServer _server;

    private MeasuredFleet(SteppedTime clock, IstioCluster eu, IstioCluster us, PrometheusServer server, MetricPlan plan)
    {
        (Clock, Eu, Us, _server, Plan) = (clock, eu, us, server, plan);
        Http = new HttpClient { BaseAddress = server.Address };
    }

    public SteppedTime Clock { get; }

    public IstioCluster Eu { get; }

    public IstioCluster Us { get; }

    public MetricPlan Plan { get; }

    public HttpClient Http { get; }

    public static async Task<MeasuredFleet> StartAsync(int pods = 4)
    {
        var clock = new SteppedTime(Start);
        var (eu, us) = (new IstioCluster(time: clock), new IstioCluster(time: clock, name: "us"));
        foreach (var cluster in new[] { eu, us })
        {
            cluster.Namespace("shop");
            AddIstiod(cluster, "1-29-6", "1.29.6");
        }
        for (var i = 0; i < pods; i++) AddPod(eu, $"web-{i}", "1-29-6", "1.29.6", $"web{i / 4}");
        AddPod(us, "web-0", "1-29-6", "1.29.6");
        var plan = new MetricPlan();
        return new MeasuredFleet(clock, eu, us, await PrometheusServer.StartAsync([eu.Cluster, us.Cluster], new PrometheusSettings { Time = clock, Plan = plan }), plan);
    }

    public static void AddIstiod(IstioCluster cluster, string revision, string version) => Add(cluster, "istio-system", $$$"""
        {"metadata":{"name":"istiod-{{{revision}}}-1","labels":{"app":"istiod","istio.io/rev":"{{{revision}}}"}},"spec":{"containers":[{"name":"discovery","image":"docker.io/istio/pilot:{{{version}}}"}]}}
        """);

    public static void AddPod(IstioCluster cluster, string name, string revision, string version, string app = "web0") => Add(cluster, "shop", $$$"""
        {"metadata":{"name":"{{{name}}}","labels":{"app":"{{{app}}}"},"annotations":{"istio.io/rev":"{{{revision}}}"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"{{{app}}}","uid":"{{{cluster.Find("v1", "Namespace", "", "shop").At("metadata.uid").AsText()}}}","controller":true}]},
         "spec":{"containers":[{"name":"main","image":"web:1"},{"name":"istio-proxy","image":"docker.io/istio/proxyv2:{{{version}}}"}]}}
        """);

    /// <summary>The single number of a query; null for no series.</summary>
    public async Task<double?> NumberAsync(string query) => (await ResultAsync(query)) switch
    {
        [] => null,
        [var only] => Value(only!),
        var several => throw new InvalidOperationException($"{several.Count} series: {several.ToJsonString()}"),
    };

    public async Task<JsonArray> ResultAsync(string query)
    {
        var answer = await AskAsync($"query?query={Uri.EscapeDataString(query)}");
        Assert.True(answer.Text("status") == "success", answer.ToJsonString());
        return answer.At("data.result")!.AsArray();
    }

    public async Task<JsonObject> AskAsync(string path) => Json.Object(await (await Http.GetAsync("api/v1/" + path)).Content.ReadAsStringAsync());

    public static double Value(JsonNode one) => double.Parse(one["value"]![1]!.AsText()!.Replace("+Inf", "Infinity", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
    }

    private static void Add(IstioCluster cluster, string space, string pod)
    {
        var made = cluster.Create(space, pod);
        cluster.SetStatus("v1", "Pod", space, made.At("metadata.name").AsText()!, """{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}""");
    }
}
