using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Drifting;

/// <summary>Whose replicas an autoscaler sets. KEDA does it through a HorizontalPodAutoscaler of its own.</summary>
public static class Autoscalers
{
    /// <summary>What the autoscalers among some objects are in charge of, as <c>Kind namespace/name</c>.</summary>
    /// <param name="autoscalers">Whole HorizontalPodAutoscalers, or objects of other kinds, which are passed over.</param>
    public static ImmutableHashSet<string> Targets(IEnumerable<YamlMapping> autoscalers) =>
    [
        .. autoscalers.Where(root => (root["spec"] as YamlMapping)?["scaleTargetRef"] is YamlMapping)
            .Select(root => (Space: Text(root["metadata"], "namespace"), Target: (root["spec"] as YamlMapping)!["scaleTargetRef"]))
            .Select(one => $"{Text(one.Target, "kind")} {one.Space}/{Text(one.Target, "name")}"),
    ];

    /// <summary>True when one of them is in charge of a resource.</summary>
    public static bool IsScaled(this ImmutableHashSet<string> targets, ResourceIdentity resource) => targets.Contains($"{resource.Kind} {resource.Namespace}/{resource.Name}");

    private static string Text(YamlNode? node, string key) => ((node as YamlMapping)?[key] as YamlScalar)?.AsString ?? "";
}
