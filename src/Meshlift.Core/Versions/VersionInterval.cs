using System.Collections.Immutable;

namespace Meshlift.Core.Versions;

/// <summary>One end of an interval.</summary>
/// <param name="Version">Where the interval ends.</param>
/// <param name="Inclusive">True when that version belongs to it.</param>
internal readonly record struct VersionBound(IstioVersion Version, bool Inclusive);

/// <summary>What comparators joined by AND come to: all versions between two bounds.</summary>
/// <param name="Lower">Null when there is none.</param>
/// <param name="Upper">Null when there is none.</param>
/// <param name="WithPrereleases">
/// The versions that a comparator named with a pre-release: only their pre-releases belong to the interval (the rule of npm's semver, "Prerelease Tags").
/// </param>
internal sealed record VersionInterval(VersionBound? Lower, VersionBound? Upper, ImmutableArray<IstioVersion> WithPrereleases)
{
    /// <summary>Every release, no pre-release.</summary>
    public static VersionInterval All { get; } = new(null, null, []);

    /// <summary>True when no version can be in it.</summary>
    public bool IsEmpty =>
        Lower is { } lower && Upper is { } upper && lower.Version.CompareTo(upper.Version) is var order && (order > 0 || order == 0 && !(lower.Inclusive && upper.Inclusive));

    public bool Contains(IstioVersion version)
    {
        if (Lower is { } lower && version.CompareTo(lower.Version) is var above && (above < 0 || above == 0 && !lower.Inclusive)) return false;
        if (Upper is { } upper && version.CompareTo(upper.Version) is var below && (below > 0 || below == 0 && !upper.Inclusive)) return false;
        return !version.IsPrerelease || WithPrereleases.Any(named => (named.Major, named.Minor, named.Patch) == (version.Major, version.Minor, version.Patch));
    }

    public VersionInterval Intersect(VersionInterval other) => new(
        Narrower(Lower, other.Lower, sign: 1),
        Narrower(Upper, other.Upper, sign: -1),
        WithPrereleases.AddRange(other.WithPrereleases));

    private static VersionBound? Narrower(VersionBound? left, VersionBound? right, int sign)
    {
        if (left is not { } a || right is not { } b) return left ?? right;
        var order = sign * a.Version.CompareTo(b.Version);
        return order > 0 || order == 0 && !a.Inclusive ? a : b;
    }
}
