using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Core.Injection;

/// <summary>A pod as it is asked for, before anything is put into it.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">Its annotations.</param>
/// <param name="IsHostNetwork">True when it shares its node's network.</param>
/// <param name="ProxyImage">The image that a container <c>istio-proxy</c> of its own asks for; <c>auto</c> is to be filled in. Null when it has no such container.</param>
public sealed record PodRequest(string Namespace, Labels Labels, Labels Annotations, bool IsHostNetwork, string? ProxyImage)
{
    /// <summary>The pods that a manifest makes; null when it makes none.</summary>
    public static PodRequest? Of(Resource resource)
    {
        if (PodTemplate.Of(resource) is not { } pod) return null;
        var proxy = pod.Containers().Select(one => one.Container).FirstOrDefault(container => (container["name"] as YamlScalar)?.AsString == InjectionLabels.ProxyContainer);
        return new PodRequest(
            resource.Identity.Namespace is { Length: > 0 } name ? name : "default",
            Labels.Read(pod.Metadata?["labels"]), Labels.Read(pod.Metadata?["annotations"]),
            pod.Spec["hostNetwork"] is YamlScalar { Kind: ScalarKind.Boolean, Value: "true" },
            (proxy?["image"] as YamlScalar)?.AsString);
    }
}
