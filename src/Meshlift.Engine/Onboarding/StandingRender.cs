using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Configuration;
using Meshlift.Core.Onboarding;
using Meshlift.Core.Patching;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Engine.Patches;
using Meshlift.Engine.Renderers;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Onboarding;

/// <summary>Renders the versions that stand in a repository, with the configuration that is drafted for it, in a copy of what that reads; and compares.</summary>
/// <param name="render">Renders.</param>
/// <param name="git">Finds what differs.</param>
public sealed class StandingRender(RenderRun render, GitProgram git)
{
    /// <summary>Compares, and learns from the differences what the configuration must leave out and patch.</summary>
    /// <remarks>What cannot be rendered is no failure of <c>init</c>: then nothing is known of what would differ, and that is told.</remarks>
    /// <returns>The draft with what was learned, and how what it renders compares.</returns>
    internal async Task<(MeshDraft Draft, InitComparison Comparison)> CompareAsync(string root, RepositoryFiles files, RepositoryShape shape, MeshDraft draft, CancellationToken cancel)
    {
        try
        {
            var (first, superseded) = await TryAsync(root, files, shape, draft, cancel);
            draft = draft with { Clean = LearnedCleaning.Find(first.Resources, draft.Standing.Select(one => one.Revision)), Tags = LearnedTags.Find(first.Resources, draft.Standing.Select(one => one.Revision)) };
            var byHand = first.Changed.Where(one => one.IsPatchable).ToList();
            if (LearnedPatching.IsByHand(first.Resources, byHand.Count))
            {
                var author = new PatchAuthor(new GitDiff(git));
                var diffs = new List<(StandingVersion, UnifiedDiff)>();
                foreach (var group in byHand.GroupBy(one => one.Version)) diffs.Add((group.Key, await author.WriteAsync([.. group.Select(one => one.Rendered)], [.. group.Select(one => one.Wanted)], cancel)));
                draft = draft with { Files = [.. draft.Files, .. LearnedPatching.Files(diffs, draft, Applied(files, draft).Except(superseded, StringComparer.Ordinal).Any())] };
            }
            var last = await ComparedAsync(root, files, shape, draft, superseded, cancel);
            draft = draft with { Findings = [.. draft.Findings, .. DraftFindings.Patches(shape, Applied(files, draft), superseded)] };
            var replaced = ReplacedFiles.Find(files, last.Resources, draft);
            return (draft, new InitComparison(last.Resources, replaced with { Whole = [.. replaced.Whole.Concat(superseded).Order(StringComparer.Ordinal)] }, null));
        }
        catch (UserException e)
        {
            return (draft with { Findings = [.. draft.Findings, .. DraftFindings.Patches(shape, Applied(files, draft), [])] }, InitComparison.None with { Failure = e });
        }
    }

    /// <summary>Compares with the patches that are there; where those do not apply to what Meshlift writes, without them.</summary>
    private async Task<(Compared Compared, ImmutableArray<string> Superseded)> TryAsync(string root, RepositoryFiles files, RepositoryShape shape, MeshDraft draft, CancellationToken cancel)
    {
        var applied = Applied(files, draft);
        try
        {
            return (await ComparedAsync(root, files, shape, draft, [], cancel), []);
        }
        catch (UserException) when (!applied.IsEmpty)
        {
            return (await ComparedAsync(root, files, shape, draft, applied, cancel), applied);
        }
    }

    private async Task<Compared> ComparedAsync(string root, RepositoryFiles files, RepositoryShape shape, MeshDraft draft, ImmutableArray<string> without, CancellationToken cancel)
    {
        var mesh = InitRun.Read(MeshDraftText.Write(draft));
        using var copy = new TemporaryFolder();
        Copy(root, copy.Path, files, mesh, draft, without);
        var resources = ImmutableArray.CreateBuilder<ComparedResource>();
        var changed = ImmutableArray.CreateBuilder<ChangedResource>();
        var rendered = await RenderAsync(mesh, copy.Path, root, draft, cancel);
        foreach (var cluster in draft.Environments.SelectMany(environment => environment.Clusters))
        {
            var standing = shape.Clusters.FirstOrDefault(one => one.Path == cluster.Path.Value)?.Resources ?? [];
            var compared = StandingComparison.Compare(cluster.Name, RepositoryFolders.Join(cluster.Path.Value, draft.Folder), standing, rendered[cluster.Name].Select(one => one.Version));
            resources.AddRange(compared);
            foreach (var one in compared.Where(one => one.Difference == StandingDifference.Changed))
            {
                // What exists once is the first one's; of all else the newest makes what it is.
                var all = rendered[cluster.Name].SelectMany(other => other.Version.Resources.Select(resource => (other.Standing, Resource: resource))).Where(other => other.Resource.Resource.Identity == one.Resource).ToList();
                var (version, classified) = all[0].Resource.Class.Class == ResourceClass.OnceOnly ? all[0] : all[^1];
                changed.Add(new ChangedResource(version, classified, standing.First(other => other.Resource.Identity == one.Resource).Resource));
            }
        }
        return new Compared(resources.DrainToImmutable(), changed.DrainToImmutable());
    }

    private async Task<Dictionary<string, List<(StandingVersion Standing, RenderedVersion Version)>>> RenderAsync(Mesh mesh, string root, string programs, MeshDraft draft, CancellationToken cancel)
    {
        var rendered = new Dictionary<string, List<(StandingVersion, RenderedVersion)>>(StringComparer.Ordinal);
        foreach (var version in draft.Standing.GroupBy(one => one.Version).OrderBy(group => group.Key))
        {
            var clusters = mesh.Spec.Environments.SelectMany(environment => environment.Clusters).Where(cluster => version.Any(one => one.Cluster.Name == cluster.Name)).ToImmutableArray();
            var request = new RenderRequest(mesh, root, "", VersionRange.Parse(version.Key.ToString()), clusters, PlacementOptions.None) { Programs = programs };
            var prepared = await render.PrepareAsync(request, cancel);
            foreach (var cluster in clusters)
            {
                var resources = await render.TagAsync(request, prepared, cluster, cancel);
                if (!rendered.TryGetValue(cluster.Name, out var versions)) rendered[cluster.Name] = versions = [];
                versions.Add((version.First(one => one.Cluster.Name == cluster.Name), new RenderedVersion(prepared.Revision, prepared.Version, resources)));
            }
        }
        return rendered;
    }

    /// <summary>The patches of the repository that a render would apply.</summary>
    private static ImmutableArray<string> Applied(RepositoryFiles files, MeshDraft draft)
    {
        string[] folders = ["istio/patches", .. draft.Standing.Select(one => RepositoryFolders.Join(one.Cluster.Path.Value, draft.Folder, one.Revision.Value))];
        return [.. files.Paths.Where(path => path.EndsWith(".patch", StringComparison.Ordinal) && folders.Contains(path[..Math.Max(0, path.LastIndexOf('/'))], StringComparer.Ordinal))];
    }

    /// <summary>What the renderer reads, together with what is not written yet.</summary>
    private static void Copy(string root, string target, RepositoryFiles files, Mesh mesh, MeshDraft draft, ImmutableArray<string> without)
    {
        foreach (var file in draft.Files) BoundedFile.Write(Path.Combine(target, file.Path), file.Bytes);
        string[] inputs = [.. draft.Standing.SelectMany(one => RendererInputs.Of(mesh.Spec.Istio, one.Version)).Distinct(StringComparer.Ordinal), .. Applied(files, draft).Except(without, StringComparer.Ordinal)];
        foreach (var path in files.Paths.Where(path => inputs.Any(input => path == input || path.StartsWith(input + "/", StringComparison.Ordinal))))
            if (new FileInfo(Path.Combine(root, path)) is { Exists: true, LinkTarget: null } && !File.Exists(Path.Combine(target, path)))
                BoundedFile.Write(Path.Combine(target, path), BoundedFile.Read(Path.Combine(root, path)));
    }

    private sealed record Compared(ImmutableArray<ComparedResource> Resources, ImmutableArray<ChangedResource> Changed);
}
