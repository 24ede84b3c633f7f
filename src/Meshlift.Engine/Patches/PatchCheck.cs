using System.Collections.Immutable;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Patching;
using Meshlift.Core.Rendering;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Patches;

/// <summary>What becomes of the patches of one cluster.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Folder">Its folder, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="Patches">What becomes of each, in the order in which they are applied.</param>
public sealed record ClusterPatches(string Cluster, string Folder, ImmutableArray<PatchReport> Patches);

/// <summary>What becomes of patches in a version.</summary>
/// <param name="Version">The version.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Source">Where it was rendered from.</param>
/// <param name="Clusters">Each cluster's patches.</param>
public sealed record CheckedPatches(IstioVersion Version, RevisionName Revision, string Source, ImmutableArray<ClusterPatches> Clusters)
{
    /// <summary>True when every patch is needed as a whole, and fits where it says.</summary>
    public bool AllApply => Clusters.All(cluster => cluster.Patches.All(patch => patch.Outcome.Fit == PatchFit.Applies));
}

/// <summary>Tries patches on a version, and writes nothing.</summary>
/// <param name="render">Renders.</param>
/// <param name="git">Applies patches.</param>
public sealed class PatchCheck(RenderRun render, GitApply git)
{
    /// <summary>Tries all patches that a rendering would use; one that fails does not keep the next ones from being tried.</summary>
    /// <exception cref="UserException">The version cannot be rendered.</exception>
    public async Task<CheckedPatches> RunAsync(RenderRequest request, CancellationToken cancel)
    {
        var prepared = await render.PrepareAsync(request, cancel);
        var rendering = (await prepared.MutateAsync(cancel)).Resources;
        RenderedBytes.Check(rendering, "spec.mutate");
        var clusters = ImmutableArray.CreateBuilder<ClusterPatches>();
        foreach (var cluster in request.Clusters)
        {
            var patches = PatchFolders.Of(request, cluster, prepared.Revision);
            var tried = await new PatchRun(git).TryAsync(rendering, patches.All, prepared.Version, prepared.Revision, cancel);
            clusters.Add(new ClusterPatches(cluster.Name, request.FolderOf(cluster), tried.Reports));
        }
        return new CheckedPatches(prepared.Version, prepared.Revision, prepared.From.Source, clusters.DrainToImmutable());
    }
}
