using System.Runtime.InteropServices;
using Meshlift.Adapters.Releases;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Releases;

/// <summary>A fetcher with a cache of its own, for Linux on amd64, without cosign.</summary>
internal sealed class FetcherFixture : IDisposable
{
    public const string SmallArchive = "1.30.3/istioctl-1.30.3-linux-amd64.tar.gz";
    public const string WholeArchive = "1.30.3/istio-1.30.3-linux-amd64.tar.gz";

    public static readonly IstioVersion Version = IstioVersion.Parse("1.30.3");
    public static readonly ReleasePlatform Linux = ReleasePlatform.Of(OSPlatform.Linux, Architecture.X64);

    private readonly HttpClient _http = ReleaseWeb.Client();

    public TempFolder Folder { get; } = new();

    public PatientClock Clock { get; } = new();

    public string CacheFolder => Folder["cache"];

    /// <summary>The folder of the cache that holds releases.</summary>
    public string Cache(string relative) => Path.Combine(CacheFolder, "meshlift", "releases", relative);

    /// <summary>A fetcher; its programs are found in the folder <c>bin</c>.</summary>
    public ReleaseFetcher Fetcher(Uri releases, TimeProvider? time = null, ReleasePlatform? platform = null, string? key = null) => new(
        new ReleaseSource(releases) { Platform = platform ?? Linux, SigningKey = key }, CacheFolder, _http, time ?? Clock,
        new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = $"{Folder["bin"]}:/usr/bin:/bin" });

    public Task<FetchedRelease> FetchAsync(Mirror mirror, ReleasePart part = ReleasePart.Istioctl) => FetchAsync(mirror.Releases, part);

    public Task<FetchedRelease> FetchAsync(Uri releases, ReleasePart part = ReleasePart.Istioctl) => Fetcher(releases).FetchAsync(Version, part, locked: [], progress: null, default);

    /// <summary>The program that was fetched.</summary>
    public static byte[] Program(FetchedRelease release) => File.ReadAllBytes(Path.Combine(release.Folder, "istioctl"));

    public void Dispose()
    {
        _http.Dispose();
        Folder.Dispose();
    }
}
