using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Core.Injection;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;
using Meshlift.Simulator.Time;

namespace Meshlift.Simulator.Workloads.Kubelets;

/// <summary>Scheduler and kubelets of a cluster: pods get a node, start, become ready, fail as they are told to, and end.</summary>
internal sealed class Kubelet
{
    private const string PodRange = "10.244.0.0";
    private readonly SimulatedCluster _cluster;
    private readonly ControllerWrites _writes;
    private readonly Agenda _agenda;
    private readonly WorkloadSettings _settings;
    private readonly ResourceType _pods;
    private int _turn;

    public Kubelet(SimulatedCluster cluster, ControllerWrites writes, Agenda agenda, WorkloadSettings settings)
    {
        (_cluster, _writes, _agenda, _settings, _pods) = (cluster, writes, agenda, settings, cluster.Type("v1", "Pod"));
        cluster.Store.Subscribe(OnChanged);
    }

    /// <summary>Makes the nodes.</summary>
    public void Register()
    {
        var type = _cluster.Type("v1", "Node");
        for (var i = 1; i <= _settings.Nodes; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"node-{i}");
            if (_cluster.Store.Find(type.Key, "", name) is not null) continue;
            var node = _writes.Create(type, "", new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = name, ["kubernetes.io/os"] = "linux", ["kubernetes.io/arch"] = "amd64" } }, ["spec"] = new JsonObject(),
            });
            var conditions = new Conditions(null, _writes.Now);
            conditions.Set("Ready", value: true, "KubeletReady", "kubelet is posting ready status");
            var info = new JsonObject();
            foreach (var field in (string[])["bootID", "kernelVersion", "machineID", "systemUUID", "osImage"]) info[field] = "simulated";
            (info["architecture"], info["operatingSystem"], info["containerRuntimeVersion"]) = ("amd64", "linux", "simulated://1");
            info["kubeletVersion"] = _cluster.Settings.KubernetesVersion;
            info["kubeProxyVersion"] = _cluster.Settings.KubernetesVersion;
            _writes.Status(type, node, new JsonObject { ["conditions"] = conditions.ToJson(), ["nodeInfo"] = info, ["addresses"] = new JsonArray(new JsonObject { ["type"] = "Hostname", ["address"] = name }) });
        }
    }

    /// <summary>Looks after the pods that are there already.</summary>
    public void Adopt()
    {
        foreach (var pod in _cluster.Store.Read(_pods.Key).Items) Enter(pod);
    }

    private void OnChanged(StoreEvent change)
    {
        if (change.Key != _pods.Key || change.After is not { } pod) return;
        if (change.Before is null) Enter(pod);
        else if (pod.IsDeleting && !change.Before.IsDeleting) Stop(pod);
    }

    private void Enter(StoredObject pod) => Later(pod, TimeSpan.Zero, Schedule);

    /// <summary>Does something with a pod later, if it is still there and not on its way out.</summary>
    private void Later(StoredObject pod, TimeSpan delay, Action<StoredObject, JsonObject> work) => _agenda.After(delay, () =>
    {
        if (_cluster.Store.Find(_pods.Key, pod.Namespace, pod.Name) is { IsDeleting: false } live && live.Uid == pod.Uid) work(live, live.ToJson());
    });

    private void Schedule(StoredObject pod, JsonObject json)
    {
        if (json.At("status.phase").Shown() != "Pending") return;
        var fate = Fate(pod, json);
        if (_settings.Nodes == 0 || fate == PodFate.Unschedulable)
        {
            _writes.Status(_pods, pod, PodStage.Unschedulable(json, _writes.Now));
            Later(pod, _settings.Times.Retry, Schedule);
            return;
        }
        if (json.At("spec.nodeName").Shown().Length == 0)
        {
            var node = string.Create(CultureInfo.InvariantCulture, $"node-{_turn++ % _settings.Nodes + 1}");
            _writes.Change(_pods, pod.Namespace, pod.Name, item => item.Ensure("spec")["nodeName"] = node, "binding");
            json.Ensure("spec")["nodeName"] = node;
        }
        var number = json.At("spec.nodeName").Shown().Split('-')[^1];
        PodStage.Address(json.Ensure("status"), Identifiers.Address(PodRange, (uint)_cluster.Identifiers.Number(65_000)), int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : 1);
        _writes.Status(_pods, pod, PodStage.Waiting(json, fate == PodFate.ImagePull ? "ImagePullBackOff" : HasStarters(json) ? "PodInitializing" : "ContainerCreating", _writes.Now));
        if (fate == PodFate.ImagePull) Later(pod, _settings.Times.Retry, Pull);
        else Later(pod, _settings.Times.Start, Run);
    }

    private void Pull(StoredObject pod, JsonObject json)
    {
        if (Fate(pod, json) == PodFate.ImagePull) Later(pod, _settings.Times.Retry, Pull);
        else Later(pod, _settings.Times.Start, Run);
    }

    private void Run(StoredObject pod, JsonObject json)
    {
        var restarts = PodStage.Restarts(json);
        if (Fate(pod, json) == PodFate.Crash)
        {
            if (json.At("spec.restartPolicy").Shown() == "Never")
            {
                _writes.Status(_pods, pod, PodStage.Ended(json, isGood: false, _writes.Now));
                return;
            }
            _writes.Status(_pods, pod, PodStage.Crashed(json, restarts + 1, _writes.Now));
            Later(pod, _settings.Times.Retry, Run);
            return;
        }
        _writes.Status(_pods, pod, PodStage.Running(json, isReady: false, restarts, _writes.Now));
        Later(pod, ReadyTime(json), BecomeReady);
    }

    private void BecomeReady(StoredObject pod, JsonObject json)
    {
        var fate = Fate(pod, json);
        if (fate == PodFate.Crash) Run(pod, json);
        else if (fate == PodFate.NeverReady) Later(pod, _settings.Times.Retry, BecomeReady);
        else
        {
            _writes.Status(_pods, pod, PodStage.Running(json, isReady: true, PodStage.Restarts(json), _writes.Now));
            if (json.At("spec.restartPolicy").Shown() is "Never" or "OnFailure") Later(pod, _settings.Times.Work, Finish);
        }
    }

    /// <summary>A proxy that is an ordinary container does not end with the work; one that is an init container does (Kubernetes, "Sidecar Containers").</summary>
    private void Finish(StoredObject pod, JsonObject json)
    {
        var isHeld = (json["spec"] as JsonObject)!.Items("containers").OfType<JsonObject>().Any(container => container.Text("name") == InjectionLabels.ProxyContainer);
        if (!isHeld) _writes.Status(_pods, pod, PodStage.Ended(json, isGood: true, _writes.Now));
    }

    private void Stop(StoredObject pod)
    {
        var grace = TimeSpan.FromSeconds(pod.ToJson().At("metadata.deletionGracePeriodSeconds").AsWhole() ?? 0);
        _agenda.After(grace < _settings.Times.Stop ? grace : _settings.Times.Stop, () =>
        {
            if (_cluster.Store.Find(_pods.Key, pod.Namespace, pod.Name) is not { IsDeleting: true } live || live.Uid != pod.Uid) return;
            _cluster.Delete(_pods, pod.Namespace, pod.Name, new DeleteOptions { GraceSeconds = 0, Uid = pod.Uid });
        });
    }

    private PodFate Fate(StoredObject pod, JsonObject json)
    {
        var annotations = json.At("metadata.annotations") as JsonObject ?? [];
        var own = PodFailure.Of(annotations.Text(PodFailure.Annotation));
        return own != PodFate.Fine ? own : _settings.Failures.FateOf(pod, annotations.Text(InjectionLabels.Revision), _agenda.Now);
    }

    private TimeSpan ReadyTime(JsonObject json) =>
        (json.At("metadata.annotations") as JsonObject)?.Text(PodFailure.ReadyAfter) is [.. var digits, 's'] && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 86_400
            ? TimeSpan.FromSeconds(seconds) : _settings.Times.Ready;

    private static bool HasStarters(JsonObject pod) => pod.At("spec.initContainers") is JsonArray { Count: > 0 };
}
