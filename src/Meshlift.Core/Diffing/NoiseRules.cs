using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>Tells which changes say nothing about the upgrade itself.</summary>
internal static class NoiseRules
{
    private static readonly string[] VersionLabels = ["app.kubernetes.io/version", "helm.sh/chart", "operator.istio.io/version"];

    /// <summary>The kind of noise; null for a real change.</summary>
    /// <param name="place">Where, as <see cref="DiffPath.Place"/> writes it.</param>
    /// <param name="old">The value before; null when it was not there.</param>
    /// <param name="before">Names of that side.</param>
    /// <param name="new">The value after; null when it is not there any more.</param>
    /// <param name="after">Names of that side.</param>
    public static DiffNoise? Of(string place, YamlNode? old, Naming before, YamlNode? @new, Naming after)
    {
        if (Array.Exists(VersionLabels, label => place.EndsWith("labels/" + label, StringComparison.Ordinal))) return DiffNoise.Version;
        if (IsDocumentation(place)) return DiffNoise.Documentation;
        if (old is not YamlScalar { AsString: { } a } || @new is not YamlScalar { AsString: { } b }) return null;
        if (before.Key(a) != after.Key(b) && !IsAbsentRevision(a, before, b, after)) return null;
        var hasVersion = before.Marked(a).Contains(Naming.Version, StringComparison.Ordinal);
        if (!hasVersion) return DiffNoise.Revision;
        return place.EndsWith("/image", StringComparison.Ordinal) || place.EndsWith("/tag", StringComparison.Ordinal) ? DiffNoise.ImageTag : DiffNoise.Version;
    }

    /// <summary>An istiod without a revision has an empty text in its values where others have the name.</summary>
    private static bool IsAbsentRevision(string a, Naming before, string b, Naming after) =>
        (a.Length == 0 && before.IsDefault && after.Marked(b) == Naming.Revision) || (b.Length == 0 && after.IsDefault && before.Marked(a) == Naming.Revision);

    /// <summary>True for the description of a schema's field, and not for a field of that name.</summary>
    private static bool IsDocumentation(string place) =>
        place.EndsWith("/description", StringComparison.Ordinal)
        && (place.Contains("/openAPIV3Schema/", StringComparison.Ordinal) || place.Contains("/additionalPrinterColumns/", StringComparison.Ordinal))
        && !place.EndsWith("/properties/description", StringComparison.Ordinal);
}
