using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Clusters.Tables;

/// <summary>The cells of pods (printPod of the API server).</summary>
internal static class PodCells
{
    public static string Ready(JsonObject pod)
    {
        var statuses = Statuses(pod, "containerStatuses").Where(status => status.Flag("ready")).Count()
            + Sidecars(pod).Count(name => Statuses(pod, "initContainerStatuses").Any(status => status.Text("name") == name && status.Flag("ready")));
        var total = (pod.At("spec.containers") as JsonArray)?.Count + Sidecars(pod).Count();
        return $"{statuses}/{total}";
    }

    public static string Status(JsonObject pod)
    {
        var reason = pod.At("status.reason").Shown() is { Length: > 0 } why ? why : pod.At("status.phase").Shown();
        var sidecars = Sidecars(pod).ToHashSet(StringComparer.Ordinal);
        var initializing = false;
        var index = 0;
        foreach (var status in Statuses(pod, "initContainerStatuses"))
        {
            index++;
            if (status.At("state.terminated.exitCode").AsWhole() == 0 || (sidecars.Contains(status.Text("name") ?? "") && status.Flag("started"))) continue;
            var waiting = status.At("state.waiting.reason").Shown();
            reason = status.At("state.terminated") is { } ended ? $"Init:{(ended.At("reason").Shown() is { Length: > 0 } named ? named : $"ExitCode:{ended.At("exitCode").Shown()}")}"
                : waiting.Length > 0 && waiting != "PodInitializing" ? $"Init:{waiting}"
                : $"Init:{index - 1}/{(pod.At("spec.initContainers") as JsonArray)?.Count}";
            initializing = true;
            break;
        }
        if (!initializing)
        {
            foreach (var status in Statuses(pod, "containerStatuses").Reverse())
            {
                if (status.At("state.waiting.reason").Shown() is { Length: > 0 } waiting) reason = waiting;
                else if (status.At("state.terminated") is { } ended) reason = ended.At("reason").Shown() is { Length: > 0 } named ? named : $"ExitCode:{ended.At("exitCode").Shown()}";
            }
        }
        return pod.At("metadata.deletionTimestamp") is null ? reason : "Terminating";
    }

    public static long Restarts(JsonObject pod) =>
        Statuses(pod, "containerStatuses").Sum(status => status.Number("restartCount") ?? 0)
        + Statuses(pod, "initContainerStatuses").Where(status => Sidecars(pod).Contains(status.Text("name"), StringComparer.Ordinal)).Sum(status => status.Number("restartCount") ?? 0);

    private static IEnumerable<JsonObject> Statuses(JsonObject pod, string field) => (pod["status"] as JsonObject)?.Items(field).OfType<JsonObject>() ?? [];

    /// <summary>Init containers that go on running count as containers.</summary>
    private static IEnumerable<string?> Sidecars(JsonObject pod) =>
        (pod["spec"] as JsonObject)?.Items("initContainers").OfType<JsonObject>().Where(container => container.Text("restartPolicy") == "Always").Select(container => container.Text("name")) ?? [];
}
