using Meshlift.Core.Configuration.Binding;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Configuration;

/// <summary>What renders Istio's manifests.</summary>
public enum Renderer
{
    /// <summary><c>istioctl manifest generate</c>.</summary>
    Istioctl,
    /// <summary><c>helm template</c> of each of Istio's charts.</summary>
    Helm,
    /// <summary>Nothing: the manifests were rendered elsewhere.</summary>
    Manifests,
}

/// <summary>Which Istio is wanted, and how it is rendered.</summary>
/// <param name="Versions">What may be proposed without a human.</param>
/// <param name="Renderer">What renders it.</param>
/// <param name="Operator">The IstioOperator file; null unless <paramref name="Renderer"/> is <see cref="Renderer.Istioctl"/>.</param>
/// <param name="Charts">Which charts are rendered and how; null unless <paramref name="Renderer"/> is <see cref="Renderer.Helm"/>.</param>
/// <param name="Manifests">Where the manifests lie; null unless <paramref name="Renderer"/> is <see cref="Renderer.Manifests"/>.</param>
/// <param name="Revision">How revisions are named.</param>
/// <param name="Patches">The folder of the patches for every revision; it need not exist.</param>
/// <param name="Releases">The folder that archives are downloaded from, with or without a slash at its end: http, https, or file.</param>
public sealed record IstioSpec(
    VersionRange Versions, Renderer Renderer, RepositoryPath? Operator, ChartsSpec? Charts, ManifestSource? Manifests, RevisionTemplate Revision, RepositoryPath Patches, Uri Releases)
{
    internal static Shape<IstioSpec> Shape { get; } = Shapes.Mapping("istio", "Which Istio is wanted, and how it is rendered.", fields =>
    {
        var istio = new IstioSpec(
            fields.Required("versions", Shapes.VersionRange, "what may be proposed without a human, for example the patches of 1.30: \"1.30.*\""),
            fields.Optional("renderer", Shapes.Choice<Renderer>("renderer",
                new("istioctl", Renderer.Istioctl, "`istioctl manifest generate`"),
                new("helm", Renderer.Helm, "`helm template` of Istio's charts"),
                new("manifests", Renderer.Manifests, "nothing; the manifests were rendered elsewhere")), "istioctl", "what renders Istio"),
            fields.Optional("operator", Shapes.RepositoryPath, "istio/istio.operator.yaml", "the IstioOperator file; with renderer `istioctl` only"),
            fields.Section("charts", ChartsSpec.Shape, "which charts are rendered, from where, and with which values; with renderer `helm` only"),
            fields.Optional("manifests", Shapes.ManifestSource, "where the manifests of a version lie; with renderer `manifests`, and only then"),
            fields.Optional("revision", Shapes.RevisionTemplate, "{major}-{minor}-{patch}", "how revisions are named"),
            fields.Optional("patches", Shapes.RepositoryPath, "istio/patches", "the folder of the Git patches for every revision; it need not exist"),
            fields.Optional("releases", Shapes.Url("URL", ["https", "http", "file"], "https://mirror.example.com/istio/releases"),
                "https://github.com/istio/istio/releases/download", "where Istio's archives are downloaded from"));
        fields.Check(refuse =>
        {
            if (istio.Renderer == Renderer.Manifests && istio.Manifests is null) refuse("renderer",
                "renderer manifests needs the key 'manifests' beside it; write for example manifests: vendor/istio/${version}/all.yaml");
            if (istio.Renderer != Renderer.Manifests && istio.Manifests is not null) refuse("manifests",
                "'manifests' is used by renderer manifests only; remove it, or write renderer: manifests");
            if (istio.Renderer == Renderer.Manifests && fields.Has("operator")) refuse("operator", "'operator' is not used by renderer manifests; remove it");
            if (istio.Renderer == Renderer.Helm && fields.Has("operator")) refuse("operator", "'operator' is not used by renderer helm; name files of Helm's values in 'charts'");
            if (istio.Renderer != Renderer.Helm && fields.Has("charts")) refuse("charts", "'charts' is used by renderer helm only; remove it, or write renderer: helm");
        });
        return istio with { Operator = istio.Renderer == Renderer.Istioctl ? istio.Operator : null, Charts = istio.Renderer == Renderer.Helm ? istio.Charts : null };
    });
}
