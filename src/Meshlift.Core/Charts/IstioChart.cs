namespace Meshlift.Core.Charts;

/// <summary>One of the Helm charts that Istio is published as.</summary>
/// <param name="Name">Its name, where charts are published: <c>istiod</c>.</param>
/// <param name="ReleaseFolder">Where it stands below <c>manifests/charts</c> in the archive of a release.</param>
/// <param name="DefaultRelease">The usual name of its Helm release; null for <see cref="Gateway"/>, each of which has its own.</param>
public sealed record IstioChart(string Name, string ReleaseFolder, string? DefaultRelease)
{
    /// <summary>What all revisions share: CRDs, the reader account.</summary>
    public static IstioChart Base { get; } = new("base", "base", "istio-base");

    /// <summary>The control plane of a revision.</summary>
    public static IstioChart Istiod { get; } = new("istiod", "istio-control/istio-discovery", "istiod");

    /// <summary>The CNI plugin of the nodes.</summary>
    public static IstioChart Cni { get; } = new("cni", "istio-cni", "istio-cni");

    /// <summary>The node proxies of the ambient mode.</summary>
    public static IstioChart Ztunnel { get; } = new("ztunnel", "ztunnel", "ztunnel");

    /// <summary>A gateway; rendered once for each.</summary>
    public static IstioChart Gateway { get; } = new("gateway", "gateway", null);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
