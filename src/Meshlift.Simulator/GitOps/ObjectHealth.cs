using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Workloads;

namespace Meshlift.Simulator.GitOps;

/// <summary>How an object is.</summary>
internal enum Health
{
    /// <summary>As it should be.</summary>
    Healthy,

    /// <summary>On its way.</summary>
    Progressing,

    /// <summary>It will not get there by itself.</summary>
    Failed,
}

/// <summary>Whether objects are as they should be, by the rules that Flux and others share (sigs.k8s.io/cli-utils, pkg/kstatus).</summary>
internal static class ObjectHealth
{
    /// <summary>Judges an object.</summary>
    /// <returns>How it is, and why it is not healthy; empty when it is.</returns>
    public static (Health Health, string Reason) Of(JsonObject item)
    {
        if (item.At("metadata.deletionTimestamp") is not null) return (Health.Progressing, "it is being deleted");
        if (item.At("status.observedGeneration").AsWhole() is { } observed && observed < item.At("metadata.generation").AsWhole()) return (Health.Progressing, "its controller has not seen it yet");
        var conditions = new Conditions(item["status"], "");
        var wanted = item.At("spec.replicas").AsWhole() ?? 1;
        switch (item.Text("kind"))
        {
            case "Deployment":
                if (conditions["Progressing"]?.Text("reason") == "ProgressDeadlineExceeded") return (Health.Failed, "it made no progress in time");
                return Count(item, wanted, "updatedReplicas", "availableReplicas") is { } missing ? (Health.Progressing, missing)
                    : (item.At("status.replicas").AsWhole() ?? 0) > wanted ? (Health.Progressing, "old pods are still there") : (Health.Healthy, "");
            case "StatefulSet":
                return item.At("spec.updateStrategy.type").Shown() != "OnDelete" && Count(item, wanted, "updatedReplicas", "readyReplicas") is { } less ? (Health.Progressing, less) : (Health.Healthy, "");
            case "ReplicaSet":
                return Count(item, wanted, "availableReplicas") is { } few ? (Health.Progressing, few) : (Health.Healthy, "");
            case "DaemonSet":
                if (item.At("status.desiredNumberScheduled").AsWhole() is not { } nodes) return (Health.Progressing, "its controller has not seen it yet");
                return Count(item, nodes, "updatedNumberScheduled", "numberAvailable") is { } absent ? (Health.Progressing, absent) : (Health.Healthy, "");
            case "Job":
                return conditions["Failed"]?.Text("status") == "True" ? (Health.Failed, "it failed") : (Health.Healthy, "");
            case "Pod":
                return conditions["Ready"]?.Text("status") == "True" || item.At("status.phase").Shown() == "Succeeded" ? (Health.Healthy, "") : (Health.Progressing, "it is not ready");
            case "CustomResourceDefinition":
                return conditions["Established"]?.Text("status") == "True" ? (Health.Healthy, "") : (Health.Progressing, "it is not established");
            default:
                return conditions["Ready"] is { } ready && ready.Text("status") != "True" ? (Health.Progressing, ready.Text("message") ?? "it is not ready") : (Health.Healthy, "");
        }
    }

    private static string? Count(JsonObject item, long wanted, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            if (item["status"]?[field].AsWhole() is var count && (count ?? 0) < wanted) return $"{field}: {count ?? 0} of {wanted}";
        return null;
    }
}
