using System.Globalization;
using System.Text;

namespace Meshlift.Core.Kubernetes.Requests;

/// <summary>A kind of object as the API addresses it.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version of the group.</param>
/// <param name="Plural">The name in addresses, such as <c>pods</c>.</param>
/// <param name="Kind">The name in manifests, such as <c>Pod</c>.</param>
/// <param name="IsNamespaced">False for what is cluster-wide.</param>
public sealed record ApiResource(string Group, string Version, string Plural, string Kind, bool IsNamespaced = true)
{
    /// <summary><c>apiVersion</c> in manifests: <c>v1</c>, <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Where the objects are, below the server's address and without a leading slash.</summary>
    /// <param name="space">The namespace; null for all, or for what is cluster-wide.</param>
    /// <param name="name">One object; null for the list.</param>
    /// <param name="part">A sub-resource, such as <c>status</c>; null for the object itself.</param>
    /// <exception cref="ArgumentException">A name has a slash or is a relative path, which would lead elsewhere.</exception>
    public string Path(string? space = null, string? name = null, string? part = null)
    {
        var path = new StringBuilder(Group.Length == 0 ? "api/" : $"apis/{Group}/").Append(Version);
        if (space is not null && IsNamespaced) path.Append("/namespaces/").Append(Segment(space));
        path.Append('/').Append(Plural);
        if (name is not null) path.Append('/').Append(Segment(name));
        if (part is not null) path.Append('/').Append(part);
        return path.ToString();
    }

    /// <summary>As kubectl names it: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    // The API's own rule for names in paths (ValidatePathSegmentName).
    private static string Segment(string name) => name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '%')
        ? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"'{name}' cannot be the name of an object"), nameof(name))
        : Uri.EscapeDataString(name);
}

/// <summary>The kinds that the product itself asks for, in versions that every server from 1.26 on serves.</summary>
public static class ApiResources
{
    /// <summary>Pods.</summary>
    public static ApiResource Pods { get; } = new("", "v1", "pods", "Pod");

    /// <summary>Namespaces.</summary>
    public static ApiResource Namespaces { get; } = new("", "v1", "namespaces", "Namespace", IsNamespaced: false);

    /// <summary>Services.</summary>
    public static ApiResource Services { get; } = new("", "v1", "services", "Service");

    /// <summary>Nodes.</summary>
    public static ApiResource Nodes { get; } = new("", "v1", "nodes", "Node", IsNamespaced: false);

    /// <summary>ConfigMaps.</summary>
    public static ApiResource ConfigMaps { get; } = new("", "v1", "configmaps", "ConfigMap");

    /// <summary>Deployments.</summary>
    public static ApiResource Deployments { get; } = new("apps", "v1", "deployments", "Deployment");

    /// <summary>StatefulSets.</summary>
    public static ApiResource StatefulSets { get; } = new("apps", "v1", "statefulsets", "StatefulSet");

    /// <summary>DaemonSets.</summary>
    public static ApiResource DaemonSets { get; } = new("apps", "v1", "daemonsets", "DaemonSet");

    /// <summary>ReplicaSets.</summary>
    public static ApiResource ReplicaSets { get; } = new("apps", "v1", "replicasets", "ReplicaSet");

    /// <summary>Jobs.</summary>
    public static ApiResource Jobs { get; } = new("batch", "v1", "jobs", "Job");

    /// <summary>CronJobs.</summary>
    public static ApiResource CronJobs { get; } = new("batch", "v1", "cronjobs", "CronJob");

    /// <summary>PodDisruptionBudgets.</summary>
    public static ApiResource PodDisruptionBudgets { get; } = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget");

    /// <summary>Mutating webhook configurations.</summary>
    public static ApiResource MutatingWebhooks { get; } = new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", IsNamespaced: false);

    /// <summary>Validating webhook configurations.</summary>
    public static ApiResource ValidatingWebhooks { get; } = new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", IsNamespaced: false);

    /// <summary>Custom resource definitions.</summary>
    public static ApiResource CustomResourceDefinitions { get; } = new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", IsNamespaced: false);

    /// <summary>Gateways of the Gateway API; a server has them only when their CRD is installed.</summary>
    public static ApiResource Gateways { get; } = new("gateway.networking.k8s.io", "v1", "gateways", "Gateway");

    /// <summary>Leases.</summary>
    public static ApiResource Leases { get; } = new("coordination.k8s.io", "v1", "leases", "Lease");
}
