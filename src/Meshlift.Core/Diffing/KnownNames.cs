using Meshlift.Core.Manifests;

namespace Meshlift.Core.Diffing;

/// <summary>What Istio calls differently than it once did.</summary>
internal static class KnownNames
{
    /// <summary>The name that the same resource has today; itself for one that was never renamed.</summary>
    /// <remarks>
    /// Up to 1.10 the accounts and roles of istiod belonged to the base chart and had no revision; the upgrade notes of 1.29 have the table of old and new names.
    /// </remarks>
    /// <param name="identity">The resource.</param>
    /// <param name="name">Its name without a revision.</param>
    public static string Today(ResourceIdentity identity, string name)
    {
        // The name of the namespace follows: istiod-istio-system.
        var end = "-" + (identity.Namespace.Length > 0 ? identity.Namespace : "istio-system");
        return (identity.Kind, name) switch
        {
            ("ServiceAccount", "istiod-service-account") => "istiod",
            ("Role" or "RoleBinding", _) when name == "istiod" + end => "istiod",
            ("ClusterRole" or "ClusterRoleBinding", _) when name == "istiod" + end => "istiod-clusterrole" + end,
            ("ClusterRole" or "ClusterRoleBinding", _) when name == "istio-reader" + end => "istio-reader-clusterrole" + end,
            ("ValidatingWebhookConfiguration", _) when name == "istiod" + end => "istio-validator" + end,
            _ => name,
        };
    }
}
