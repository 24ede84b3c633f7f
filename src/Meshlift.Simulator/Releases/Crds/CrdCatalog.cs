namespace Meshlift.Simulator.Releases.Crds;

/// <summary>The CustomResourceDefinitions of a release.</summary>
internal static class CrdCatalog
{
    private static readonly string[] Names =
    [
        "authorizationpolicies", "destinationrules", "envoyfilters", "gateways", "peerauthentications", "proxyconfigs",
        "requestauthentications", "serviceentries", "sidecars", "telemetries", "trafficextensions", "virtualservices", "wasmplugins",
        "workloadentries", "workloadgroups",
    ];

    /// <summary>The definitions of one release, in no particular order.</summary>
    public static IEnumerable<SampleDocument> Render(ReleaseSettings release)
    {
        var types = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        CrdDescriptionReader.Read(TemplateText.Expand("crds/shared", release), types);
        var writer = new CrdWriter(types, release.Variables["version"]);
        foreach (var name in Names)
        {
            if (CrdDescriptionReader.Read(TemplateText.Expand($"crds/{name}", release), types) is { } crd)
                yield return new("apiextensions.k8s.io", "CustomResourceDefinition", $"{crd.Plural}.{crd.Group}", "", writer.Write(crd));
        }
    }
}
