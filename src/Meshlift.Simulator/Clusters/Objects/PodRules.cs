using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>What an API server does for pods and pod templates.</summary>
internal static class PodRules
{
    // ValidatePodUpdate of the API server.
    private static readonly string[] Mutable = ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"];

    /// <summary>What admission plugins write into every pod.</summary>
    public static void Prepare(JsonObject spec)
    {
        spec["serviceAccountName"] ??= spec.Text("serviceAccount") ?? "default";
        spec["serviceAccount"] ??= spec["serviceAccountName"]!.DeepClone();
        spec["priority"] ??= 0L;
        spec["preemptionPolicy"] ??= "PreemptLowerPriority";
        if (spec["tolerations"] is not JsonArray tolerations) spec["tolerations"] = tolerations = [];
        foreach (var key in (string[])["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"])
            if (!tolerations.OfType<JsonObject>().Any(item => item.Text("key") == key || (item.Text("key") is null && item.Text("operator") == "Exists" && item.Text("effect") is null or "NoExecute")))
                tolerations.Add(new JsonObject { ["effect"] = "NoExecute", ["key"] = key, ["operator"] = "Exists", ["tolerationSeconds"] = 300L });
    }

    /// <summary>Defaults of pods.</summary>
    public static void Complete(JsonObject spec)
    {
        foreach (var container in Containers(spec)) container["imagePullPolicy"] ??= PullPolicy(container.Text("image") ?? "");
    }

    /// <summary>Defaults of pod templates.</summary>
    public static void CompleteTemplate(JsonObject spec)
    {
        Complete(spec);
        if (spec.Text("serviceAccountName") is { } account) spec["serviceAccount"] ??= account;
    }

    /// <summary>Refuses changes of what is fixed once a pod is there.</summary>
    public static void CheckUpdate(JsonObject before, JsonObject after, List<ApiCause> causes)
    {
        var (old, @new) = (Fixed(before), Fixed(after));
        if (!JsonNode.DeepEquals(old, @new))
            causes.Add(new("FieldValueForbidden", "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)", "spec"));
    }

    /// <summary>The class of service, by requests and limits.</summary>
    public static string QosClass(JsonObject spec)
    {
        var containers = Containers(spec).ToList();
        if (containers.TrueForAll(container => container["resources"] is not JsonObject resources || (resources["requests"] is not JsonObject { Count: > 0 } && resources["limits"] is not JsonObject { Count: > 0 }))) return "BestEffort";
        return containers.TrueForAll(IsGuaranteed) ? "Guaranteed" : "Burstable";
    }

    private static bool IsGuaranteed(JsonObject container)
    {
        if (container["resources"]?["limits"] is not JsonObject limits) return false;
        var requests = container["resources"]?["requests"] as JsonObject;
        return ((string[])["cpu", "memory"]).All(name => limits[name] is { } limit && (requests?[name] is not { } request || request.Shown() == limit.Shown()));
    }

    private static JsonObject Fixed(JsonObject spec)
    {
        var copy = spec.DeepClone().AsObject();
        foreach (var field in Mutable) copy.Remove(field);
        foreach (var container in Containers(copy)) container.Remove("image");
        return copy;
    }

    private static IEnumerable<JsonObject> Containers(JsonObject spec) => spec.Items("containers").Concat(spec.Items("initContainers")).OfType<JsonObject>();

    private static string PullPolicy(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal)) return "IfNotPresent";
        var name = image[(image.LastIndexOf('/') + 1)..];
        return !name.Contains(':', StringComparison.Ordinal) || name.EndsWith(":latest", StringComparison.Ordinal) ? "Always" : "IfNotPresent";
    }
}
