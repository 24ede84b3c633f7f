using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.CommandLine.Output;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary>What the arguments of <c>render</c> say, and the two ways to carry it out.</summary>
/// <param name="Config">The path of the configuration.</param>
/// <param name="Version">The version or range; null for that of the configuration.</param>
/// <param name="Clusters">Which clusters.</param>
/// <param name="Options">What is allowed beyond the usual.</param>
/// <param name="IsDryRun">True to change nothing.</param>
internal sealed record RenderCall(string Config, VersionRange? Version, ClusterChoice Clusters, PlacementOptions Options, bool IsDryRun)
{
    /// <summary>The configuration and the request it makes of these arguments.</summary>
    public RenderRequest Request() => Request(MeshFolder.Read(Config, Config));

    /// <summary>Writes into the checkout.</summary>
    public async Task<int> WriteAsync(RenderOutput writer, CancellationToken cancel)
    {
        var folder = MeshFolder.Read(Config, Config);
        var request = Request(folder);
        using var renders = new RenderTools();
        // In Git's own directory everybody who may work in the checkout finds it, and it leaves with the checkout.
        using var held = IsDryRun ? null : RepositoryLock.Take(folder.Root, folder.GitDirectory() ?? CacheFolder.Path, TimeProvider.System);
        var result = await renders.Run.RunAsync(request, IsDryRun, cancel);
        writer.Write(result, IsDryRun);
        return (int)(result.HasErrors ? ExitCode.Finding : ExitCode.Done);
    }

    /// <summary>Commits to a branch of its own; the checkout is not touched.</summary>
    /// <param name="push">Null not to push; empty for the remote that the repository tracks; else the remote.</param>
    /// <param name="writer">Prints the result.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<CommittedRendering> CommitAsync(string? push, RenderOutput writer, CancellationToken cancel)
    {
        using var renders = new RenderTools();
        var committed = await RenderCommit.RunAsync(renders.Run, renders.Git, MeshFolder.Read(Config, Config), Clusters, Version, Options, push, TimeProvider.System, cancel);
        writer.Write(committed);
        return committed;
    }

    private RenderRequest Request(MeshFolder folder) => new(folder.Mesh, folder.Root, folder.BelowRepository(), Version, Clusters.In(folder.Mesh.Spec), Options);
}
