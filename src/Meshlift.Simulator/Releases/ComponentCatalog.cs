namespace Meshlift.Simulator.Releases;

/// <summary>Everything of a release but its CRDs: which templates there are, and how often each is used.</summary>
internal static class ComponentCatalog
{
    /// <summary>The objects of one release, in no particular order.</summary>
    public static IEnumerable<SampleDocument> Render(ReleaseSettings release)
    {
        var istiod = Chart(release, "istiod", "istiod").With(("asked-for", release.Variables["revision"]));
        IEnumerable<(string Template, ReleaseSettings Settings)> uses =
        [
            ("base", Chart(release, "base", "istio-reader")),
            ("istiod", istiod),
            ("istiod-settings", istiod),
            ("istiod-injector", istiod),
            ("istiod-webhooks", istiod),
            ("istiod-policies", istiod),
            ("istiod-rbac", istiod),
            ("istiod-clusterrole", istiod),
            ("istio-reader", Chart(release, "istiod", "istio-reader")),
            ("revision-tag", istiod.With(("asked-for", "canary"))),
            ("revision-tag", istiod.With(("asked-for", "prod"))),
            .. release.ProxyMinors.Select(minor => ("envoyfilter", EnvoyFilter(release, minor))),
            ("cni", Chart(release, "cni", "istio-cni")),
            ("ztunnel", Chart(release, "ztunnel", "ztunnel")),
            // Two of one name, as teams that run a gateway of their own have them.
            ("gateway", Gateway(release, "ingress", "ingressgateway", "istio-ingress")),
            ("gateway", Gateway(release, "ingress", "ingressgateway", "istio-ingress-internal").With(("istio", "internal-ingressgateway"))),
            ("gateway", Gateway(release, "egress", "egressgateway", "istio-egress")),
        ];
        return uses.SelectMany(use => SampleDocument.Split(TemplateText.Expand($"templates/{use.Template}", use.Settings)));
    }

    private static ReleaseSettings Chart(ReleaseSettings release, string chart, string name) =>
        release.With(("chart", chart), ("app-name", name));

    private static ReleaseSettings EnvoyFilter(ReleaseSettings release, string minor) =>
        release.With(("proxy", minor), ("proxy-pattern", minor.Replace(".", @"\.", StringComparison.Ordinal)));

    private static ReleaseSettings Gateway(ReleaseSettings release, string direction, string istio, string ns) =>
        Chart(release, $"istio-{direction}", $"istio-{istio}").When(direction).With(
            ("gateway", $"istio-{istio}"),
            ("istio", istio),
            ("namespace", ns),
            ("component", direction == "ingress" ? "IngressGateways" : "EgressGateways"));
}
