using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Types;
using Meshlift.Simulator.Workloads;

namespace Meshlift.Simulator.GitOps;

/// <summary>What a GitOps agent applies, and how often it looks.</summary>
/// <param name="Paths">Folders of the repository.</param>
public sealed record GitOpsSettings(params IReadOnlyList<string> Paths)
{
    /// <summary>The namespace of its Kustomizations.</summary>
    public string Namespace { get; init; } = "flux-system";

    /// <summary>After how long it looks for a new commit, by the cluster's clock.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>After how long it looks again at what is not ready, by the cluster's clock.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Applies folders of a Git repository to a cluster as Flux does: Kustomizations in the order of what they depend on, pruned, waiting for health, applied again at an interval.</summary>
/// <remarks>Of kustomize it knows <c>resources</c> and <c>commonAnnotations</c>; a folder that needs more is not applied, and its Kustomization says so.</remarks>
public sealed class GitOpsAgent
{
    private const string Manager = "kustomize-controller";
    private readonly SimulatedCluster _cluster;
    private readonly GitOpsSettings _settings;
    private readonly ResourceType _type;
    private readonly SortedDictionary<(string Namespace, string Name), UnitState> _states = [];
    private readonly Lock _turn = new();

    /// <summary>Makes an agent, and the Kustomizations of its paths.</summary>
    public GitOpsAgent(SimulatedCluster cluster, GitOpsSettings settings)
    {
        (_cluster, _settings) = (cluster, settings);
        var options = new WriteOptions { Manager = Manager, Force = true };
        var (crds, namespaces) = (cluster.Type("apiextensions.k8s.io/v1", "CustomResourceDefinition"), cluster.Type("v1", "Namespace"));
        cluster.Apply(namespaces, "", settings.Namespace, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = settings.Namespace } }, options);
        cluster.Apply(crds, "", "kustomizations.kustomize.toolkit.fluxcd.io", FluxTypes.Definition(), options);
        _type = cluster.Type(FluxTypes.ApiVersion, "Kustomization");
        foreach (var path in settings.Paths)
        {
            var name = path.Trim('/', '.').Replace('/', '-').ToLowerInvariant() is { Length: > 0 } text ? text : "repository";
            cluster.Apply(_type, settings.Namespace, name, FluxTypes.Root(name, settings.Namespace, path.Trim('/')), options);
        }
    }

    /// <summary>Looks for commits and delivers them until it is stopped. What cannot be read is tried again.</summary>
    /// <param name="read">Reads the branch.</param>
    /// <param name="tell">Is told what could not be read, once for each reason; null for nobody.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task RunAsync(GitReader read, Action<string>? tell, CancellationToken cancel)
    {
        var time = _cluster.Settings.Time;
        GitFiles? files = null;
        var (looked, told) = (DateTimeOffset.MinValue, "");
        while (true)
        {
            if (time.GetUtcNow() - looked >= _settings.Interval)
            {
                looked = time.GetUtcNow();
                try
                {
                    files = await read(files?.Commit, cancel) ?? files;
                    told = "";
                }
                catch (Core.UserException e)
                {
                    if (e.Message != told) tell?.Invoke($"{_cluster.Settings.Name}: {told = e.Message}");
                }
            }
            if (files is not null) Deliver(files);
            await Task.Delay(_settings.Retry, time, cancel);
        }
    }

    /// <summary>Does what is to be done now: applies what is new, what is due again and what failed, and looks at what is awaited.</summary>
    public void Deliver(GitFiles files)
    {
        lock (_turn)
        {
            var seen = new HashSet<(string, string)>();
            // A folder may hold Kustomizations itself, so there may be new ones after each round.
            while (Next(seen) is { } unit)
            {
                seen.Add(unit.Key);
                if (!unit.IsSuspended) Step(unit, files);
            }
            foreach (var gone in _states.Where(state => !seen.Contains(state.Key)).ToList())
            {
                _states.Remove(gone.Key);
                if (gone.Value.IsPruned) Prune(gone.Value, []);
            }
        }
    }

    /// <summary>A unit that was not looked at yet, and on which none waits of those that were not; null when all were.</summary>
    private DeliveryUnit? Next(HashSet<(string, string)> seen)
    {
        var open = _cluster.Store.Read(_type.Key).Items.Where(item => !item.IsDeleting && !seen.Contains((item.Namespace, item.Name))).Select(item => DeliveryUnit.Of(item.ToJson())).ToList();
        return open.Find(unit => !unit.DependsOn.Any(other => open.Exists(one => one.Key == other))) ?? open.FirstOrDefault();
    }

    private void Step(DeliveryUnit unit, GitFiles files)
    {
        if (!_states.TryGetValue(unit.Key, out var state)) _states[unit.Key] = state = new UnitState();
        var now = _cluster.Settings.Time.GetUtcNow();
        state.IsPruned = unit.IsPruned;
        if (unit.DependsOn.FirstOrDefault(other => !(_states.TryGetValue(other, out var needed) && needed.IsReady && needed.Commit == files.Commit)) is { Name: { } missing } dependency)
        {
            Report(unit, state, files, ready: false, "DependencyNotReady", $"dependency '{dependency.Namespace}/{missing}' is not ready");
            return;
        }
        var isNew = state.Commit != files.Commit || state.Generation != unit.Generation;
        if (isNew) state.Since = now;
        if (isNew || !state.IsApplied || now - state.AppliedAt >= unit.Interval)
        {
            (state.Commit, state.Generation, state.AppliedAt) = (files.Commit, unit.Generation, now);
            var (reason, problem) = Apply(unit, state, files);
            state.IsApplied = problem.Length == 0;
            if (!state.IsApplied)
            {
                Report(unit, state, files, ready: false, reason, problem);
                return;
            }
        }
        Watch(unit, state, files, now);
    }

    private (string Reason, string Problem) Apply(DeliveryUnit unit, UnitState state, GitFiles files)
    {
        var (objects, fault) = BuiltFolder.Of(unit, files);
        if (fault.Length > 0) return ("BuildFailed", fault);
        var applied = new SortedDictionary<ObjectName, string>(UnitState.Order);
        foreach (var item in objects)
        {
            var name = ObjectName.Of(item);
            try
            {
                var type = _cluster.Type(item.Text("apiVersion") ?? "", name.Kind);
                _cluster.Apply(type, name.Namespace, name.Name, item, new WriteOptions { Manager = Manager, Force = true, User = "flux" });
                applied[name with { Namespace = type.IsNamespaced ? name.Namespace : "" }] = item.Text("apiVersion") ?? "";
            }
            catch (ApiException e)
            {
                // What stands already stays in the inventory, or it would never be pruned.
                foreach (var (known, version) in applied) state.Inventory[known] = version;
                return ("ReconciliationFailed", $"{name}: {e.Message}");
            }
        }
        if (unit.IsPruned) Prune(state, applied.Keys);
        state.Inventory = applied;
        return ("", "");
    }

    private void Prune(UnitState state, IReadOnlyCollection<ObjectName> kept)
    {
        // The other way round than they were applied: first what acts on others.
        foreach (var (name, version) in state.Inventory.Where(item => !kept.Contains(item.Key)).Reverse().ToList())
        {
            try
            {
                _cluster.Delete(_cluster.Type(version, name.Kind), name.Namespace, name.Name, DeleteOptions.Default);
            }
            catch (ApiException)
            {
                // Gone already, or its kind is.
            }
        }
    }

    private void Watch(DeliveryUnit unit, UnitState state, GitFiles files, DateTimeOffset now)
    {
        var watched = unit.Waits ? state.Inventory.Select(item => (item.Value, item.Key.Kind, item.Key.Namespace, item.Key.Name)) : unit.HealthChecks;
        var unhealthy = new List<string>();
        var hasFailed = false;
        foreach (var (version, kind, space, name) in watched)
        {
            var item = _cluster.Catalog.FindKind(version, kind) is { } type ? _cluster.Store.Find(type.Key, type.IsNamespaced ? space : "", name)?.ToJson() : null;
            var (health, why) = item is null ? (Health.Progressing, "it is not there") : ObjectHealth.Of(item);
            if (health == Health.Healthy) continue;
            hasFailed |= health == Health.Failed;
            unhealthy.Add($"{kind}/{(space.Length > 0 ? space + "/" : "")}{name}: {why}");
        }
        if (unhealthy.Count == 0) Report(unit, state, files, ready: true, "ReconciliationSucceeded", $"Applied revision: {files.Commit}");
        else if (hasFailed || now - state.Since > unit.Timeout) Report(unit, state, files, ready: false, "HealthCheckFailed", $"not healthy: {string.Join("; ", unhealthy)}");
        else Report(unit, state, files, ready: null, "Progressing", $"waiting for {string.Join("; ", unhealthy)}");
    }

    private void Report(DeliveryUnit unit, UnitState state, GitFiles files, bool? ready, string reason, string message)
    {
        state.IsReady = ready == true;
        lock (_cluster.Store.Gate)
        {
            if (_cluster.Store.Find(_type.Key, unit.Namespace, unit.Name) is not { } live) return;
            var json = live.ToJson();
            var conditions = new Conditions(json["status"], _cluster.Now);
            conditions.Set("Ready", ready == true, reason, message);
            var items = conditions.ToJson()!;
            if (ready is null) items[0]!["status"] = "Unknown";
            items[0]!["observedGeneration"] = unit.Generation;
            var entries = state.Inventory.Select(item => (JsonNode)new JsonObject { ["id"] = item.Key.InventoryId, ["v"] = item.Value[(item.Value.IndexOf('/', StringComparison.Ordinal) + 1)..] });
            var status = new JsonObject { ["observedGeneration"] = unit.Generation, ["conditions"] = items, ["lastAttemptedRevision"] = files.Commit, ["inventory"] = new JsonObject { ["entries"] = new JsonArray([.. entries]) } };
            if ((state.IsReady ? files.Commit : json["status"]?["lastAppliedRevision"].AsText()) is { } last) status["lastAppliedRevision"] = last;
            if (JsonNode.DeepEquals(json["status"], status)) return;
            json["status"] = status;
            _cluster.Update(_type, unit.Namespace, unit.Name, json, new WriteOptions { Manager = Manager, Subresource = "status" });
        }
    }

    /// <summary>What became of a unit so far.</summary>
    private sealed class UnitState
    {
        public static Comparer<ObjectName> Order { get; } = Comparer<ObjectName>.Create((one, other) => string.CompareOrdinal(one.InventoryId, other.InventoryId));

        public string? Commit { get; set; }

        public long Generation { get; set; }

        public DateTimeOffset AppliedAt { get; set; }

        /// <summary>Since when its objects are awaited.</summary>
        public DateTimeOffset Since { get; set; }

        public bool IsApplied { get; set; }

        public bool IsReady { get; set; }

        public bool IsPruned { get; set; }

        public SortedDictionary<ObjectName, string> Inventory { get; set; } = new(Order);
    }
}
