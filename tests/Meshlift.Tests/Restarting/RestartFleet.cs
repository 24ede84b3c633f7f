using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Meshlift.CommandLine;
using Meshlift.Core.Restarting;
using Meshlift.Core.Simulating;
using Meshlift.Simulator.Clusters.Api;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Fleets;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Fleet;
using Meshlift.Tests.Simulator.Workloads;

namespace Meshlift.Tests.Restarting;

/// <summary>A cluster whose namespaces have gone over from 1-29-6 to 1-30-3, with all proxies still old, and a record of what is restarted in it.</summary>
internal sealed class RestartFleet : IAsyncDisposable
{
    private const int Speed = 100;
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Kinds = ["Deployment", "StatefulSet", "DaemonSet"];
    private readonly TempFolder _folder = new();
    private readonly SimulatedFleet _fleet;
    private readonly ApiServer _server;
    private readonly Lock _gate = new();
    private readonly List<string> _restarted = [];
    private readonly List<string> _belowBudget = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _mostAtOnce;
    private IAsyncDisposable? _running;

    private RestartFleet(SimulatedFleet fleet, ApiServer server)
    {
        (_fleet, _server) = (fleet, server);
        Eu.Store.Subscribe(Note);
    }

    public SimulatedCluster Eu => _fleet.Clusters[0];

    /// <summary>The second cluster, where the test has made one.</summary>
    public SimulatedCluster Us => _fleet.Clusters[1];

    public string Config => _folder["meshlift.yaml"];

    public string Kubeconfig => _folder["kubeconfig"];

    /// <summary>The workloads in the order in which they were restarted, as <c>namespace/name</c>; one that was restarted twice is there twice.</summary>
    public List<string> Restarted
    {
        get
        {
            lock (_gate) return [.. _restarted];
        }
    }

    public DateTimeOffset Time => _fleet.Time.GetUtcNow();

    /// <summary>How many rolled at once, at most.</summary>
    public int MostAtOnce
    {
        get
        {
            lock (_gate) return _mostAtOnce;
        }
    }

    public List<string> BelowBudget
    {
        get
        {
            lock (_gate) return [.. _belowBudget];
        }
    }

    /// <summary>Makes the cluster; its time runs a hundred times as fast as here.</summary>
    /// <param name="namespaces">Its namespaces, in the form of a fleet file.</param>
    /// <param name="more">More keys of the cluster, and more clusters.</param>
    /// <param name="prepare">Changes it before anything is stale.</param>
    public static async Task<RestartFleet> StartAsync(string namespaces, string more = "", Action<SimulatedCluster>? prepare = null)
    {
        var text = $$"""
            apiVersion: meshlift.dev/v1alpha1
            kind: Fleet
            spec:
              clusters:
                - name: eu
                  istio: [{version: 1.29.6, revision: 1-29-6}, {version: 1.30.3, revision: 1-30-3}]
                  namespaces: {{namespaces.ReplaceLineEndings(" ")}}
                  {{more}}
            """;
        var sources = new FleetSources(_ => [], _ => throw new NotSupportedException());
        var fleet = await SimulatedFleet.StartAsync(FleetFile.Read(Encoding.UTF8.GetBytes(text), "fleet.yaml"), sources, Now, tell: null, default);
        var eu = fleet.Clusters[0];
        foreach (var item in eu.Store.Read(eu.Type("apps/v1", "Deployment").Key).Items.Where(item => item.Namespace != "istio-system").ToList())
            Patch(eu, "apps/v1", "Deployment", item.Namespace, item.Name, """{"spec":{"progressDeadlineSeconds":90}}""");
        prepare?.Invoke(eu);
        fleet.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (var space in eu.Store.Read(eu.Type("v1", "Namespace").Key).Items.Where(space => space.Label("istio.io/rev") == "1-29-6").Select(space => space.Name).ToList()) Move(eu, space, "1-30-3");
        var started = new RestartFleet(fleet, await ApiServer.StartAsync(fleet.Clusters));
        await started._server.WriteKubeconfigAsync(started.Kubeconfig);
        started.Run();
        return started;
    }

    public static void Move(SimulatedCluster cluster, string space, string revision) => Patch(cluster, "v1", "Namespace", "", space, $$"""{"metadata":{"labels":{"istio.io/rev":"{{revision}}"} } }""");

    public static void Patch(SimulatedCluster cluster, string version, string kind, string space, string name, string patch) =>
        cluster.Patch(cluster.Type(version, kind), space, name, PatchKind.Merge, JsonNode.Parse(patch), WriteOptions.Default);

    /// <summary>Lets time pass in the cluster.</summary>
    public void Run() => _running ??= _fleet.Time.Follow(TimeProvider.System, Speed);

    /// <summary>Lets so much time pass at once.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        if (_running is { } running) await running.DisposeAsync();
        _running = null;
        _fleet.Time.Advance(time);
        Run();
    }

    /// <summary>Runs <c>meshlift restart</c> to its end.</summary>
    public async Task<Outcome> RestartAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync(Arguments(arguments), new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error }).WaitAsync(MeshliftProcess.Bound);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>Starts <c>meshlift restart</c>, to watch it.</summary>
    public Task<int> Begin(WatchedOutput output, CancellationToken cancel, params string[] arguments) =>
        Task.Run(() => CommandTree.RunAsync(Arguments(arguments), new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = output }, cancel), cancel);

    /// <summary>Waits until so many workloads were restarted.</summary>
    public async Task RestartedAsync(int count)
    {
        while (true)
        {
            Task more;
            lock (_gate) more = _restarted.Count >= count ? Task.CompletedTask : _more.Task;
            await more.WaitAsync(MeshliftProcess.Bound);
            if (Restarted.Count >= count) return;
        }
    }

    public string[] Arguments(params string[] arguments) => ["restart", "--context", "eu", "--kubeconfig", Kubeconfig, "--config", _folder["meshlift.yaml"], "--mode", "cluster", "--yes", .. arguments];

    /// <summary>The revisions of the ready pods of a namespace.</summary>
    public List<string> Revisions(string space) =>
        [.. Eu.Store.Read(SimulatedCluster.Pods).Items.Where(pod => pod.Namespace == space && !pod.IsDeleting).Select(pod => pod.ToJson()).Where(pod => RunningCluster.Condition(pod, "Ready") == "True").Select(pod => (string?)pod["metadata"]!["annotations"]?["istio.io/rev"] ?? "-").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        if (_running is { } running) await running.DisposeAsync();
        await _server.DisposeAsync();
        await _fleet.DisposeAsync();
        _folder.Dispose();
    }

    private void Note(StoreEvent change)
    {
        if (change.After is { } after && Kinds.Any(kind => Eu.Type("apps/v1", kind).Key == change.Key))
        {
            var (before, now) = (Mark(change.Before?.ToJson()), Mark(after.ToJson()));
            lock (_gate)
            {
                if (now is not null && now != before)
                {
                    _restarted.Add($"{after.Namespace}/{after.Name}");
                    _more.TrySetResult();
                    _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
                if (now is not null) _mostAtOnce = Math.Max(_mostAtOnce, Kinds.Sum(kind => Eu.Store.Read(Eu.Type("apps/v1", kind).Key).Items.Count(IsRolling)));
            }
        }
        if (change.After is { } budget && change.Key.Group == "policy" && budget.ToJson()["status"] is JsonObject status && (long?)status["currentHealthy"] < (long?)status["desiredHealthy"])
            lock (_gate) _belowBudget.Add($"{budget.Namespace}/{budget.Name}");
    }

    private static string? Mark(JsonObject? workload) => (string?)workload?["spec"]?["template"]?["metadata"]?["annotations"]?[RestartMark.At];

    private static bool IsRolling(StoredObject item)
    {
        var json = item.ToJson();
        if (Mark(json) is null) return false;
        long Number(string field) => (long?)json["status"]?[field] ?? 0;
        var wanted = (long?)json["spec"]?["replicas"] ?? Number("desiredNumberScheduled");
        return Number("observedGeneration") < (long?)json["metadata"]!["generation"] || Number("updatedReplicas") + Number("updatedNumberScheduled") < wanted
            || Number("replicas") > wanted || Number("availableReplicas") + Number("numberAvailable") < wanted;
    }
}
