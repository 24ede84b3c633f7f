using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Core;
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
/// <param name="KnownAsOf">The day of what is known about support and Kubernetes.</param>
/// <param name="Unlisted">Why the published versions are not known; null when they are.</param>
public sealed record VersionReport(string Place, VersionRange Range, VersionTable Table, DateOnly KnownAsOf, UserException? Unlisted);

/// <summary>Asks where versions are published, and looks at what stands in the clusters' folders.</summary>
/// <param name="renderers">Knows where versions are published.</param>
/// <param name="time">The clock.</param>
public sealed class VersionSurvey(RendererChoice renderers, TimeProvider time)
{
    /// <summary>Makes the report. Where nobody answers, what stands in Git is reported all the same.</summary>
    /// <param name="folder">The configuration.</param>
    /// <param name="range">What is wanted; null for the range of the configuration.</param>
    /// <param name="all">False to leave out what hardly anybody asks about.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">An inventory is damaged, or a file cannot be read.</exception>
    public async Task<VersionReport> RunAsync(MeshFolder folder, VersionRange? range, bool all, CancellationToken cancel)
    {
        var istio = folder.Mesh.Spec.Istio;
        var renderer = renderers.For(istio, folder.Root, folder.Root);
        var installed = Installed(folder);
        ImmutableArray<IstioVersion>? published = null;
        UserException? unlisted = null;
        try
        {
            published = await renderer.PublishedAsync(cancel);
            if (published is null) unlisted = new UserException(ErrorKind.Input, $"what {renderer.Place} holds cannot be listed", "name exact versions to 'meshlift render'");
        }
        catch (UserException e) when (e.Kind == ErrorKind.Environment)
        {
            unlisted = e;
        }
        var wanted = range ?? istio.Versions;
        var knowledge = ReleaseKnowledge.BuiltIn;
        var table = VersionTable.Of(published, installed, wanted, istio.Never, knowledge, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), all);
        return new VersionReport(renderer.Place, wanted, table, knowledge.AsOf, unlisted);
    }

    private static ImmutableArray<InstalledRevision> Installed(MeshFolder folder)
    {
        var found = ImmutableArray.CreateBuilder<InstalledRevision>();
        foreach (var cluster in folder.Mesh.Spec.Environments.SelectMany(environment => environment.Clusters))
        {
            var mesh = Path.Combine(folder.Root, RepositoryFolders.Join(cluster.Path.Value, folder.Mesh.Spec.Layout.Folder.Value));
            if (!Directory.Exists(mesh)) continue;
            foreach (var inventory in Directory.EnumerateDirectories(mesh).Select(revision => Path.Combine(revision, InventoryFile.Name)).Where(File.Exists).Order(StringComparer.Ordinal))
            {
                var revision = InventoryFile.ReadRevision(BoundedFile.Read(inventory, LargestInventory), inventory);
                found.Add(new InstalledRevision(cluster.Name, revision.Revision, revision.Version));
            }
        }
        return found.DrainToImmutable();
    }

    private const int LargestInventory = 16 << 20;
}
