using System.Collections.Immutable;
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
/// <param name="Never">Versions that are never installed, whoever asks for them.</param>
/// <param name="Renderer">What renders it.</param>
/// <param name="Operators">The IstioOperator files in order, at least one; empty unless <paramref name="Renderer"/> is <see cref="Renderer.Istioctl"/>.</param>
/// <param name="Istioctl">The path of istioctl, absolute or from the root, perhaps with <c>${version}</c>; null to look on PATH and then fetch it.</param>
/// <param name="Charts">Which charts are rendered and how; null unless <paramref name="Renderer"/> is <see cref="Renderer.Helm"/>.</param>
/// <param name="Manifests">Where the manifests lie; null unless <paramref name="Renderer"/> is <see cref="Renderer.Manifests"/>.</param>
/// <param name="Revision">How revisions are named.</param>
/// <param name="Patches">The folder of the patches for every revision; it need not exist.</param>
/// <param name="Releases">The folder that archives are downloaded from, with or without a slash at its end: http, https, or file.</param>
/// <param name="Repository">The Git repository whose tags are the published versions; null to ask where <paramref name="Releases"/> are.</param>
/// <param name="SigningKey">The key that must have signed the archives, a path from the root or a URL; null for Istio's own where there is a signature.</param>
/// <param name="Knowledge">Where newer knowledge about releases lies; null for what is built in.</param>
public sealed record IstioSpec(
    VersionRange Versions, ImmutableArray<IstioVersion> Never, Renderer Renderer, ImmutableArray<RepositoryPath> Operators, string? Istioctl, ChartsSpec? Charts, ManifestSource? Manifests,
    RevisionTemplate Revision, RepositoryPath Patches, Uri Releases, GitRemote? Repository, string? SigningKey, KnowledgeSource? Knowledge)
{
    private static TextShape<IstioVersion> VersionShape { get; } = new("version", IstioVersion.Parse, null, "One version of Istio, in quotes.", ["1.29.1"]);

    private static TextShape<string> KeyShape { get; } = new("public key", ParseKey, null, "A file of this repository, or an https URL, with a public key in PEM form.", ["istio/release.pub"]);

    private static TextShape<KnowledgeSource> KnowledgeShape { get; } = new("knowledge file", KnowledgeSource.Parse, null,
        "A file of this repository, or a URL (https, http, file), in the form of `schemas/knowledge.schema.json`.", ["istio/versions.json", "https://mirror.example.com/istio/versions.json"]);

    internal static Shape<IstioSpec> Shape { get; } = Shapes.Mapping("istio", "Which Istio is wanted, and how it is rendered.", fields =>
    {
        var istio = new IstioSpec(
            fields.Required("versions", Shapes.VersionRange, "what may be proposed without a human, for example the patches of 1.30: \"1.30.*\""),
            fields.List("never", VersionShape, "versions that are never installed, also not when they are named; those that Istio withdrew are known"),
            fields.Optional("renderer", Shapes.Choice<Renderer>("renderer",
                new("istioctl", Renderer.Istioctl, "`istioctl manifest generate`"),
                new("helm", Renderer.Helm, "`helm template` of Istio's charts"),
                new("manifests", Renderer.Manifests, "nothing; the manifests were rendered elsewhere")), "istioctl", "what renders Istio"),
            fields.Optional("operator", Shapes.OneOrMany(Shapes.RepositoryPath), "istio/istio.operator.yaml",
                "the IstioOperator file, or several: maps are merged, and of lists the last one stands; `${version}` and `${revision}` in them are filled in; with renderer `istioctl` only"),
            fields.Optional("istioctl", Shapes.Program, "the istioctl to use; when absent, the one on PATH if it is exactly of the version, else one that is fetched from `releases`; with renderer `istioctl` only"),
            fields.Section("charts", ChartsSpec.Shape, "which charts are rendered, from where, and with which values; with renderer `helm` only"),
            fields.Optional("manifests", Shapes.ManifestSource, "where the manifests of a version lie; with renderer `manifests`, and only then"),
            fields.Optional("revision", Shapes.RevisionTemplate, "{major}-{minor}-{patch}", "how revisions are named"),
            fields.Optional("patches", Shapes.RepositoryPath, "istio/patches", "the folder of the Git patches for every revision; it need not exist"),
            fields.Optional("releases", Shapes.Url("URL", ["https", "http", "file"], "https://mirror.example.com/istio/releases"),
                "https://github.com/istio/istio/releases/download", "where Istio's archives are downloaded from"),
            fields.Optional("repository", Shapes.GitRemote, "the Git repository whose tags are the published versions; when absent, what lies at `releases` is listed"),
            fields.Optional("signingKey", KeyShape, "the key that must have signed the archives, checked with cosign; when absent Istio's own, where there is a signature"),
            fields.Optional("knowledge", KnowledgeShape, "newer knowledge about releases than what is built in (support, bulletins, pairs that do not work): a file is read as it is, a URL is fetched by `meshlift versions --update` and never otherwise"));
        fields.Check(refuse =>
        {
            if (istio.Renderer == Renderer.Manifests && istio.Manifests is null) refuse("renderer",
                "renderer manifests needs the key 'manifests' beside it; write for example manifests: vendor/istio/${version}/all.yaml");
            if (istio.Renderer != Renderer.Manifests && istio.Manifests is not null) refuse("manifests",
                "'manifests' is used by renderer manifests only; remove it, or write renderer: manifests");
            if (istio.Renderer == Renderer.Manifests && fields.Has("operator")) refuse("operator", "'operator' is not used by renderer manifests; remove it");
            if (istio.Renderer == Renderer.Helm && fields.Has("operator")) refuse("operator", "'operator' is not used by renderer helm; name files of Helm's values in 'charts'");
            if (istio.Renderer != Renderer.Istioctl && istio.Istioctl is not null) refuse("istioctl", "'istioctl' is used by renderer istioctl only; remove it, or write renderer: istioctl");
            if (istio.Renderer != Renderer.Helm && fields.Has("charts")) refuse("charts", "'charts' is used by renderer helm only; remove it, or write renderer: helm");
            if (fields.Has("never") && IstioVersion.TryParse(istio.Versions.Text, out var only) && istio.Never.Contains(only)) refuse("never", $"'versions' wants {only} and nothing else, and 'never' forbids it");
        });
        return istio with { Operators = istio.Renderer == Renderer.Istioctl ? istio.Operators : [], Charts = istio.Renderer == Renderer.Helm ? istio.Charts : null };
    });

    private static string ParseKey(string text) => text.Contains("://", StringComparison.Ordinal) ? WebAddress.Parse(text, "https").ToString() : RepositoryPath.Parse(text).Value;
}
