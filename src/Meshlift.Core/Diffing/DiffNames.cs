using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Diffing;

/// <summary>The names that differ between two sides because they are two versions, and for no other reason.</summary>
/// <param name="RevisionBefore">The revision that only the first side has; null when nothing is to be matched.</param>
/// <param name="RevisionAfter">The revision that takes its place.</param>
/// <param name="VersionBefore">The version of the first side; null when it is the same, or not known.</param>
/// <param name="VersionAfter">The version of the second side.</param>
public sealed record DiffNames(RevisionName? RevisionBefore, RevisionName? RevisionAfter, IstioVersion? VersionBefore, IstioVersion? VersionAfter)
{
    private const string RevisionLabel = "istio.io/rev";

    /// <summary>Finds the names in the resources themselves.</summary>
    /// <remarks>
    /// A revision counts when a resource carries it in its label and in its name (or is one of an unrevisioned istiod). Two revisions are matched when each
    /// side has exactly one that the other has not: with more, which belongs to which would be a guess, and they are shown as added and removed.
    /// </remarks>
    public static DiffNames Find(IReadOnlyCollection<Resource> before, IReadOnlyCollection<Resource> after)
    {
        var (oldRevision, newRevision) = Pair(Revisions(before), Revisions(after));
        var (oldVersion, newVersion) = Pair(Version(before), Version(after));
        return new DiffNames(oldRevision, newRevision, oldVersion, newVersion);
    }

    /// <summary>The same names, the other way round.</summary>
    public DiffNames Mirrored() => new(RevisionAfter, RevisionBefore, VersionAfter, VersionBefore);

    private static (T? Before, T? After) Pair<T>(HashSet<T> before, HashSet<T> after) where T : class
    {
        T[] removed = [.. before.Except(after)], added = [.. after.Except(before)];
        return removed is [var old] && added is [var @new] ? (old, @new) : default;
    }

    private static HashSet<RevisionName> Revisions(IReadOnlyCollection<Resource> resources)
    {
        var labels = resources.Select(resource => resource.Label(RevisionLabel)).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        HashSet<RevisionName> found = [];
        foreach (var label in labels)
            if (TryParse(label) is { } revision && resources.Any(resource => Carries(resource, revision)))
                found.Add(revision);
        return found;
    }

    private static bool Carries(Resource resource, RevisionName revision) => revision.IsDefault
        ? resource.Label(RevisionLabel) == revision.Value && resource.Identity is { Kind: "Deployment", Name: "istiod" }
        : resource.Label(RevisionLabel) == revision.Value && Classifier.CarriesRevision(resource.Identity.Name, revision);

    private static RevisionName? TryParse(string label)
    {
        try
        {
            return RevisionName.Parse(label);
        }
        catch (UserException)
        {
            return null;
        }
    }

    /// <summary>The version that most resources name; several are none, because which one is followed would be a guess.</summary>
    private static HashSet<IstioVersion> Version(IReadOnlyCollection<Resource> resources)
    {
        var named = resources
            .Select(resource => resource.Label("app.kubernetes.io/version") ?? resource.Label("operator.istio.io/version") ?? ChartVersion(resource.Label("helm.sh/chart")))
            .Select(text => IstioVersion.TryParse(text, out var version) ? version : null).OfType<IstioVersion>()
            // The chart "default" is not stamped with the release (istio/istio, manifests/charts/default).
            .Where(version => version != Unstamped)
            .CountBy(version => version).OrderByDescending(version => version.Value).ToList();
        if (named.Count == 0) named = [.. ImageTags(resources).CountBy(version => version).OrderByDescending(version => version.Value)];
        return named.Count == 0 || (named.Count > 1 && named[0].Value == named[1].Value) ? [] : [named[0].Key];
    }

    private static readonly IstioVersion Unstamped = IstioVersion.Parse("1.0.0");

    private static string? ChartVersion(string? chart)
    {
        if (chart is null) return null;
        for (var at = chart.IndexOf('-', StringComparison.Ordinal); at >= 0; at = chart.IndexOf('-', at + 1))
            if (at + 1 < chart.Length && char.IsAsciiDigit(chart[at + 1]))
                return chart[(at + 1)..];
        return null;
    }

    /// <summary>Charts before 1.24 have no label of a version: their images are all that tells it.</summary>
    private static IEnumerable<IstioVersion> ImageTags(IReadOnlyCollection<Resource> resources) => resources
        .Where(resource => resource.Identity.Kind is "Deployment" or "DaemonSet")
        .SelectMany(resource => Walk.Leaves(resource.Root)).Where(leaf => leaf.Place.EndsWith("/image", StringComparison.Ordinal))
        .Select(leaf => leaf.Value is { } image && image.LastIndexOf(':') is var colon and >= 0 && IstioVersion.TryParse(image[(colon + 1)..], out var version) ? version : null)
        .OfType<IstioVersion>();
}
