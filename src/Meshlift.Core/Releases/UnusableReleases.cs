using Meshlift.Core.Versions;

namespace Meshlift.Core.Releases;

/// <summary>Releases that were published and must never be installed.</summary>
/// <remarks>As of 2026-10-01, from Istio's security bulletins: a bulletin whose affected versions are builds to skip, not ranges to leave.</remarks>
public static class UnusableReleases
{
    private static readonly (IstioVersion Version, string Bulletin)[] Known =
    [
        (IstioVersion.Parse("1.13.6"), "ISTIO-SECURITY-2022-006"),
        (IstioVersion.Parse("1.14.2"), "ISTIO-SECURITY-2022-006"),
    ];

    /// <summary>The bulletin that forbids a release; null when there is none.</summary>
    public static string? Bulletin(IstioVersion version) => Array.Find(Known, release => release.Version == version).Bulletin;

    /// <summary>Refuses a release that must never be installed.</summary>
    /// <exception cref="UserException">It is one.</exception>
    public static void Refuse(IstioVersion version)
    {
        if (Bulletin(version) is { } bulletin)
            throw new UserException(
                ErrorKind.Refused,
                $"Istio {version} must not be installed: {bulletin}",
                $"take a later patch of {version.MinorText}; the bulletin is https://istio.io/latest/news/security/{bulletin.ToLowerInvariant()}/");
    }
}
