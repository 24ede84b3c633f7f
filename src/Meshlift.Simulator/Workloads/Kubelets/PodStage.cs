using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Workloads.Kubelets;

/// <summary>The status of a pod at a point of its life, as a kubelet writes it.</summary>
internal static class PodStage
{
    /// <summary>No node takes it.</summary>
    public static JsonObject Unschedulable(JsonObject pod, string now)
    {
        var status = Kept(pod, "Pending");
        var conditions = new Conditions(pod["status"], now);
        conditions.Set("PodScheduled", value: false, "Unschedulable", "0 nodes are available: none fits the pod.");
        status["conditions"] = conditions.ToJson();
        return status;
    }

    /// <summary>On its node, not running yet.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="reason">Such as ContainerCreating or ImagePullBackOff.</param>
    /// <param name="now">The time.</param>
    public static JsonObject Waiting(JsonObject pod, string reason, string now) => Write(pod, "Pending", now, isReady: false, isInitialized: false, _ => new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason } }, restarts: 0);

    /// <summary>Running.</summary>
    public static JsonObject Running(JsonObject pod, bool isReady, long restarts, string now) => Write(pod, "Running", now, isReady, isInitialized: true, name => State(pod, name) ?? new JsonObject { ["running"] = new JsonObject { ["startedAt"] = now } }, restarts);

    /// <summary>Ended with an error, to be started again.</summary>
    public static JsonObject Crashed(JsonObject pod, long restarts, string now) =>
        Write(pod, "Running", now, isReady: false, isInitialized: true, _ => new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "CrashLoopBackOff", ["message"] = "back-off restarting failed container" } }, restarts);

    /// <summary>Ended by itself.</summary>
    public static JsonObject Ended(JsonObject pod, bool isGood, string now)
    {
        var ended = new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = isGood ? 0L : 1L, ["reason"] = isGood ? "Completed" : "Error", ["startedAt"] = pod.At("status.startTime")?.DeepClone(), ["finishedAt"] = now } };
        return Write(pod, isGood ? "Succeeded" : "Failed", now, isReady: false, isInitialized: true, _ => ended.DeepClone().AsObject(), Restarts(pod));
    }

    public static long Restarts(JsonObject pod) => ((pod["status"] as JsonObject)?.Items("containerStatuses") ?? []).OfType<JsonObject>().Select(item => item.Number("restartCount") ?? 0).DefaultIfEmpty(0).Max();

    private static JsonObject Write(JsonObject pod, string phase, string now, bool isReady, bool isInitialized, Func<string, JsonObject> state, long restarts)
    {
        var status = Kept(pod, phase);
        status["startTime"] ??= now;
        var conditions = new Conditions(pod["status"], now);
        conditions.Set("PodScheduled", value: true, "", "");
        conditions.Set("Initialized", isInitialized, isInitialized ? "" : "ContainersNotInitialized", "");
        var why = isReady ? "" : phase == "Succeeded" ? "PodCompleted" : "ContainersNotReady";
        conditions.Set("ContainersReady", isReady, why, "");
        conditions.Set("Ready", isReady, why, "");
        var items = conditions.ToJson()!;
        foreach (var item in items.OfType<JsonObject>())
            foreach (var field in (string[])["reason", "message"])
                if (item.Text(field) is "") item.Remove(field);
        status["conditions"] = items;
        var spec = (JsonObject)pod["spec"]!;
        var containers = spec.Items("containers").OfType<JsonObject>().Select(container => Container(container, state(container.Text("name") ?? ""), isReady, restarts));
        status["containerStatuses"] = new JsonArray([.. containers]);
        var starters = spec.Items("initContainers").OfType<JsonObject>().ToList();
        if (starters.Count > 0)
            status["initContainerStatuses"] = new JsonArray([.. starters.Select(container => container.Text("restartPolicy") == "Always"
                ? Container(container, state(container.Text("name") ?? ""), isReady, restarts)
                : Container(container, isInitialized ? new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 0L, ["reason"] = "Completed", ["startedAt"] = status["startTime"]!.DeepClone(), ["finishedAt"] = status["startTime"]!.DeepClone() } } : new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "PodInitializing" } }, isInitialized, 0))]);
        return status;
    }

    private static JsonObject Container(JsonObject container, JsonObject state, bool isReady, long restarts)
    {
        var image = container.Text("image") ?? "";
        return new JsonObject
        {
            ["name"] = container.Text("name"), ["image"] = image, ["imageID"] = image, ["ready"] = isReady, ["started"] = state.ContainsKey("running"),
            ["restartCount"] = restarts, ["state"] = state,
        };
    }

    /// <summary>What a container does already, when it runs.</summary>
    private static JsonObject? State(JsonObject pod, string name) =>
        (pod["status"] as JsonObject)?.Items("containerStatuses").Concat(((JsonObject)pod["status"]!).Items("initContainerStatuses")).OfType<JsonObject>().FirstOrDefault(item => item.Text("name") == name)?["state"] is JsonObject state && state.ContainsKey("running") ? state.DeepClone().AsObject() : null;

    private static JsonObject Kept(JsonObject pod, string phase)
    {
        var status = new JsonObject { ["phase"] = phase };
        foreach (var field in (string[])["qosClass", "hostIP", "hostIPs", "podIP", "podIPs", "startTime"])
            if (pod["status"]?[field] is { } value) status[field] = value.DeepClone();
        return status;
    }

    /// <summary>The addresses of a pod on a node.</summary>
    public static void Address(JsonObject status, string podAddress, int node)
    {
        var host = string.Create(CultureInfo.InvariantCulture, $"10.0.{node / 250}.{node % 250 + 1}");
        (status["hostIP"], status["hostIPs"]) = (host, new JsonArray(new JsonObject { ["ip"] = host }));
        (status["podIP"], status["podIPs"]) = (podAddress, new JsonArray(new JsonObject { ["ip"] = podAddress }));
    }
}
