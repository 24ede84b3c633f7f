using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meshlift.Core.Configuration;
using NuGet.Versioning;

namespace Meshlift.Core.Versions;

/// <summary>The version of a published Istio release: bare semantic version, such as <c>1.30.3</c> or <c>1.31.0-rc.0</c>.</summary>
/// <remarks>
/// Ordered as semver.org 2.0.0 section 11 says, so a pre-release is older than its release; but letters of a pre-release are compared without regard to
/// case. Build metadata (<c>+...</c>) is refused: neither Istio's tags nor its archives carry any, and order would not see it.
/// </remarks>
public sealed record IstioVersion : IComparable<IstioVersion>
{
    private const int LongestText = 64;
    private readonly SemanticVersion _version;

    private IstioVersion(SemanticVersion version) => _version = version;

    /// <summary>The first number.</summary>
    public int Major => _version.Major;

    /// <summary>The second number; Istio publishes a new one every quarter, with new behaviour.</summary>
    public int Minor => _version.Minor;

    /// <summary>The third number.</summary>
    public int Patch => _version.Patch;

    /// <summary>What follows the dash, such as <c>rc.0</c>; empty for a release.</summary>
    public string Prerelease => _version.Release;

    /// <summary>True for an alpha, a beta, a release candidate.</summary>
    public bool IsPrerelease => _version.IsPrerelease;

    /// <summary>The line of releases that this one belongs to, such as <c>1.30</c>.</summary>
    public string MinorText => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    /// <summary>Parses a version.</summary>
    /// <exception cref="UserException">The text is not a bare semantic version.</exception>
    public static IstioVersion Parse(string text)
    {
        if (TryParse(text, out var version)) return version;
        var remedy = text is ['v' or 'V', .. var rest] && TryParse(rest, out _)
            ? $"Istio's versions are written without a 'v': {rest}"
            : "write three numbers, for example 1.30.3 or 1.31.0-rc.0";
        throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not an Istio version", remedy);
    }

    /// <summary>Parses a version; false when the text is not a bare semantic version.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IstioVersion? version)
    {
        version = text is { Length: <= LongestText } && SemanticVersion.TryParse(text, out var parsed) && !parsed.HasMetadata ? new IstioVersion(parsed) : null;
        return version is not null;
    }

    /// <inheritdoc/>
    public int CompareTo(IstioVersion? other) => _version.CompareTo(other?._version);

    /// <summary>True when <paramref name="left"/> is older.</summary>
    public static bool operator <(IstioVersion left, IstioVersion right) => left.CompareTo(right) < 0;

    /// <summary>True when <paramref name="left"/> is newer.</summary>
    public static bool operator >(IstioVersion left, IstioVersion right) => left.CompareTo(right) > 0;

    /// <summary>True when <paramref name="left"/> is not newer.</summary>
    public static bool operator <=(IstioVersion left, IstioVersion right) => left.CompareTo(right) <= 0;

    /// <summary>True when <paramref name="left"/> is not older.</summary>
    public static bool operator >=(IstioVersion left, IstioVersion right) => left.CompareTo(right) >= 0;

    /// <summary>The version as Istio tags it, such as <c>1.31.0-rc.0</c>.</summary>
    public override string ToString() => _version.ToNormalizedString();
}
