using System.Text.RegularExpressions;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks.Across;

/// <summary>A name that Helm refuses.</summary>
/// <remarks>ValidateReleaseName in helm/helm, pkg/chartutil.</remarks>
internal sealed partial class ReleaseNamesRule : AcrossRule
{
    /// <summary>The longest name; Helm keeps ten letters for what charts append.</summary>
    public const int Longest = 53;

    public override RuleInfo Info { get; } = new("ML3014", "release_names", Severity.Error, "a release whose name Helm refuses");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        foreach (var (noted, release) in notes.All<ReleaseNote>())
        {
            if (release.Name.Length > Longest) yield return AcrossHit.Of(Info, noted, release.At, release.Path, $"'{release.Name}' has {release.Name.Length} letters; Helm takes {Longest}", "shorten it");
            else if (!Name().IsMatch(release.Name)) yield return AcrossHit.Of(Info, noted, release.At, release.Path, $"'{release.Name}' is no name of a release", "use a-z, 0-9 and '-', beginning and ending with a letter or digit");
        }
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}

/// <summary>Two releases that take each other's resources away.</summary>
internal sealed class ReleasesRule : AcrossRule
{
    public override RuleInfo Info { get; } = new("ML3015", "releases", Severity.Error, "two releases of one name in one namespace");

    public override IEnumerable<AcrossHit> Judge(RepositoryNotes notes)
    {
        var first = new Dictionary<(string Together, string Place, string Name), Noted>();
        foreach (var (noted, release) in notes.All<ReleaseNote>())
        {
            if (release.Place.Length == 0 || first.TryAdd((noted.File.Together, release.Place, release.Name), noted)) continue;
            var other = first[(noted.File.Together, release.Place, release.Name)];
            // The same resource twice is told as that.
            if (release.Identity is not null && release.Identity == other.Note.Subject) continue;
            yield return AcrossHit.Of(
                Info, noted, release.At, release.Path, $"the release {release.Name} is asked for here and at {other.File.ShownAs}:{other.Note.At}: each removes what the other one installed", "give one of them another name");
        }
    }
}
