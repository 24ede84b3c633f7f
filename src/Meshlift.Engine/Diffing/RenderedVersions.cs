using System.Collections.Concurrent;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Diffing;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Diffing;

/// <summary>Versions as they would stand in clusters. What is the same for every cluster is rendered once, however many ask at the same time.</summary>
/// <param name="run">Renders, made when a version is first asked for.</param>
public sealed class RenderedVersions(Func<RenderRun> run)
{
    private readonly ConcurrentDictionary<IstioVersion, Lazy<Task<(RenderRequest Request, Preparation Prepared)>>> _prepared = new();
    private readonly Lazy<RenderRun> _run = new(run);

    /// <summary>A version with the patches of a cluster.</summary>
    /// <exception cref="UserException">There is no such version, or it cannot be rendered or patched.</exception>
    public async Task<DiffSide> ReadAsync(MeshFolder mesh, ClusterSpec cluster, IstioVersion version, CancellationToken cancel)
    {
        var (request, prepared) = await _prepared.GetOrAdd(version, _ => new(() => PrepareAsync(mesh, cluster, version, cancel))).Value;
        var patched = await _run.Value.PatchAsync(request, prepared, cluster, cancel);
        return new DiffSide(version.ToString(), ManifestSet.Create(patched.Rendering.Select(classified => classified.Resource)), 0) { IsRendered = true };
    }

    private async Task<(RenderRequest, Preparation)> PrepareAsync(MeshFolder mesh, ClusterSpec cluster, IstioVersion version, CancellationToken cancel)
    {
        var request = new RenderRequest(mesh.Mesh, mesh.Root, mesh.BelowRepository(), VersionRange.Parse(version.ToString()), [cluster], PlacementOptions.None);
        var prepared = await _run.Value.PrepareAsync(request, cancel);
        // Made here, once, so that clusters that are patched at the same time only read it.
        await prepared.MutateAsync(cancel);
        return (request, prepared);
    }
}
