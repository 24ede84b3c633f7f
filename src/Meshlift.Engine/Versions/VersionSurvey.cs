using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Knowledge;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Engine.Renderers;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Versions;

/// <summary>What could be found out about versions.</summary>
/// <param name="Place">Where versions are published.</param>
/// <param name="Range">What is wanted.</param>
/// <param name="Table">The versions.</param>
/// <param name="Knowledge">What answered.</param>
/// <param name="IsKnowledgeOld">True when that is so old that somebody should bring it up to date.</param>
/// <param name="Unlisted">Why the published versions are not known; null when they are.</param>
public sealed record VersionReport(string Place, VersionRange Range, VersionTable Table, KnowledgeInUse Knowledge, bool IsKnowledgeOld, UserException? Unlisted);

/// <summary>What is asked about versions.</summary>
/// <param name="Range">What is wanted; null for the range of the configuration.</param>
/// <param name="All">False to leave out what hardly anybody asks about.</param>
/// <param name="IsOffline">True to ask nobody over the network.</param>
/// <param name="On">The day for which it is asked; null for today.</param>
public sealed record VersionQuestion(VersionRange? Range, bool All, bool IsOffline, DateOnly? On);

/// <summary>Asks where versions are published, and looks at what stands in the clusters' folders.</summary>
/// <param name="renderers">Knows where versions are published.</param>
/// <param name="time">The clock.</param>
public sealed class VersionSurvey(RendererChoice renderers, TimeProvider time)
{
    /// <summary>Makes the report. Where nobody answers, what stands in Git is reported all the same.</summary>
    /// <param name="folder">The configuration.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="knowledge">What answers.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">An inventory is damaged, or a file cannot be read.</exception>
    public async Task<VersionReport> RunAsync(MeshFolder folder, VersionQuestion question, KnowledgeInUse knowledge, CancellationToken cancel)
    {
        var istio = folder.Mesh.Spec.Istio;
        var renderer = renderers.For(istio, folder.Root, folder.Root);
        var installed = Installed(folder, knowledge.Known);
        var (published, unlisted) = question.IsOffline && !IsLocal(istio)
            ? (null, new UserException(ErrorKind.Input, $"{renderer.Place} was not asked: --offline", "leave out --offline"))
            : await PublishedAsync(renderer, cancel);
        var today = question.On ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var wanted = question.Range ?? istio.Versions;
        var table = VersionTable.Of(published, installed, wanted, istio.Never, knowledge.Known, today, question.All);
        return new VersionReport(renderer.Place, wanted, table, knowledge, knowledge.Known.IsOld(today), unlisted);
    }

    private static async Task<(ImmutableArray<IstioVersion>? Published, UserException? Unlisted)> PublishedAsync(IRenderer renderer, CancellationToken cancel)
    {
        try
        {
            var published = await renderer.PublishedAsync(cancel);
            return (published, published is null ? new UserException(ErrorKind.Input, $"what {renderer.Place} holds cannot be listed", "name exact versions to 'meshlift render'") : null);
        }
        catch (UserException e) when (e.Kind == ErrorKind.Environment)
        {
            return (null, e);
        }
    }

    // The tags of a repository may be far away, also when the archives are not.
    private static bool IsLocal(IstioSpec istio) => istio.Renderer switch
    {
        Renderer.Manifests => istio.Manifests is { IsUrl: false },
        Renderer.Helm => istio.Charts?.Source is ChartSource.Folder { Place.IsUrl: false },
        _ => istio.Releases.IsFile && istio.Repository is null,
    };

    private static ImmutableArray<InstalledRevision> Installed(MeshFolder folder, ReleaseKnowledge knowledge)
    {
        var found = ImmutableArray.CreateBuilder<InstalledRevision>();
        foreach (var cluster in folder.Mesh.Spec.Environments.SelectMany(environment => environment.Clusters))
        {
            var mesh = Path.Combine(folder.Root, RepositoryFolders.Join(cluster.Path.Value, folder.Mesh.Spec.Layout.Folder.Value));
            if (!Directory.Exists(mesh)) continue;
            foreach (var inventory in Directory.EnumerateDirectories(mesh).Select(revision => Path.Combine(revision, InventoryFile.Name)).Where(File.Exists).Order(StringComparer.Ordinal))
            {
                var revision = InventoryFile.ReadRevision(BoundedFile.Read(inventory, LargestInventory), inventory);
                found.Add(new InstalledRevision(cluster.Name, revision.Revision, revision.Version) { Hosts = Hosts(Path.GetDirectoryName(inventory)!, knowledge.Hosts) });
            }
        }
        return found.DrainToImmutable();
    }

    // What runs, and what the injector gives to new proxies: its images stand in a document inside a ConfigMap.
    private static ImmutableArray<RetiredHost> Hosts(string revision, RetiredPlaces places) =>
    [
        .. FoldersWithImages.SelectMany(kind => Parts.Select(part => Path.Combine(revision, part, kind))).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.yaml", WithoutLinks)).Order(StringComparer.Ordinal)
            .SelectMany(file => places.NamedIn(Encoding.UTF8.GetString(BoundedFile.Read(file, LargestInventory)))).Distinct(),
    ];

    private static readonly EnumerationOptions WithoutLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private static readonly string[] Parts = ["generated", "standby"];

    private static readonly string[] FoldersWithImages = ["configmap", "daemonset", "deployment"];

    private const int LargestInventory = 16 << 20;
}
