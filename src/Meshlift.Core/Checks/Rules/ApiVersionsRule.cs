using System.Collections.Frozen;
using System.Globalization;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>Versions of Kubernetes' APIs that no supported Kubernetes serves any more.</summary>
/// <remarks>Kubernetes, "Deprecated API Migration Guide". Every Kubernetes that a supported Istio runs on (1.29 and newer) is beyond all of these.</remarks>
internal sealed class ApiVersionsRule : Rule
{
    private static readonly FrozenDictionary<(string ApiVersion, string Kind), (string Since, string Replacement)> Removed = Table();

    public override RuleInfo Info { get; } = new("ML3002", "api_versions", Severity.Error, "an API version that Kubernetes has removed");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (resource.Root["apiVersion"] is not YamlScalar { AsString: { } apiVersion } at || !Removed.TryGetValue((apiVersion, resource.Identity.Kind), out var removed)) yield break;
        if (mesh.KubernetesMinor is { } minor && minor < int.Parse(removed.Since.AsSpan(2), CultureInfo.InvariantCulture)) yield break;
        yield return new RuleHit(
            at.Span?.Start, "apiVersion", $"Kubernetes {removed.Since} removed {apiVersion} {resource.Identity.Kind}",
            removed.Replacement.Length == 0 ? "remove the resource; nothing took its place" : $"write it for {removed.Replacement}");
    }

    private static FrozenDictionary<(string ApiVersion, string Kind), (string Since, string Replacement)> Table()
    {
        var table = new Dictionary<(string ApiVersion, string Kind), (string Since, string Replacement)>();
        Add("extensions/v1beta1", "1.16", "apps/v1", "Deployment", "DaemonSet", "ReplicaSet");
        Add("apps/v1beta1", "1.16", "apps/v1", "Deployment", "StatefulSet", "ReplicaSet");
        Add("apps/v1beta2", "1.16", "apps/v1", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet");
        Add("extensions/v1beta1", "1.16", "networking.k8s.io/v1", "NetworkPolicy");
        Add("extensions/v1beta1", "1.16", "", "PodSecurityPolicy");
        Add("extensions/v1beta1", "1.22", "networking.k8s.io/v1", "Ingress");
        Add("networking.k8s.io/v1beta1", "1.22", "networking.k8s.io/v1", "Ingress", "IngressClass");
        Add("admissionregistration.k8s.io/v1beta1", "1.22", "admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration");
        Add("apiextensions.k8s.io/v1beta1", "1.22", "apiextensions.k8s.io/v1", "CustomResourceDefinition");
        Add("apiregistration.k8s.io/v1beta1", "1.22", "apiregistration.k8s.io/v1", "APIService");
        Add("certificates.k8s.io/v1beta1", "1.22", "certificates.k8s.io/v1", "CertificateSigningRequest");
        Add("coordination.k8s.io/v1beta1", "1.22", "coordination.k8s.io/v1", "Lease");
        Add("rbac.authorization.k8s.io/v1beta1", "1.22", "rbac.authorization.k8s.io/v1", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding");
        Add("scheduling.k8s.io/v1beta1", "1.22", "scheduling.k8s.io/v1", "PriorityClass");
        Add("storage.k8s.io/v1beta1", "1.22", "storage.k8s.io/v1", "CSIDriver", "CSINode", "StorageClass", "VolumeAttachment");
        Add("batch/v1beta1", "1.25", "batch/v1", "CronJob");
        Add("discovery.k8s.io/v1beta1", "1.25", "discovery.k8s.io/v1", "EndpointSlice");
        Add("events.k8s.io/v1beta1", "1.25", "events.k8s.io/v1", "Event");
        Add("autoscaling/v2beta1", "1.25", "autoscaling/v2", "HorizontalPodAutoscaler");
        Add("policy/v1beta1", "1.25", "policy/v1", "PodDisruptionBudget");
        Add("policy/v1beta1", "1.25", "", "PodSecurityPolicy");
        Add("node.k8s.io/v1beta1", "1.25", "node.k8s.io/v1", "RuntimeClass");
        Add("autoscaling/v2beta2", "1.26", "autoscaling/v2", "HorizontalPodAutoscaler");
        Add("flowcontrol.apiserver.k8s.io/v1beta1", "1.26", "flowcontrol.apiserver.k8s.io/v1", "FlowSchema", "PriorityLevelConfiguration");
        Add("storage.k8s.io/v1beta1", "1.27", "storage.k8s.io/v1", "CSIStorageCapacity");
        Add("flowcontrol.apiserver.k8s.io/v1beta2", "1.29", "flowcontrol.apiserver.k8s.io/v1", "FlowSchema", "PriorityLevelConfiguration");
        return table.ToFrozenDictionary();

        void Add(string apiVersion, string since, string replacement, params string[] kinds)
        {
            foreach (var kind in kinds) table[(apiVersion, kind)] = (since, replacement);
        }
    }
}
