using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>Which objects of a repository an installation of Istio consists of, and what they say of it.</summary>
/// <remarks>The marks are those of Istio's own charts, from 1.9 on: labels where there are some, names where there are none.</remarks>
internal static class IstioObjects
{
    private static readonly string[] Charts = ["base-", "istiod-", "istio-discovery-", "cni-", "istio-cni-", "ztunnel-", "istio-ingress-", "istio-egress-"];

    private static readonly string[] Names =
    [
        "istiod", "istio-reader", "istio-sidecar-injector", "istio-validator", "istio-revision-tag-", "istio-cni", "ztunnel", "istio-ingressgateway", "istio-egressgateway",
        "pilot-jwks-extra-cacerts", "stable-channel-policy-", "stable-channel-default-policy",
    ];

    private static readonly string[] Filters = ["metadata-exchange-", "tcp-metadata-exchange-", "stats-filter-", "tcp-stats-filter-"];

    // What of a tag says how the image was built, not which version it is.
    private static readonly string[] Variants = ["-distroless", "-debug", "-fips", "-slim"];

    /// <summary>True for an object that Istio's renderers make; false for what people write for the mesh.</summary>
    public static bool IsInstalled(Resource resource)
    {
        var (group, kind, _, name) = resource.Identity;
        if (kind is "Namespace" || group is "install.istio.io" or "argoproj.io" or "kustomize.config.k8s.io" || group.EndsWith("toolkit.fluxcd.io", StringComparison.Ordinal)) return false;
        if (kind == "CustomResourceDefinition") return name.EndsWith(".istio.io", StringComparison.Ordinal);
        if (kind == "EnvoyFilter") return Filters.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
        // People's own objects of Istio's kinds may carry any of the marks below.
        if (group.EndsWith(".istio.io", StringComparison.Ordinal)) return false;
        if (resource.Label("operator.istio.io/component") is not null || resource.Label("install.operator.istio.io/owning-resource") is not null) return true;
        if (resource.Label("helm.sh/chart") is { } chart && Charts.Any(prefix => chart.StartsWith(prefix, StringComparison.Ordinal))) return true;
        if (resource.Label("app.kubernetes.io/part-of") == "istio" && resource.Label("app.kubernetes.io/managed-by") == "Helm") return true;
        if (Names.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))) return true;
        return kind == "ConfigMap" && resource.Label("istio.io/rev") is not null && (name is "istio" or "values" || name.StartsWith("istio-", StringComparison.Ordinal) || name.StartsWith("values-", StringComparison.Ordinal));
    }

    /// <summary>True for the Deployment of a control plane.</summary>
    public static bool IsControlPlane(Resource resource) =>
        resource.Identity is { Group: "apps", Kind: "Deployment" } && (resource.Label("app") == "istiod" || resource.Identity.Name == "istiod" || resource.Identity.Name.StartsWith("istiod-", StringComparison.Ordinal));

    /// <summary>The revision of a control plane's Deployment; null when what it says is no revision's name.</summary>
    public static RevisionName? RevisionOf(Resource plane)
    {
        var text = plane.Label("istio.io/rev") ?? (plane.Identity.Name.StartsWith("istiod-", StringComparison.Ordinal) ? plane.Identity.Name["istiod-".Length..] : RevisionName.Default.Value);
        return Parse(text);
    }

    /// <summary>The revision that a text names; null when it is none.</summary>
    public static RevisionName? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        try
        {
            return RevisionName.Parse(text);
        }
        catch (UserException)
        {
            return null;
        }
    }

    /// <summary>The version of a control plane's Deployment: its image's tag, else what its labels say; null when nothing tells.</summary>
    /// <remarks>1.0.0 is what charts in Istio's own repository say before a release is made of them.</remarks>
    public static IstioVersion? VersionOf(Resource plane)
    {
        var containers = RepositoryDocument.Walk(plane.Root, "spec", "template", "spec", "containers") as YamlSequence;
        var image = containers?.Items.OfType<YamlMapping>().OrderByDescending(container => container["name"] is YamlScalar { Value: "discovery" }).Select(container => container["image"] as YamlScalar).FirstOrDefault()?.Value;
        if (image is not null && Tag(image.Split('@')[0]) is { } tagged) return tagged;
        var chart = plane.Label("helm.sh/chart") is { } text && text.StartsWith("istiod-", StringComparison.Ordinal) ? text["istiod-".Length..] : null;
        foreach (var label in new[] { plane.Label("app.kubernetes.io/version"), chart })
            if (IstioVersion.TryParse(label, out var labelled) && labelled is not { Major: 1, Minor: 0, Patch: 0 }) return labelled;
        return null;
    }

    /// <summary>The version that an image's tag, or a tag alone, names.</summary>
    public static IstioVersion? Tag(string image)
    {
        var tag = image.LastIndexOf(':') is var colon && colon > image.LastIndexOf('/') ? image[(colon + 1)..] : image.Contains('/', StringComparison.Ordinal) ? "" : image;
        foreach (var variant in Variants)
            if (tag.EndsWith(variant, StringComparison.Ordinal)) tag = tag[..^variant.Length];
        return IstioVersion.TryParse(tag, out var version) ? version : null;
    }
}
