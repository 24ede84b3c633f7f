using Meshlift.Yaml;

namespace Meshlift.Core.Diffing.Risks;

/// <summary>Pods and what stands around them: Deployments, Services, scaling, budgets, and whatever has no rules of its own.</summary>
internal static class WorkloadRisk
{
    public static Judged Of(Change change, ResourceDiff resource)
    {
        var place = change.Path.Place;
        if (FlippedDefaults.Of(change, resource) is { } flag) return flag;
        if (place.StartsWith("spec/selector", StringComparison.Ordinal) && resource.Identity.Kind is "Deployment" or "DaemonSet" or "StatefulSet")
        {
            return resource.Before!.Identity == resource.After!.Identity
                ? new(DiffRisk.High, "the selector cannot be changed: Kubernetes refuses it until the object is deleted")
                : new(DiffRisk.Medium, "other pods are selected");
        }
        var judged = OfParts(change);
        return judged is { Risk: not DiffRisk.Low, Reason.Length: 0 } ? judged with { Reason = Otherwise(resource) } : judged;
    }

    private static string Otherwise(ResourceDiff resource) => resource.Identity.Kind switch
    {
        "NetworkPolicy" => "which traffic is let in or out",
        "EnvoyFilter" => "how proxies are configured",
        "HorizontalPodAutoscaler" => "when pods are added or taken away",
        "Service" => "how the pods are reached",
        "Deployment" or "DaemonSet" or "StatefulSet" => "how the pods run",
        _ => "another setting",
    };

    /// <summary>The worst part of what was added, removed or changed.</summary>
    public static Judged OfParts(Change change)
    {
        var place = change.Path.Place;
        if (change.Kind == DiffKind.Changed && change is { Before: YamlScalar, After: YamlScalar }) return One(place, Value(change.Before), Value(change.After));
        var removed = change.Before is { } before ? Walk.Leaves(before, place).Select(leaf => One(leaf.Place, leaf.Value ?? "", null)) : [];
        var added = change.After is { } after ? Walk.Leaves(after, place).Select(leaf => One(leaf.Place, null, leaf.Value ?? "")) : [];
        return RiskRules.Worst(removed.Concat(added));
    }

    private static string? Value(YamlNode? node) => (node as YamlScalar)?.Value;

    private static Judged One(string place, string? before, string? after)
    {
        var last = place[(place.LastIndexOf('/') + 1)..];
        if (Security(place, last, before, after) is { } loosened) return loosened;
        if (last == "image")
            return before is null || after is null ? new(DiffRisk.Medium, after is null ? "an image runs no more" : $"a new image: {after}") : ImageRisk.Of(before, after);
        if (place.Contains("Probe/", StringComparison.Ordinal)) return new(DiffRisk.Medium, "a probe changes when pods count as ready or are restarted");
        if (place.Contains("/ports/", StringComparison.Ordinal)) return new(DiffRisk.Medium, after is null ? "a port is closed" : before is null ? "a port is opened" : "another port");
        if (place.Contains("/resources/limits/", StringComparison.Ordinal) || place.Contains("/resources/requests/", StringComparison.Ordinal)) return new(DiffRisk.Medium, $"resources: {last} {before ?? "not set"} -> {after ?? "not set"}");
        if (last is "replicas" or "minReplicas" or "maxReplicas") return new(DiffRisk.Medium, $"{last}: {before ?? "not set"} -> {after ?? "not set"}");
        if (last is "minAvailable" or "maxUnavailable") return new(DiffRisk.Medium, $"how many pods may go at once: {last}");
        if (place.Contains("/args/", StringComparison.Ordinal) || place.Contains("/command/", StringComparison.Ordinal)) return new(DiffRisk.Medium, "the program is started differently");
        if (place.Contains("/env/", StringComparison.Ordinal)) return new(DiffRisk.Medium, "a variable of the program");
        if (place.StartsWith("metadata/labels", StringComparison.Ordinal) || place.StartsWith("metadata/annotations", StringComparison.Ordinal)) return new(DiffRisk.Low, "");
        if (place is "apiVersion" or "kind" || place.StartsWith("metadata", StringComparison.Ordinal)) return new(DiffRisk.Low, "");
        return place.Contains("template/metadata/", StringComparison.Ordinal) ? new(DiffRisk.Low, "the pods are replaced") : new(DiffRisk.Medium, "");
    }

    /// <summary>What takes a guard away; tightening is no danger, but may stop a pod.</summary>
    private static Judged? Security(string place, string last, string? before, string? after)
    {
        var isOn = after == "true";
        switch (last)
        {
            case "hostNetwork" or "hostPID" or "hostIPC":
                return isOn ? High($"host access: {last}") : Tightened(last);
            case "privileged" or "allowPrivilegeEscalation":
                return isOn || (last == "allowPrivilegeEscalation" && after is null && before == "false") ? High($"security context loosened: {last}") : Tightened(last);
            case "runAsNonRoot" or "readOnlyRootFilesystem":
                return before == "true" ? High($"security context loosened: {last}") : Tightened(last);
            case "hostPort" when after is not null:
                return High("host access: a port of the node");
            case "runAsUser" or "runAsGroup" or "fsGroup":
                return after == "0" ? High($"security context loosened: {last} 0") : new(DiffRisk.Medium, $"{last}: {before ?? "not set"} -> {after ?? "not set"}");
        }
        if (place.Contains("/hostPath/", StringComparison.Ordinal)) return after is null ? Tightened("hostPath") : High("host access: a folder of the node");
        if (place.Contains("/capabilities/add", StringComparison.Ordinal)) return after is null ? Tightened("capabilities") : High($"capability added: {after}");
        if (place.Contains("/capabilities/drop", StringComparison.Ordinal)) return after is null || before is not null ? High($"security context loosened: capability {before} is not dropped") : Tightened("capabilities");
        if (place.Contains("/seccompProfile", StringComparison.Ordinal) || place.Contains("/appArmorProfile", StringComparison.Ordinal) || place.Contains("/seLinuxOptions", StringComparison.Ordinal))
            return after is null or "Unconfined" ? High("security context loosened: no profile") : new(DiffRisk.Medium, "another security profile");
        return null;

        static Judged High(string reason) => new(DiffRisk.High, reason);
        static Judged Tightened(string what) => new(DiffRisk.Medium, $"security context tightened: {what}");
    }
}
