using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Configuration;
using Meshlift.Core.Delivery;
using Meshlift.Core.Findings;
using Meshlift.Core.Locking;
using Meshlift.Core.Placing;
using Meshlift.Core.Rendering;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;
using Meshlift.Engine.Patches;
using Meshlift.Engine.Renderers;

namespace Meshlift.Engine.Rendering;

/// <summary>From a version to files in the folders of clusters.</summary>
/// <param name="renderers">Renders.</param>
/// <param name="git">Applies patches.</param>
/// <param name="progress">Told how a fetch goes; null: nobody.</param>
public sealed class RenderRun(RendererChoice renderers, GitApply git, IProgress<FetchProgress>? progress = null)
{
    /// <summary>Plans everything, then writes everything. Nothing is written unless every cluster's plan is made.</summary>
    /// <param name="request">What to render.</param>
    /// <param name="isDryRun">True to plan only.</param>
    /// <param name="cancel">Gives up; nothing is half-written.</param>
    /// <exception cref="UserException">A step failed. Nothing was written, unless the message says otherwise.</exception>
    public async Task<RenderResult> RunAsync(RenderRequest request, bool isDryRun, CancellationToken cancel)
    {
        var lockFile = ReadLock(request);
        var prepared = await PrepareAsync(request, lockFile, cancel);
        await prepared.MutateAsync(cancel);
        var findings = prepared.Findings;
        var from = prepared.From;
        var results = ImmutableArray.CreateBuilder<ClusterResult>();
        foreach (var cluster in request.Clusters)
        {
            var (rendering, reports) = await PatchAsync(request, prepared, cluster, cancel);
            var folder = request.FolderOf(cluster);
            var target = new ClusterTarget(cluster.Name, RepositoryFolders.Join(request.RepositoryFolder, folder), DeliveryEngines.For(request.Mesh.Spec.Layout, cluster));
            var tree = new ClusterFolder(Path.Combine(request.Root, folder)).Read(prepared.Revision);
            var (tagged, notes) = Tagged(request, new RenderedRevision(prepared.Revision, prepared.Version, from, rendering) { Inputs = prepared.Inputs }, tree, target.Folder);
            var placement = Placer.Plan(tagged, tree, target, request.Options);
            results.Add(new ClusterResult(cluster.Name, folder, placement with { Findings = [.. notes, .. placement.Findings, .. reports.SelectMany(report => report.Findings)] }, reports));

            var entry = new LockEntry(cluster.Name, prepared.Revision, prepared.Version, from.Source, from.Digest, RenderedBytes.Digest(rendering.Select(one => one.Resource)));
            if (lockFile.Find(cluster.Name, prepared.Revision) is { } before && before.Version == entry.Version && before.Source == entry.Source && before.SourceDigest != entry.SourceDigest)
                findings = findings.Add(new Finding("ML1013", Severity.Warning, $"{entry.Source} is not what it was when {entry.Version} was last rendered for {cluster.Name}", entry.Source));
            lockFile = lockFile.With(entry);
        }
        lockFile = lockFile.With(prepared.Version, prepared.Artifacts);
        var lockChange = Write(request, results.ToImmutable(), lockFile, isDryRun, cancel);
        return new RenderResult(prepared.Version, prepared.Revision, from.Source, prepared.Cleaned.Removed, results.DrainToImmutable(), lockChange, findings);
    }

    /// <summary>The steps up to <c>mutate</c>, each made when it is asked for.</summary>
    /// <exception cref="UserException">There is no such version, or it cannot be rendered.</exception>
    public Task<Preparation> PrepareAsync(RenderRequest request, CancellationToken cancel) => PrepareAsync(request, ReadLock(request), cancel);

    /// <summary>The step <c>resolve</c>.</summary>
    /// <exception cref="UserException">There is no such version, it must not be installed, or the versions cannot be listed.</exception>
    public Task<IstioVersion> ResolveAsync(RenderRequest request, CancellationToken cancel) =>
        Preparation.ResolveAsync(request.Mesh.Spec.Istio, Renderer(request), request.Version, cancel);

    /// <summary>The steps <c>patch</c> and <c>tags</c> for one cluster.</summary>
    /// <exception cref="UserException">A patch does not apply, or a tag has the name of a revision.</exception>
    public async Task<ImmutableArray<ClassifiedResource>> TagAsync(RenderRequest request, Preparation prepared, ClusterSpec cluster, CancellationToken cancel)
    {
        var (rendering, _) = await PatchAsync(request, prepared, cluster, cancel);
        var folder = request.FolderOf(cluster);
        var tree = new ClusterFolder(Path.Combine(request.Root, folder)).Read(prepared.Revision);
        return Tagged(request, new RenderedRevision(prepared.Revision, prepared.Version, prepared.From, rendering), tree, folder).Rendered.Resources;
    }

    private static (RenderedRevision Rendered, ImmutableArray<Finding> Findings) Tagged(RenderRequest request, RenderedRevision rendered, ClusterTree tree, string folder)
    {
        var standing = ClusterTags.Read(tree, folder);
        var others = tree.ReadRevisions(folder).Select(one => one.Revision).Where(one => one != rendered.Revision).ToList();
        var tagged = TagStep.Add(rendered, new TagWishes(request.Mesh.Spec.Tags, request.Mesh.Spec.ControlPlane.Alias), standing, others);
        DefaultTag.RefuseToMove(tagged.Rendered, request.Options.Activate, standing);
        return tagged;
    }

    /// <summary>The step <c>patch</c> for one cluster: the patches of the mesh, then the revision's own.</summary>
    /// <exception cref="UserException">A patch does not apply.</exception>
    public async Task<Patched> PatchAsync(RenderRequest request, Preparation prepared, ClusterSpec cluster, CancellationToken cancel)
    {
        var patches = PatchFolders.Of(request, cluster, prepared.Revision);
        var mutated = (await prepared.MutateAsync(cancel)).Resources;
        RenderedBytes.Check(mutated, "spec.mutate");
        return await new PatchRun(git).ApplyAsync(mutated, patches.All, prepared.Version, prepared.Revision, cancel);
    }

    private Task<Preparation> PrepareAsync(RenderRequest request, LockFile lockFile, CancellationToken cancel) =>
        Preparation.ReadAsync(request, Renderer(request), lockFile, progress, cancel);

    private IRenderer Renderer(RenderRequest request) => renderers.For(request.Mesh.Spec.Istio, request.Root, request.Programs);

    private static LockFile ReadLock(RenderRequest request) =>
        BoundedFile.ReadIfThere(LockPath(request)) is { } bytes ? LockFile.Read(bytes.Span, LockFile.Name) : LockFile.Empty;

    private static string LockPath(RenderRequest request) => Path.Combine(request.Root, LockFile.Name);

    private static FileChangeKind Write(RenderRequest request, ImmutableArray<ClusterResult> results, LockFile lockFile, bool isDryRun, CancellationToken cancel)
    {
        var bytes = lockFile.Write();
        var change = BoundedFile.ReadIfThere(LockPath(request)) is not { } before ? FileChangeKind.Added
            : before.Span.SequenceEqual(bytes.Span) ? FileChangeKind.Unchanged : FileChangeKind.Changed;
        if (isDryRun) return change;
        var staged = new List<StagedFiles>();
        try
        {
            foreach (var result in results) staged.Add(new ClusterFolder(Path.Combine(request.Root, result.Folder)).Stage(result.Placement, cancel));
            staged.Add(StagedFile.Stage(LockPath(request), bytes.Span));
            // From here on an interrupt waits: what is left takes milliseconds.
            StagedFiles.Commit(staged);
            return change;
        }
        finally
        {
            // A folder that one has made may hold a folder of the next.
            foreach (var files in Enumerable.Reverse(staged)) files.Dispose();
        }
    }
}
