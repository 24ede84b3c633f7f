using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Delivery;
using Meshlift.Core.Placing;
using Meshlift.Core.Tags;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Tags;

/// <summary>What changing a tag did, or would do, to one cluster.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Folder">Its folder, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="Plan">The change.</param>
public sealed record ClusterTagPlan(string Cluster, string Folder, TagPlan Plan);

/// <summary>The tags of one cluster.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Folder">Its folder, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="Report">The tags.</param>
public sealed record ClusterTagReport(string Cluster, string Folder, TagReport Report);

/// <summary>Lists and moves tags in the folders of clusters. Everything it needs stands there; nothing is rendered.</summary>
public static class TagRun
{
    /// <summary>The tags of clusters.</summary>
    /// <exception cref="UserException">A file cannot be read, or is damaged.</exception>
    public static ImmutableArray<ClusterTagReport> List(RenderRequest request) =>
    [
        .. request.Clusters.Select(cluster => new ClusterTagReport(cluster.Name, request.FolderOf(cluster), TagReport.Of(Folder(request, cluster).Read(null), Shown(request, cluster), request.Mesh.Spec.Tags))),
    ];

    /// <summary>Plans a change for every cluster; writes nothing.</summary>
    /// <param name="request">Which clusters; its version and options do not count.</param>
    /// <param name="change">What is wanted.</param>
    /// <exception cref="UserException">It cannot be made in one of the clusters.</exception>
    public static ImmutableArray<ClusterTagPlan> Plan(RenderRequest request, TagChange change)
    {
        var wanted = request.Mesh.Spec.Tags.IndexOf(change.Tag);
        if (change is TagChange.Remove && wanted >= 0)
            throw new UserException(ErrorKind.Refused, $"{request.Mesh.Source.Where($"spec.tags[{wanted}]")}: the tag '{change.Tag}' is wanted, so the next rendering would bring it back", "take it out of spec.tags first");
        return
        [
            .. request.Clusters.Select(cluster => new ClusterTagPlan(
                cluster.Name, request.FolderOf(cluster),
                TagMove.Plan(change, Folder(request, cluster).Read(null), new ClusterTarget(cluster.Name, Shown(request, cluster), DeliveryEngines.For(request.Mesh.Spec.Layout, cluster))))),
        ];
    }

    /// <summary>Writes what was planned, for all clusters or for none.</summary>
    /// <exception cref="UserException">The file system refused.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; nothing was changed.</exception>
    public static void Write(RenderRequest request, ImmutableArray<ClusterTagPlan> plans, CancellationToken cancel)
    {
        var staged = new List<StagedFiles>();
        try
        {
            foreach (var plan in plans) staged.Add(new ClusterFolder(Path.Combine(request.Root, plan.Folder)).Stage(plan.Plan.Placement, cancel));
            StagedFiles.Commit(staged);
        }
        finally
        {
            foreach (var files in Enumerable.Reverse(staged)) files.Dispose();
        }
    }

    /// <summary>What loses its injector with a tag: what asks for it in the files of the repository around the configuration, those that Meshlift wrote left out.</summary>
    /// <param name="request">Where the repository is; its clusters do not count, because no file says for which cluster it is.</param>
    /// <param name="change">What is wanted. Moving a tag is meant for those that ask for it, so only for removing one they are looked for.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">A file cannot be read.</exception>
    public static ImmutableArray<TagUse> Uses(RenderRequest request, TagChange change, CancellationToken cancel)
    {
        if (change is not TagChange.Remove) return [];
        var repository = request.RepositoryFolder.Length == 0 ? request.Root : Path.GetFullPath(string.Concat(request.RepositoryFolder.Split('/').Select(_ => "../")), request.Root);
        var folders = request.Mesh.Spec.Environments.SelectMany(environment => environment.Clusters).Select(cluster => Shown(request, cluster) + "/").ToList();
        return [.. YamlFiles.Below(repository, IsWritten, cancel).SelectMany(file => TagUses.In(file.Bytes, file.Name, change.Tag))];

        bool IsWritten(string path) => folders.Exists(folder => path.StartsWith(folder, StringComparison.Ordinal)
            && path[folder.Length..].Split('/') is [ClusterTree.Common or ClusterTree.Active] or [_, ClusterTree.Generated or ClusterTree.Standby]);
    }

    private static ClusterFolder Folder(RenderRequest request, ClusterSpec cluster) => new(Path.Combine(request.Root, request.FolderOf(cluster)));

    private static string Shown(RenderRequest request, ClusterSpec cluster) => RepositoryFolders.Join(request.RepositoryFolder, request.FolderOf(cluster));
}
