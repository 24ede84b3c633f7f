using System.Collections.Immutable;
using Meshlift.Adapters.Helm;
using Meshlift.Adapters.Releases;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Renderers;

/// <summary>The renderer <c>helm</c>: <c>helm template</c> of each of Istio's charts.</summary>
/// <param name="istio">The configuration; it names charts.</param>
/// <param name="root">The folder that the files' paths start from.</param>
/// <param name="helm">Gives the program for a version.</param>
/// <param name="finder">Gets the charts.</param>
/// <param name="published">Lists what is published, for the charts of the release's archive.</param>
internal sealed class HelmRenderer(IstioSpec istio, string root, Func<IstioVersion, HelmProgram> helm, ChartFinder finder, PublishedReleases published) : IRenderer
{
    private readonly ChartsSpec _charts = istio.Charts!;

    public string Name => "helm";

    public string Place => _charts.Source is ChartSource.Release ? published.Place : _charts.Source.ToString()!;

    public bool ListsLocally => _charts.Source is ChartSource.Folder;

    public async Task<ImmutableArray<IstioVersion>?> PublishedAsync(CancellationToken cancel) =>
        _charts.Source is ChartSource.Release ? await published.ListAsync(cancel) : await finder.PublishedAsync(istio.Revision, cancel);

    public async Task<RenderedStreams> RenderAsync(IstioVersion version, RevisionName revision, ImmutableDictionary<string, string> locked, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        var rendering = await new HelmTemplate(_charts, root, helm(version), finder).RenderAsync(version, revision, locked, progress, cancel);
        return new RenderedStreams(
            rendering.Streams,
            finder.Location(version, revision),
            rendering.Charts.Where(chart => chart is { Archive: not null, Digest: not null }).DistinctBy(chart => chart.Archive, StringComparer.Ordinal).ToImmutableDictionary(chart => chart.Archive!, chart => chart.Digest!, StringComparer.Ordinal),
            rendering.Inputs,
            rendering.Findings);
    }
}
