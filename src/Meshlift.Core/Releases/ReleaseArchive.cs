using System.Collections.Immutable;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Releases;

/// <summary>What is needed of a release.</summary>
public enum ReleasePart
{
    /// <summary>The program <c>istioctl</c>.</summary>
    Istioctl,
    /// <summary>The Helm charts, which stand in <c>manifests/charts</c>.</summary>
    Charts,
}

/// <summary>One archive of a release, as Istio names it.</summary>
/// <remarks>Names and contents: istio/release-builder, <c>pkg/build/archive.go</c>, and <c>release/downloadIstioCandidate.sh</c> of istio/istio.</remarks>
/// <param name="Version">The release.</param>
/// <param name="Platform">What its programs run on.</param>
/// <param name="FileName">The name of the file, such as <c>istioctl-1.30.3-linux-amd64.tar.gz</c>.</param>
public sealed record ReleaseArchive(IstioVersion Version, ReleasePlatform Platform, string FileName)
{
    private const string Charts = "manifests/charts/";

    /// <summary>True for a zip file, false for a gzipped tar file.</summary>
    public bool IsZip => FileName.EndsWith(".zip", StringComparison.Ordinal);

    /// <summary>True for the archive of the whole release, false for that of istioctl alone.</summary>
    public bool IsWhole => FileName.StartsWith("istio-", StringComparison.Ordinal);

    /// <summary>The name of the file that holds the archive's digest.</summary>
    public string DigestFileName => FileName + ".sha256";

    /// <summary>The archives that hold a part, the smallest first; behind each the name that it had before all platforms were named alike.</summary>
    public static ImmutableArray<ReleaseArchive> Holding(ReleasePart part, IstioVersion version, ReleasePlatform platform)
    {
        var ending = platform.IsWindows ? ".zip" : ".tar.gz";
        string[] platforms = platform is { System: "osx" or "win", Processor: "amd64" } ? [platform.ToString(), platform.System] : [platform.ToString()];
        string[] prefixes = part == ReleasePart.Istioctl ? ["istioctl", "istio"] : ["istio"];
        return [.. prefixes.SelectMany(prefix => platforms.Select(name => new ReleaseArchive(version, platform, $"{prefix}-{version}-{name}{ending}")))];
    }

    /// <summary>The address of a file of the release.</summary>
    /// <param name="releases">The folder of all releases.</param>
    /// <param name="fileName">The file.</param>
    public Uri Address(Uri releases, string fileName)
    {
        var folder = new UriBuilder(releases);
        folder.Path = $"{folder.Path.TrimEnd('/')}/{Version}/{fileName}";
        return folder.Uri;
    }

    /// <summary>Where an entry of the archive is to be unpacked.</summary>
    /// <param name="path">The entry, as <see cref="ArchiveRules.Check"/> gave it.</param>
    /// <param name="part">What is needed.</param>
    /// <returns>A path relative to the part's own folder; null when the entry is not needed.</returns>
    public string? Target(string path, ReleasePart part)
    {
        var root = IsWhole ? $"istio-{Version}/" : "";
        if (!path.StartsWith(root, StringComparison.Ordinal)) return null;
        var inside = path[root.Length..];
        return part switch
        {
            ReleasePart.Istioctl => inside == (IsWhole ? "bin/" : "") + Platform.Istioctl ? Platform.Istioctl : null,
            _ => IsWhole && inside.Length > Charts.Length && inside.StartsWith(Charts, StringComparison.Ordinal) ? inside[Charts.Length..] : null,
        };
    }
}
