using System.Collections.Immutable;
using Meshlift.Adapters.Helm;
using Meshlift.Adapters.Releases;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Tests.Configuration;
using Meshlift.Tests.Releases;

namespace Meshlift.Tests.Helm;

/// <summary>A repository with values and charts, a cache of its own, and a clock on which the pauses between two tries are over at once.</summary>
internal sealed class HelmFixture : IDisposable
{
    public static readonly IstioVersion Version = IstioVersion.Parse(SampleChart.Version);
    public static readonly RevisionName Revision = RevisionName.Parse("1-30-3");
    public static readonly RevisionTemplate Revisions = RevisionTemplate.Parse("{major}-{minor}-{patch}");

    private readonly HttpClient _releasesWeb = ReleaseWeb.Client();
    private HttpClient? _web;

    public TempFolder Folder { get; } = new();

    public PatientClock Clock { get; } = new();

    public RegistryLogins Logins { get; set; } = RegistryLogins.None;

    /// <summary>Settings as <c>meshlift.yaml</c> holds them.</summary>
    public static ChartsSpec Spec(string charts) =>
        MeshText.Read(MeshText.Smallest.Replace("\"1.30.*\"", $"\"1.30.*\"\n    renderer: helm\n    charts: {charts}", StringComparison.Ordinal)).Spec.Istio.Charts!;

    public ChartFinder Finder(ChartsSpec spec, Uri? releases = null) => new(
        spec, Folder.Path, Folder["cache"], _web ??= ChartWeb.Client(Logins),
        new ReleaseFetcher(new ReleaseSource(releases ?? new Uri("file:///nowhere")) { Platform = FetcherFixture.Linux }, Folder["cache"], _releasesWeb, Clock), Clock);

    public Task<FoundCharts> FindAsync(string charts, params IstioChart[] which) => FindAsync(charts, null, which);

    public Task<FoundCharts> FindAsync(string charts, Dictionary<string, string>? locked, params IstioChart[] which) => Finder(Spec(charts)).FindAsync(
        [.. which.DefaultIfEmpty(IstioChart.Istiod)], Version, Revision, Path.Combine(Folder["work"], Path.GetRandomFileName()),
        (locked ?? []).ToImmutableDictionary(StringComparer.Ordinal), progress: null, default);

    /// <summary>Renders with a real Helm, or with a program in its place.</summary>
    public Task<HelmRendering> RenderAsync(string helm, string charts, RevisionName? revision = null, Uri? releases = null, IReadOnlyDictionary<string, string>? surroundings = null)
    {
        var spec = Spec(charts);
        var program = new HelmProgram(RealHelm.In(helm) ?? helm, TimeProvider.System, surroundings);
        return new HelmTemplate(spec, Folder.Path, program, Finder(spec, releases)).RenderAsync(Version, revision ?? Revision, [], progress: null, default);
    }

    /// <summary>All five charts, unpacked.</summary>
    public void Unpack(string folder, string version = SampleChart.Version)
    {
        foreach (var chart in SampleChart.All(version)) chart.Unpack(Folder, $"{folder}/{chart.Name}");
    }

    /// <summary>Every resource of a rendering, as <c>KIND NAMESPACE/NAME</c>, in order.</summary>
    public static string[] Names(HelmRendering rendering) => [.. Resources(rendering).Select(resource => $"{resource.Identity.Kind} {resource.Identity.Namespace}/{resource.Identity.Name}").Order(StringComparer.Ordinal)];

    public static List<Resource> Resources(HelmRendering rendering) => [.. rendering.Streams.SelectMany(stream => ManifestStream.Split(stream.Bytes, stream.Name))];

    public void Dispose()
    {
        _web?.Dispose();
        _releasesWeb.Dispose();
        Folder.Dispose();
    }
}
