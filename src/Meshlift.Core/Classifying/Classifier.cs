using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Classifying;

/// <summary>The step <c>classify</c>: which of two revisions' resources collide, and how.</summary>
/// <remarks>
/// The rules are those of Istio's own charts, whose objects carry no common mark: 9 of the 17 objects of a control plane have no <c>istio.io/rev</c> label.
/// Order matters: what is known by its part goes first, then the name, then the kind. What no rule knows is once-only, which no later step moves by itself.
/// </remarks>
public static class Classifier
{
    private const string ComponentLabel = "operator.istio.io/component";
    private const string ChartLabel = "helm.sh/chart";

    /// <summary>The class of one resource.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="revision">The revision it was rendered for.</param>
    public static Classification Classify(Resource resource, RevisionName revision)
    {
        var (group, kind, _, name) = resource.Identity;
        if (kind == "CustomResourceDefinition" && group == "apiextensions.k8s.io") return new(ResourceClass.Crd);
        if (IsTag(resource)) return new(ResourceClass.OnceOnly, OncePart.Tags);
        if (IsDefaultValidation(kind, name)) return new(ResourceClass.OnceOnly, OncePart.Validator);
        var carriesRevision = CarriesRevision(name, revision);
        if (Part(resource) is { } part) return carriesRevision ? new(ResourceClass.PerRevision) : new(ResourceClass.OnceOnly, part);
        if (carriesRevision || (revision == RevisionName.Default && IsOfTheControlPlane(resource))) return new(ResourceClass.PerRevision);
        if (kind == "Service" && name == "istiod") return new(ResourceClass.OnceOnly, OncePart.Alias);
        return IsShared(kind, name) ? new(ResourceClass.Shared) : new(ResourceClass.OnceOnly);
    }

    /// <summary>True when the revision is a word of the name: at its end, or before the namespace (<c>istiod-clusterrole-1-30-3-istio-system</c>).</summary>
    public static bool CarriesRevision(string name, RevisionName revision)
    {
        if (revision == RevisionName.Default) return false;
        for (var at = name.IndexOf(revision.Value, StringComparison.Ordinal); at >= 0; at = name.IndexOf(revision.Value, at + 1, StringComparison.Ordinal))
        {
            var end = at + revision.Value.Length;
            if (at > 0 && name[at - 1] == '-' && (end == name.Length || name[end] is '-' or '.')) return true;
        }
        return false;
    }

    private static bool IsTag(Resource resource) => resource.Identity.Kind switch
    {
        "MutatingWebhookConfiguration" => resource.Label("istio.io/tag") is not null || resource.Identity.Name.StartsWith("istio-revision-tag-", StringComparison.Ordinal),
        "Service" => resource.Label("istio.io/tag") is not null || resource.Identity.Name.StartsWith("istiod-revision-tag-", StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsDefaultValidation(string kind, string name) => kind switch
    {
        "ValidatingWebhookConfiguration" => name == "istiod-default-validator",
        "ValidatingAdmissionPolicy" or "ValidatingAdmissionPolicyBinding" => name.StartsWith("stable-channel-default-policy", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>The part by the operator's label, by the chart, or by the names that charts before 1.24 gave.</summary>
    private static OncePart? Part(Resource resource)
    {
        var part = resource.Label(ComponentLabel) switch
        {
            "Cni" => OncePart.Cni,
            "Ztunnel" => OncePart.Ztunnel,
            "IngressGateways" or "EgressGateways" => OncePart.Gateways,
            _ => (OncePart?)null,
        };
        if (part is not null) return part;
        var chart = resource.Label(ChartLabel) ?? "";
        if (Is("cni-") || Is("istio-cni-")) return OncePart.Cni;
        if (Is("ztunnel-")) return OncePart.Ztunnel;
        if (Is("gateway-") || Is("istio-ingress-") || Is("istio-egress-")) return OncePart.Gateways;
        var name = resource.Identity.Name;
        if (name == "ztunnel") return OncePart.Ztunnel;
        return name == "istio-cni" || name.StartsWith("istio-cni-", StringComparison.Ordinal) ? OncePart.Cni : null;

        bool Is(string prefix) => chart.StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>True for an object of an unrevisioned istiod chart.</summary>
    private static bool IsOfTheControlPlane(Resource resource)
    {
        if (resource.Label(ComponentLabel) == "Pilot" || (resource.Label(ChartLabel) ?? "").StartsWith("istiod-", StringComparison.Ordinal)) return true;
        var name = resource.Identity.Name;
        return resource.Identity.Kind switch
        {
            "EnvoyFilter" => name.StartsWith("metadata-exchange-", StringComparison.Ordinal) || name.StartsWith("tcp-metadata-exchange-", StringComparison.Ordinal)
                || name.StartsWith("stats-filter-", StringComparison.Ordinal) || name.StartsWith("tcp-stats-filter-", StringComparison.Ordinal),
            "ClusterRole" or "ClusterRoleBinding" => name.StartsWith("istiod-clusterrole-", StringComparison.Ordinal)
                || name.StartsWith("istiod-gateway-controller-", StringComparison.Ordinal) || name.StartsWith("istio-reader-clusterrole-", StringComparison.Ordinal),
            "ValidatingWebhookConfiguration" => name.StartsWith("istio-validator-", StringComparison.Ordinal),
            "MutatingWebhookConfiguration" => name.StartsWith("istio-sidecar-injector", StringComparison.Ordinal),
            "ConfigMap" => name is "istio" or "istio-sidecar-injector" or "values" or "pilot-jwks-extra-cacerts" || name.StartsWith("istio-default-gatewayclass-", StringComparison.Ordinal),
            "ValidatingAdmissionPolicy" or "ValidatingAdmissionPolicyBinding" => name.StartsWith("stable-channel-policy-", StringComparison.Ordinal),
            _ => name == "istiod",
        };
    }

    private static bool IsShared(string kind, string name) => kind switch
    {
        "ServiceAccount" or "ClusterRole" or "ClusterRoleBinding" or "Role" or "RoleBinding" or "Namespace" => true,
        // Charts before 1.11 had one validating webhook for all revisions.
        "ValidatingWebhookConfiguration" => name.StartsWith("istiod-", StringComparison.Ordinal),
        _ => false,
    };
}
