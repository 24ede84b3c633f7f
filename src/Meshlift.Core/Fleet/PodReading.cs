using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Fleet;

/// <summary>What a running pod says of its proxy.</summary>
public static class PodReading
{
    private const string Overrides = "proxy.istio.io/overrides";
    private const string GatewayName = "gateway.networking.k8s.io/gateway-name";

    /// <summary>The annotations that are needed of a pod.</summary>
    public static ImmutableArray<string> Annotations { get; } =
    [
        InjectionLabels.Revision, InjectionLabels.Status, InjectionLabels.Inject, InjectionLabels.Templates, InjectionLabels.ProxyImage, InjectionLabels.ProxyImageType, Overrides,
    ];

    /// <summary>The proxy's container; null when there is none.</summary>
    public static (ContainerImage Container, bool IsInit)? Proxy(PodItem pod)
    {
        foreach (var container in pod.Containers)
            if (container.Name == InjectionLabels.ProxyContainer)
                return (container, false);
        foreach (var container in pod.InitContainers)
            if (container.Name == InjectionLabels.ProxyContainer)
                return (container, true);
        return null;
    }

    /// <summary>What it is there for.</summary>
    public static ProxyRole RoleOf(PodItem pod, bool hasProxy)
    {
        var labels = pod.Metadata.Labels;
        if (labels["k8s-app"] == "istio-cni-node") return ProxyRole.Cni;
        if (!hasProxy) return ProxyRole.None;
        if (labels["app"] == "ztunnel") return ProxyRole.Ztunnel;
        if (labels[InjectionLabels.Managed] is not null) return ProxyRole.Managed;
        return pod.Metadata.Annotations[InjectionLabels.Templates] is { } templates && templates.Split(',').Any(name => name.Trim() == "gateway") ? ProxyRole.Gateway : ProxyRole.Sidecar;
    }

    /// <summary>The revision that injected it: the annotation is written by every template; older ones wrote it into the status alone.</summary>
    public static string? RevisionOf(PodItem pod) =>
        pod.Metadata.Annotations[InjectionLabels.Revision] ?? (pod.Metadata.Annotations[InjectionLabels.Status] is { } status && Json(status) is { ValueKind: JsonValueKind.Object } root
            && root.TryGetProperty("revision", out var revision) && revision.ValueKind == JsonValueKind.String ? revision.GetString() : null);

    /// <summary>The Gateway that it serves; null for others than those of <see cref="ProxyRole.Managed"/>.</summary>
    public static string? GatewayOf(PodItem pod) => pod.Metadata.Labels[GatewayName];

    /// <summary>The pod as it was asked for, as far as it still shows.</summary>
    public static PodRequest RequestOf(PodItem pod) =>
        new(pod.Metadata.Namespace, pod.Metadata.Labels, pod.Metadata.Annotations, pod.HostNetwork, OwnImage(pod.Metadata.Annotations[Overrides]));

    /// <summary>Who makes it.</summary>
    /// <remarks>A Deployment names its ReplicaSets by itself and a hash, and puts the hash on the pods (pkg/controller/deployment); so does an Argo Rollout.</remarks>
    public static WorkloadName WorkloadOf(PodItem pod)
    {
        if (pod.Metadata.Controller is not { } owner) return new WorkloadName("Pod", pod.Metadata.Name);
        if (owner.Kind != "ReplicaSet") return new WorkloadName(owner.Kind, owner.Name);
        foreach (var (label, kind) in (ReadOnlySpan<(string, string)>)[("pod-template-hash", "Deployment"), ("rollouts-pod-template-hash", "Rollout")])
            if (pod.Metadata.Labels[label] is { Length: > 0 } hash && owner.Name.Length > hash.Length + 1 && owner.Name.EndsWith(hash, StringComparison.Ordinal) && owner.Name[^(hash.Length + 1)] == '-')
                return new WorkloadName(kind, owner.Name[..^(hash.Length + 1)]);
        return new WorkloadName(owner.Kind, owner.Name);
    }

    /// <summary>The version in the tag of an image, its flavour left out; null for a digest, and for a tag that is no version.</summary>
    public static IstioVersion? VersionOf(string image)
    {
        var reference = image.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? image[..at] : image;
        var colon = reference.LastIndexOf(':');
        if (colon < 0 || colon < reference.LastIndexOf('/')) return null;
        var tag = reference[(colon + 1)..];
        foreach (var flavour in (ReadOnlySpan<string>)["-distroless", "-debug"])
            if (tag.EndsWith(flavour, StringComparison.Ordinal))
                tag = tag[..^flavour.Length];
        return IstioVersion.TryParse(tag, out var version) ? version : null;
    }

    /// <summary>The image that the pod's author gave the container, which injection keeps and notes down.</summary>
    private static string? OwnImage(string? overrides)
    {
        if (overrides is null || Json(overrides) is not { ValueKind: JsonValueKind.Object } root) return null;
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            if (root.TryGetProperty(list, out var containers) && containers.ValueKind == JsonValueKind.Array)
                foreach (var container in containers.EnumerateArray())
                    if (container.ValueKind == JsonValueKind.Object && container.TryGetProperty("name", out var name) && name.ValueEquals(InjectionLabels.ProxyContainer)
                        && container.TryGetProperty("image", out var image) && image.ValueKind == JsonValueKind.String)
                        return image.GetString();
        return null;
    }

    private static JsonElement? Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Anyone can write an annotation; one that is no JSON says nothing.
            return null;
        }
    }
}
