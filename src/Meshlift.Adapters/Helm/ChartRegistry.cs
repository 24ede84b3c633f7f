using System.Collections.Immutable;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Charts;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Helm;

/// <summary>Charts in an OCI registry.</summary>
/// <remarks>OCI Distribution Specification 1.1, "Pull" and "Content Discovery".</remarks>
/// <param name="place">The registry and the path above the charts.</param>
/// <param name="plainHttp">Without TLS; a registry on this computer always is spoken to that way.</param>
/// <param name="web">Reads from it.</param>
internal sealed class ChartRegistry(OciPlace place, bool plainHttp, WebPlace web) : IChartPlace
{
    private const int LargestManifest = 4 << 20;
    private const int MostPages = 100;
    private const int MostShown = 8;
    private readonly bool _plain = plainHttp || place.IsLoopback;

    /// <inheritdoc/>
    public string Name(IstioChart chart, IstioVersion version) => $"oci://{place.Host}/{place.Repository(chart.Name)}:{version}";

    /// <inheritdoc/>
    public async Task<ChartArchiveAt> FindAsync(IstioChart chart, IstioVersion version, CancellationToken cancel)
    {
        var name = Name(chart, version);
        var manifest = await web.ReadAsync(place.Manifest(chart.Name, version.ToString(), _plain), LargestManifest, mayBePage: false, cancel) ?? throw await MissingAsync(chart, version, cancel);
        var digest = OciManifest.ArchiveDigest(manifest, name);
        return new ChartArchiveAt(place.Blob(chart.Name, digest, _plain), digest);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<IstioVersion>> VersionsAsync(IstioChart chart, CancellationToken cancel)
    {
        // The header that links to the next page is not asked for: registries that cap a page silently would end the list early.
        var tags = new HashSet<string>(StringComparer.Ordinal);
        string? last = null;
        for (var page = 0; page < MostPages; page++)
        {
            var address = place.Tags(chart.Name, last, _plain);
            if (await web.ReadAsync(address, LargestManifest, mayBePage: false, cancel) is not { } content) break;
            var found = OciManifest.Tags(content, WebPlace.Shown(address));
            var before = tags.Count;
            tags.UnionWith(found);
            if (tags.Count == before) break;
            last = found[^1];
        }
        return [.. tags.Select(tag => IstioVersion.TryParse(tag, out var version) ? version : null).OfType<IstioVersion>().Order()];
    }

    private async Task<UserException> MissingAsync(IstioChart chart, IstioVersion version, CancellationToken cancel)
    {
        var published = await VersionsAsync(chart, cancel);
        return published.IsEmpty
            ? new UserException(ErrorKind.Input, $"{place} has no chart {chart}", "check spec.istio.charts.source: the charts' own names are put behind it; or copy the chart there")
            : new UserException(ErrorKind.Input, $"{place} has the chart {chart}, but not version {version}; there is {string.Join(", ", published.TakeLast(MostShown))}", "name a version that is there, or another source in spec.istio.charts.source");
    }
}
