using System.Globalization;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Core.Injection;

/// <summary>When a change of an answer reaches the pods.</summary>
public enum ChangeTime
{
    /// <summary>The answer stays.</summary>
    Never,
    /// <summary>As soon as the change is applied: istiod rolls its gateways itself, and a changed pod template rolls its workload.</summary>
    AtOnce,
    /// <summary>When the pods are made again.</summary>
    NextRestart,
    /// <summary>With the next Job that is started.</summary>
    NextRun,
}

/// <summary>A manifest that makes pods: a workload, or a Gateway that istiod deploys.</summary>
/// <param name="Identity">What it is.</param>
/// <param name="Origin">Where it stands, as <c>file:line:column</c>.</param>
/// <param name="Pod">Its pods; of a Gateway the labels are the Gateway's own.</param>
/// <param name="IsGateway">True for a Gateway.</param>
/// <param name="Replicas">How many pods it asks for; null when the manifest does not say, as for a DaemonSet.</param>
public sealed record InjectionSubject(ResourceIdentity Identity, string Origin, PodRequest Pod, bool IsGateway, long? Replicas)
{
    // pilot/pkg/config/kube/gateway, the classes that istiod deploys for. "istio-remote" is the gateway of another cluster.
    private static readonly string[] Deployed = ["istio", "istio-waypoint", "istio-east-west", "istio-agentgateway", "istio-agentgateway-waypoint"];

    /// <summary>True for a class of gateways that istiod deploys.</summary>
    public static bool IsDeployed(string? gatewayClass) => Deployed.Contains(gatewayClass, StringComparer.Ordinal);

    /// <summary>Reads a manifest; null for one that makes no pods.</summary>
    public static InjectionSubject? Of(Resource resource)
    {
        if (PodRequest.Of(resource) is { } pod) return new InjectionSubject(resource.Identity, resource.Origin, pod, IsGateway: false, ReplicasOf(resource));
        if (resource.Identity is not { Group: "gateway.networking.k8s.io", Kind: "Gateway" } || resource.Root["spec"] is not YamlMapping spec) return null;
        // An address by host name means a Service that somebody else made (istio.io, "Manual deployment").
        var isManual = (spec["addresses"] as YamlSequence)?.Items.OfType<YamlMapping>().Any(address => (address["type"] as YamlScalar)?.Value == "Hostname") == true;
        if (!IsDeployed((spec["gatewayClassName"] as YamlScalar)?.Value) || isManual) return null;
        var metadata = resource.Root["metadata"] as YamlMapping;
        var space = resource.Identity.Namespace is { Length: > 0 } name ? name : "default";
        return new InjectionSubject(resource.Identity, resource.Origin, new PodRequest(space, Labels.Read(metadata?["labels"]), Labels.Read(metadata?["annotations"]), IsHostNetwork: false, ProxyImage: null), IsGateway: true, null);
    }

    /// <summary>Who makes its pods, in the light of a mesh.</summary>
    /// <param name="mesh">The injectors.</param>
    /// <param name="namespaces">The labels of namespaces.</param>
    public InjectionVerdict Explain(MeshInjection mesh, IReadOnlyDictionary<string, Labels> namespaces)
    {
        var labels = namespaces.GetValueOrDefault(Pod.Namespace);
        return IsGateway ? mesh.ExplainGateway(Pod, labels) : mesh.Explain(Pod, labels);
    }

    private static long? ReplicasOf(Resource resource)
    {
        var spec = resource.Root["spec"] as YamlMapping;
        var isCounted = resource.Identity.Kind is "Deployment" or "StatefulSet" or "ReplicaSet" or "ReplicationController" or "Rollout";
        if (!isCounted) return resource.Identity.Kind is "Pod" ? 1 : null;
        // One where nothing is written (apps/v1, defaults).
        return spec?["replicas"] is YamlScalar { Kind: ScalarKind.Integer } replicas && long.TryParse(replicas.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : spec?["replicas"] is null ? 1 : null;
    }
}
