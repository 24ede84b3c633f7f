using System.Collections.Immutable;
using Meshlift.Adapters.Manifests;
using Meshlift.Adapters.Releases;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Renderers;

/// <summary>The renderer <c>manifests</c>: what was rendered elsewhere.</summary>
/// <param name="istio">The configuration; it names manifests.</param>
/// <param name="root">The folder that a relative path starts from.</param>
/// <param name="http">For addresses.</param>
internal sealed class ManifestsRenderer(IstioSpec istio, string root, HttpClient http) : IRenderer
{
    private readonly ManifestSource _source = istio.Manifests!;

    public string Name => "manifests";

    public string Place => ManifestReader.Shown(_source.Template);

    public bool ListsLocally => true;

    public Task<ImmutableArray<IstioVersion>?> PublishedAsync(CancellationToken cancel) => Task.FromResult(ManifestReader.Published(_source, root, istio.Revision));

    public async Task<RenderedStreams> RenderAsync(IstioVersion version, RevisionName revision, ImmutableDictionary<string, string> locked, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        var reader = new ManifestReader(_source, root, http);
        return new RenderedStreams(await reader.ReadAsync(version, revision, cancel), reader.Location(version, revision), ImmutableDictionary<string, string>.Empty, [], []);
    }
}
