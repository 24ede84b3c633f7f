using System.Collections.Immutable;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>An IstioOperator file of a repository.</summary>
/// <param name="Path">The file.</param>
/// <param name="Revision">The revision that it names; null when it names none, or a placeholder.</param>
/// <param name="Version">The version that its tag names; null when it names none.</param>
/// <param name="Namespace">The namespace that it names; null when it names none.</param>
/// <param name="Digest">The digest of what it says, however it is written.</param>
/// <param name="Pins">What in it stands for one version or revision and must follow: <c>spec.tag: 1.30.3</c>.</param>
public sealed record OperatorInput(string Path, RevisionName? Revision, IstioVersion? Version, string? Namespace, string Digest, ImmutableArray<string> Pins)
{
    internal static OperatorInput? Read(RepositoryDocument document)
    {
        if (document is not { Kind: "IstioOperator", Group: "install.istio.io" }) return null;
        var revision = Plain(document.Text("spec", "revision"));
        var tag = Plain(document.Text("spec", "tag"));
        var named = IstioObjects.Parse(revision);
        return new OperatorInput(
            document.Path,
            named,
            tag is null ? null : IstioObjects.Tag(tag),
            document.Text("spec", "namespace") ?? document.Text("spec", "values", "global", "istioNamespace") ?? document.Text("metadata", "namespace"),
            ContentDigest.Of(CanonicalYaml.Write(document.Root).Span),
            [.. named is { IsDefault: false } ? (string[])[$"spec.revision: {revision}"] : [], .. tag is not null && IstioObjects.Tag(tag) is not null ? (string[])[$"spec.tag: {tag}"] : []]);
    }

    private static string? Plain(string? text) => text is { Length: > 0 } && !text.Contains("${", StringComparison.Ordinal) ? text : null;
}
