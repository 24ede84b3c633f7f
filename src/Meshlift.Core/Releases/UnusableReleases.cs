using Meshlift.Core.Knowledge;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Releases;

/// <summary>Releases that were published and must never be installed, as this build knows them; they stand in <c>versions.json</c>.</summary>
public static class UnusableReleases
{
    /// <summary>The bulletin that forbids a release; null when there is none.</summary>
    public static string? Bulletin(IstioVersion version) => ReleaseKnowledge.BuiltIn.NeverInstall.FirstOrDefault(release => release.Version == version)?.Reason;

    /// <summary>Refuses a release that must never be installed.</summary>
    /// <exception cref="UserException">It is one.</exception>
    public static void Refuse(IstioVersion version)
    {
        if (ReleaseKnowledge.BuiltIn.NeverInstall.FirstOrDefault(release => release.Version == version) is { } unusable)
            throw new UserException(ErrorKind.Refused, $"Istio {version} must not be installed: {unusable.Reason}", $"take a later patch of {version.MinorText}; the reason is at {unusable.Source}");
    }
}
