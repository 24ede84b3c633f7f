using System.Globalization;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Onboarding;

/// <summary>From the revisions that stand somewhere to the template of their names.</summary>
internal static class RevisionNaming
{
    /// <summary>The template that gives these names to these versions.</summary>
    /// <param name="named">Revisions with their versions; versions may be unknown.</param>
    /// <returns>A template that varies, when one gives all names; the name itself, when there is one that follows no version; null when nothing gives all of them.</returns>
    public static RevisionTemplate? Find(IReadOnlyCollection<(RevisionName Revision, IstioVersion? Version)> named)
    {
        foreach (var (revision, version) in named)
        {
            if (version is null) continue;
            foreach (var candidate in Candidates(revision.Value, version))
                if (named.All(one => one.Version is null || candidate.For(one.Version) == one.Revision)) return candidate;
        }
        return named.Select(one => one.Revision).Distinct().ToList() is [var only] ? RevisionTemplate.Parse(only.Value) : null;
    }

    private static IEnumerable<RevisionTemplate> Candidates(string name, IstioVersion version)
    {
        var (major, minor, patch) = (Digits(version.Major), Digits(version.Minor), Digits(version.Patch));
        var prerelease = version.Prerelease.ToLowerInvariant().Replace('.', '-');
        // The longest first: 1-30 is a part of 1-30-3.
        (string Written, string Template)[] forms =
        [
            ($"{major}-{minor}-{patch}", "{major}-{minor}-{patch}"),
            ($"{major}{minor}{patch}", "{major}{minor}{patch}"),
            ($"{major}-{minor}", "{major}-{minor}"),
            ($"{major}{minor}", "{major}{minor}"),
        ];
        foreach (var (written, template) in forms)
        {
            var at = name.IndexOf(written, StringComparison.Ordinal);
            if (at < 0 || (at > 0 && char.IsAsciiDigit(name[at - 1]))) continue;
            var behind = name[(at + written.Length)..];
            if (prerelease.Length > 0 && behind == $"-{prerelease}") behind = "";
            if (behind.Length > 0 && char.IsAsciiDigit(behind[0])) continue;
            yield return RevisionTemplate.Parse(name[..at] + template + behind);
        }
    }

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);
}
