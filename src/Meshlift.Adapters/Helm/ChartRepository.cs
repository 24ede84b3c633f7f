using System.Collections.Immutable;
using Meshlift.Adapters.Manifests;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Charts;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Helm;

/// <summary>A chart repository: a web server with an <c>index.yaml</c>, which is read once.</summary>
/// <param name="address">Its address, without <c>index.yaml</c>.</param>
/// <param name="web">Reads from it.</param>
internal sealed class ChartRepository(Uri address, WebPlace web) : IChartPlace
{
    private const int LargestIndex = 64 << 20;
    private ChartIndex? _index;

    private Uri Index => new UriBuilder(address) { Path = $"{address.AbsolutePath.TrimEnd('/')}/index.yaml" }.Uri;

    /// <inheritdoc/>
    public string Name(IstioChart chart, IstioVersion version) => $"{ManifestReader.Shown(address.AbsoluteUri).TrimEnd('/')} {chart} {version}";

    /// <inheritdoc/>
    public async Task<ChartArchiveAt> FindAsync(IstioChart chart, IstioVersion version, CancellationToken cancel)
    {
        var file = (await IndexAsync(cancel)).Find(chart.Name, version, Index);
        return new ChartArchiveAt(file.Address, file.Digest);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<IstioVersion>> VersionsAsync(IstioChart chart, CancellationToken cancel) => (await IndexAsync(cancel)).Versions(chart.Name);

    private async Task<ChartIndex> IndexAsync(CancellationToken cancel)
    {
        if (_index is not null) return _index;
        var shown = ManifestReader.Shown(Index.AbsoluteUri);
        var content = await web.ReadAsync(Index, LargestIndex, mayBePage: false, cancel)
            ?? throw new UserException(ErrorKind.Environment, $"{shown} is not there (404)", "check spec.istio.charts.source: it is the folder in which the chart repository's index.yaml stands");
        return _index = ChartIndex.Read(content, shown);
    }
}
