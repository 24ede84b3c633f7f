using System.Collections.Immutable;
using Meshlift.Adapters.Istioctl;
using Meshlift.Adapters.Releases;
using Meshlift.Core.Configuration;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Renderers;

/// <summary>The renderer <c>istioctl</c>: <c>istioctl manifest generate</c> by the istioctl of the version.</summary>
/// <param name="istio">The configuration.</param>
/// <param name="root">The folder that the files' paths start from.</param>
/// <param name="finder">Finds the program.</param>
/// <param name="published">Lists what is published.</param>
internal sealed class IstioctlRenderer(IstioSpec istio, string root, IstioctlFinder finder, PublishedReleases published) : IRenderer
{
    public string Name => "istioctl";

    public string Place => published.Place;

    public bool ListsLocally => false;

    public async Task<ImmutableArray<IstioVersion>?> PublishedAsync(CancellationToken cancel) => await published.ListAsync(cancel);

    public async Task<RenderedStreams> RenderAsync(IstioVersion version, RevisionName revision, ImmutableDictionary<string, string> locked, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        var files = ManifestGenerate.Read(root, istio.Operators.Select(path => path.Value), version, revision);
        var found = await finder.FindAsync(version, locked, progress, cancel);
        var rendering = await new ManifestGenerate(found.Program, root).RenderAsync(version, revision, files, cancel);
        return new RenderedStreams(
            [rendering.Stream],
            string.Join(", ", istio.Operators),
            found is { Archive: { } archive, Digest: { } digest } ? ImmutableDictionary<string, string>.Empty.Add(archive, digest) : ImmutableDictionary<string, string>.Empty,
            [.. files.Select((file, i) => new RevisionInput(files.Length == 1 ? "istio.operator.yaml" : $"istio.operator-{i + 1}.yaml", file.Document))],
            found.Findings.AddRange(rendering.Findings));
    }
}
