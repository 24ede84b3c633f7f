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
        if (IsBlank(place, old) && IsBlank(place, @new)) return DiffNoise.Blank;
        if (IsDefault(place, old) && IsDefault(place, @new)) return DiffNoise.Default;
        if (IsRevisionOfValues(place, old, before, @new, after)) return DiffNoise.Revision;
        if (old is not YamlScalar { AsString: { } a } || @new is not YamlScalar { AsString: { } b }) return null;
        if (before.Key(a) != after.Key(b) && !IsAbsentRevision(a, before, b, after)) return null;
        var hasVersion = before.Marked(a).Contains(Naming.Version, StringComparison.Ordinal);
        if (!hasVersion) return DiffNoise.Revision;
        return place.EndsWith("/image", StringComparison.Ordinal) || place.EndsWith("/tag", StringComparison.Ordinal) ? DiffNoise.ImageTag : DiffNoise.Version;
    }

    /// <summary>An istiod without a revision has an empty text in its values where others have the name.</summary>
    private static bool IsAbsentRevision(string a, Naming before, string b, Naming after) =>
        (a.Length == 0 && before.IsDefault && after.Marked(b) == Naming.Revision) || (b.Length == 0 && after.IsDefault && before.Marked(a) == Naming.Revision);

    /// <summary>The values of the charts name no revision where there is none.</summary>
    private static bool IsRevisionOfValues(string place, YamlNode? old, Naming before, YamlNode? @new, Naming after) =>
        place is "data/original-values/|/revision" or "data/merged-values/|/revision" or "data/values/|/revision"
        && ((old is null && before.IsDefault && @new is YamlScalar added && after.Marked(added.Value) == Naming.Revision)
            || (@new is null && after.IsDefault && old is YamlScalar removed && before.Marked(removed.Value) == Naming.Revision));

    /// <summary>True for the description of a schema's field, whole or some lines of it, and not for a field of that name.</summary>
    private static bool IsDocumentation(string place)
    {
        const string key = "/description";
        var end = place.LastIndexOf(key, StringComparison.Ordinal);
        if (end < 0) return false;
        var rest = place.AsSpan(end + key.Length);
        return (rest.IsEmpty || rest is "/#" || rest.StartsWith("/|", StringComparison.Ordinal))
            && (place.Contains("/openAPIV3Schema/", StringComparison.Ordinal) || place.Contains("/additionalPrinterColumns/", StringComparison.Ordinal))
            && !place.AsSpan(0, end).EndsWith("/properties", StringComparison.Ordinal);
    }

    private static bool IsBlank(string place, YamlNode? lines) =>
        place.EndsWith("/#", StringComparison.Ordinal) && (lines is null || string.IsNullOrWhiteSpace((lines as YamlScalar)?.Value ?? "."));

    /// <summary>True for what is not there, and for what would be meant if it were not.</summary>
    /// <remarks>As the API server fills it in, or takes it: resource.Quantity of a divisor (0 is 1), an empty list of peers, the protocol of a port.</remarks>
    private static bool IsDefault(string place, YamlNode? node) => node is null || (place[(place.LastIndexOf('/') + 1)..], node) switch
    {
        ("divisor", YamlScalar { Value: "1" or "0" }) => place.EndsWith("/resourceFieldRef/divisor", StringComparison.Ordinal),
        ("protocol", YamlScalar { Value: "TCP" }) => place.EndsWith("/ports/*/protocol", StringComparison.Ordinal),
        ("from", YamlSequence { Items.IsEmpty: true }) => place == "spec/ingress/*/from",
        ("to", YamlSequence { Items.IsEmpty: true }) => place == "spec/egress/*/to",
        // In a template of the injector the same stands as a line.
        ("#", YamlScalar { Value: var line }) => line.Trim() is "divisor: \"1\"" or "divisor: '1'",
        _ => false,
    };
}
