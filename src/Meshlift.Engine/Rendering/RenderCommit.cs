using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Locking;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Engine.Renderers;

namespace Meshlift.Engine.Rendering;

/// <summary>What a rendering became in Git.</summary>
/// <param name="Result">What was rendered.</param>
/// <param name="Branch">The branch.</param>
/// <param name="How">What happened to the branch.</param>
/// <param name="Commit">Its tip; null when there was nothing to commit.</param>
/// <param name="Remote">Where it was pushed to; null when it was not.</param>
public sealed record CommittedRendering(RenderResult Result, BranchName Branch, PublishedAs How, CommitId? Commit, string? Remote);

/// <summary>Renders in a worktree of its own and commits to a branch that is named after the step.</summary>
/// <remarks>
/// The configuration, the patches and the manifests are those of the commit that is checked out, so that the branch can be made again from Git alone; what
/// is not committed is named as a finding. CRDs are committed before what may use them.
/// </remarks>
public static class RenderCommit
{
    private const string Step = "render";

    /// <summary>Renders and commits.</summary>
    /// <param name="run">Renders.</param>
    /// <param name="git">The program.</param>
    /// <param name="file">The configuration in the user's checkout.</param>
    /// <param name="choice">Which clusters.</param>
    /// <param name="version">Which version; null for the newest of the configuration's range.</param>
    /// <param name="options">What is allowed beyond the usual.</param>
    /// <param name="push">Null not to push; empty for the remote that the repository tracks; else the remote.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up; the branch stays as it was.</param>
    /// <exception cref="UserException">Something failed; the branch is as it was, and so is the checkout.</exception>
    public static async Task<CommittedRendering> RunAsync(
        RenderRun run, GitProgram git, MeshFolder file, ClusterChoice choice, VersionRange? version, PlacementOptions options, string? push, TimeProvider time, CancellationToken cancel)
    {
        var repository = await GitRepository.FindAsync(git, file.Root, cancel)
            ?? throw new UserException(ErrorKind.Environment, $"{file.Root} is in no Git repository", "run 'git init' and commit, or render without --commit");
        using var held = RepositoryLock.Take(repository, time);
        var basis = await repository.HeadAsync(cancel);
        var below = file.BelowRepository();
        await RefuseSubmodulesAsync(repository, file, choice, below, cancel);

        var remote = await RemoteAsync(repository, push, cancel);
        var exact = await run.ResolveAsync(new RenderRequest(file.Mesh, file.Root, below, version, choice.In(file.Mesh.Spec), options), cancel);
        var branch = BranchName.For(Step, exact.ToString(), choice.NameIn(file.Mesh.Spec));
        await using var change = await repository.BeginChangeAsync(held, branch, basis, cancel);
        var committed = CommittedFolder(file, change, below);
        var request = new RenderRequest(committed.Mesh, committed.Root, below, VersionRange.Parse(exact.ToString()), choice.In(committed.Mesh.Spec), options) { Programs = file.Root };
        RequireInputs(request, file, exact);
        var result = await run.RunAsync(request, isDryRun: false, cancel);
        result = result with { Findings = result.Findings.AddRange(await UncommittedAsync(repository, file, result, cancel)) };

        await CommitAsync(change, request, result, cancel);
        var published = await change.PublishAsync(cancel);
        if (remote is not null && published.Commit is not null) await repository.PushAsync(remote, branch, cancel);
        return new CommittedRendering(result, branch, published.How, published.Commit, published.Commit is null ? null : remote);
    }

    internal static async Task<string?> RemoteAsync(GitRepository repository, string? push, CancellationToken cancel) => push switch
    {
        null => null,
        "" => await repository.DefaultRemoteAsync(cancel) ?? throw new UserException(ErrorKind.Environment, "the repository has no remote that --push could mean", "name one: --push origin"),
        _ => push,
    };

    internal static MeshFolder CommittedFolder(MeshFolder file, GitChange change, string below)
    {
        var name = Path.GetFileName(file.Mesh.Source.FileName);
        var path = Path.Combine(change.Folder, below, name);
        return File.Exists(path)
            ? MeshFolder.Read(path, file.Mesh.Source.FileName)
            : throw new UserException(ErrorKind.Input, $"{file.Mesh.Source.FileName} is not committed yet", "commit it first: a branch is made from what Git has, so that it can be made again");
    }

    internal static async Task RefuseSubmodulesAsync(GitRepository repository, MeshFolder file, ClusterChoice choice, string below, CancellationToken cancel)
    {
        foreach (var cluster in choice.In(file.Mesh.Spec))
            if (await repository.SubmoduleOfAsync(RepositoryFolders.Join(below, cluster.Path.Value), cancel) is { } submodule)
                throw new UserException(ErrorKind.Refused, $"{file.Mesh.Source.Where($"spec.environments[*].clusters[name={cluster.Name}].path")}: the folder of the cluster '{cluster.Name}' is in the submodule {submodule}", "put a meshlift.yaml into that repository and run meshlift there");
    }

    /// <summary>What the renderer needs may stand in the checkout; a branch is made from the commit.</summary>
    private static void RequireInputs(RenderRequest request, MeshFolder file, IstioVersion version)
    {
        foreach (var path in RendererInputs.Of(request.Mesh.Spec.Istio, version))
            if (!Path.Exists(Path.Combine(request.Root, path)) && Path.Exists(Path.Combine(file.Root, path)))
                throw new UserException(ErrorKind.Input, $"{path} is not committed yet", "commit it first: a branch is made from what Git has, so that it can be made again");
    }

    private static async Task<ImmutableArray<Finding>> UncommittedAsync(GitRepository repository, MeshFolder file, RenderResult result, CancellationToken cancel)
    {
        List<string> inputs =
        [
            Path.Combine(file.Root, Path.GetFileName(file.Mesh.Source.FileName)),
            Path.Combine(file.Root, file.Mesh.Spec.Istio.Patches.Value),
            .. RendererInputs.Of(file.Mesh.Spec.Istio, result.Version).Select(path => Path.Combine(file.Root, path)),
        ];
        inputs.AddRange(file.Mesh.Spec.Mutate.OfType<Mutation.Function>().Select(function => Path.Combine(file.Root, function.Exec.Value)));
        foreach (var folder in result.Clusters.Select(cluster => Path.Combine(file.Root, cluster.Folder, result.Revision.Value)).Where(Directory.Exists))
            inputs.AddRange(Directory.EnumerateFiles(folder, "*.patch"));
        return
        [
            .. (await repository.UncommittedAsync(inputs, cancel)).Select(path =>
                new Finding("ML1010", Severity.Warning, "this change is not committed, so it is not part of what was rendered", path.Path)),
        ];
    }

    private static async Task CommitAsync(GitChange change, RenderRequest request, RenderResult result, CancellationToken cancel)
    {
        var first = new List<string>();
        var rest = new List<string>();
        foreach (var cluster in result.Clusters)
        {
            var folder = RepositoryFolders.Join(request.RepositoryFolder, cluster.Folder);
            foreach (var planned in cluster.Placement.Files.Where(planned => planned.Change != FileChangeKind.Unchanged))
                (planned.LandsFirst ? first : rest).Add($"{folder}/{planned.Path}");
        }
        // Without a CRD among them they are files of the delivery engine, which belong to the rest.
        if (!result.Clusters.Any(cluster => cluster.Placement.Files.Any(planned => planned is { LandsFirst: true, Resource: not null, Change: not FileChangeKind.Unchanged })))
        {
            rest.AddRange(first);
            first.Clear();
        }
        if (result.LockFile != FileChangeKind.Unchanged) rest.Add(RepositoryFolders.Join(request.RepositoryFolder, LockFile.Name));
        string[] clusters = [.. result.Clusters.Select(cluster => cluster.Cluster)];
        var where = string.Join(", ", clusters);
        if (first.Count > 0)
        {
            var message = CommitMessage.Create(
                $"Bring the CRDs of Istio {result.Version} to {where}",
                "Custom resource definitions come first, in a commit of their own: what follows\nmay use them, and they are never taken back.",
                "render-crds", result.Version.ToString(), result.Revision.Value, clusters);
            await change.CommitAsync(message, first, cancel);
        }
        if (rest.Count > 0)
        {
            var message = CommitMessage.Create($"Render Istio {result.Version} as {result.Revision} for {where}", Body(result), Step, result.Version.ToString(), result.Revision.Value, clusters);
            await change.CommitAsync(message, rest, cancel);
        }
    }

    private static string Body(RenderResult result)
    {
        var body = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture, $"Rendered from {result.Source}.\n");
        foreach (var cluster in result.Clusters)
        {
            var counts = cluster.Placement.Files.CountBy(file => file.Change).ToDictionary();
            body.Append(CultureInfo.InvariantCulture, $"\n{cluster.Cluster}: {Counted.Of(counts.GetValueOrDefault(FileChangeKind.Added), "file")} added, {counts.GetValueOrDefault(FileChangeKind.Changed)} changed, {counts.GetValueOrDefault(FileChangeKind.Removed)} removed\n");
            foreach (var patch in cluster.Patches.Where(patch => !patch.Files.IsEmpty)) body.Append(CultureInfo.InvariantCulture, $"- patched by {patch.Name}\n");
            foreach (var removed in cluster.Placement.Files.Where(file => file is { Change: FileChangeKind.Removed, Resource: not null }))
                body.Append(CultureInfo.InvariantCulture, $"- no longer rendered: {removed.Resource}\n");
            foreach (var finding in cluster.Placement.Findings) body.Append(CultureInfo.InvariantCulture, $"- {finding.Message} ({finding.Code})\n");
        }
        return body.ToString();
    }
}
