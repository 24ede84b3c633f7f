using Meshlift.Yaml;

namespace Meshlift.Core.Restarting;

/// <summary>Why a pod does not become ready, as far as it says.</summary>
public static class PodTrouble
{
    /// <summary>In a few words, such as <c>main: CrashLoopBackOff</c>; null when it says nothing.</summary>
    /// <param name="pod">The whole pod.</param>
    public static string? Of(YamlMapping pod)
    {
        if (pod["status"] is not YamlMapping status) return null;
        foreach (var list in (ReadOnlySpan<string>)["initContainerStatuses", "containerStatuses"])
            foreach (var container in Items(status, list))
                if (Text((container["state"] as YamlMapping)?["waiting"] as YamlMapping, "reason") is { Length: > 0 } reason and not ("ContainerCreating" or "PodInitializing"))
                    return $"{Text(container, "name")}: {reason}";
        foreach (var condition in Items(status, "conditions"))
            if (Text(condition, "type") == "PodScheduled" && Text(condition, "status") == "False") return Text(condition, "reason") is { Length: > 0 } reason ? reason : "no node takes it";
        return null;
    }

    private static IEnumerable<YamlMapping> Items(YamlMapping status, string list) => ((status[list] as YamlSequence)?.Items ?? []).OfType<YamlMapping>();

    private static string? Text(YamlMapping? mapping, string key) => (mapping?[key] as YamlScalar)?.AsString;
}
