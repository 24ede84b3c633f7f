namespace Meshlift.Core.Injection;

/// <summary>The labels and annotations by which namespaces and pods ask for a proxy, and by which a proxy says what it is.</summary>
/// <remarks>istio.io/docs/reference/config/labels and .../annotations.</remarks>
public static class InjectionLabels
{
    /// <summary>On a namespace: <c>enabled</c> or <c>disabled</c>. Wins over <see cref="Revision"/>.</summary>
    public const string Injection = "istio-injection";

    /// <summary>On a namespace or a pod: the revision or the tag that is asked for. As an annotation of a pod: the revision that injected it.</summary>
    public const string Revision = "istio.io/rev";

    /// <summary>On a webhook or a Service: the tag that it makes.</summary>
    public const string Tag = "istio.io/tag";

    /// <summary>On a pod, label or annotation: whether it is injected.</summary>
    public const string Inject = "sidecar.istio.io/inject";

    /// <summary>Annotation of a pod: the templates that it is injected with.</summary>
    public const string Templates = "inject.istio.io/templates";

    /// <summary>Annotation of a pod: the image of its proxy, against what its control plane says.</summary>
    public const string ProxyImage = "sidecar.istio.io/proxyImage";

    /// <summary>Annotation of a pod: the flavour of the image.</summary>
    public const string ProxyImageType = "sidecar.istio.io/proxyImageType";

    /// <summary>Annotation that injection leaves: what was put into the pod, and by which revision.</summary>
    public const string Status = "sidecar.istio.io/status";

    /// <summary>On a namespace or a pod: <c>ambient</c> for ztunnel, <c>none</c> to stay out.</summary>
    public const string DataplaneMode = "istio.io/dataplane-mode";

    /// <summary>On a pod of a gateway or waypoint that istiod itself deploys: who manages it.</summary>
    public const string Managed = "gateway.istio.io/managed";

    /// <summary>The proxy's container, or init container.</summary>
    public const string ProxyContainer = "istio-proxy";

    /// <summary>Kubernetes puts it on every namespace, with its name.</summary>
    public const string NamespaceName = "kubernetes.io/metadata.name";
}
