using System.Collections.Immutable;
using System.Text;
using Meshlift.Simulator.Releases.Crds;

namespace Meshlift.Simulator.Releases;

/// <summary>
/// Istio releases of the project's own making, for the demo, the rehearsal and the tests. Kinds, names, labels, ports and the shape of
/// the stream are Istio's, so that whatever reads them meets what it would meet in a real fleet; every sentence, schema text and
/// injection template is the project's own, and nobody should run them.
/// </summary>
public static class SampleRelease
{
    /// <summary>The revision that stands for an install without one: no suffix in names, <c>default</c> in labels.</summary>
    public const string Unrevisioned = "default";

    /// <summary>The releases there are, oldest first.</summary>
    public static ImmutableArray<string> Versions { get; } = ["1.29.6", "1.30.3"];

    /// <summary>
    /// The whole stream that <c>istioctl manifest generate</c> would print for an install of everything: istiod, two ingress gateways and
    /// an egress gateway, CNI, ztunnel, the revision tags <c>prod</c> and <c>canary</c>, EnvoyFilters and CRDs.
    /// </summary>
    /// <remarks>The same arguments give the same text. Keys are sorted, lists are not indented, lines end in <c>\n</c>.</remarks>
    /// <param name="version">One of <see cref="Versions"/>.</param>
    /// <param name="revision">A DNS label such as <c>1-30-3</c>, or <see cref="Unrevisioned"/>.</param>
    /// <exception cref="ArgumentException">There is no such release, or the revision is not a DNS label.</exception>
    public static string Render(string version, string revision)
    {
        if (!Versions.Contains(version, StringComparer.Ordinal))
            throw new ArgumentException($"'{version}' is no sample release; there are {string.Join(" and ", Versions)}", nameof(version));
        if (!IsDnsLabel(revision))
            throw new ArgumentException($"'{revision}' is not a revision; use a-z, 0-9 and '-', for example 1-30-3", nameof(revision));

        var settings = ReleaseSettings.For(version, revision);
        List<SampleDocument> documents = [.. CrdCatalog.Render(settings), .. ComponentCatalog.Render(settings)];
        documents.Sort(SampleDocument.StreamOrder);

        var stream = new StringBuilder(documents.Sum(document => document.Text.Length + 5));
        foreach (var document in documents)
            stream.Append(document.Text).Append("\n---\n");
        return stream.ToString();
    }

    private static bool IsDnsLabel(string text) =>
        text is { Length: > 0 and <= 63 } && text[0] != '-' && text[^1] != '-'
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
