using System.Collections.Immutable;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Onboarding;

/// <summary>Reads from the files of a repository what it is.</summary>
public static class ShapeReader
{
    /// <summary>Reads a repository. Never fails: what cannot be read is told.</summary>
    public static RepositoryShape Read(RepositoryFiles files)
    {
        var read = RepositoryDocuments.Read(files);
        var documents = read.Documents;
        var flux = new FluxObjects(documents);
        var argo = new ArgoCdObjects(documents, files.Paths);
        var helmfiles = new Helmfiles(documents, files.Paths);
        ImmutableArray<ChartRelease> charts = [.. ChartRelease.OfIstio([.. flux.Releases, .. argo.Releases, .. helmfiles.Releases])];
        var operators = documents.Select(OperatorInput.Read).OfType<OperatorInput>().OrderBy(one => one.Path, StringComparer.Ordinal).ToImmutableArray();
        var found = ClusterFinder.Find(documents, flux.Clusters, helmfiles);
        var clusters = found.Clusters.Length > 0 ? found.Clusters : WithoutManifests(operators, charts, flux.Clusters, helmfiles);
        var source = VersionedSource.Find(found, documents);
        return new RepositoryShape(
            files.Name,
            [.. Engines(flux, argo, helmfiles, found, operators, charts)],
            operators,
            charts,
            clusters,
            source?.Template,
            source?.Planes ?? [],
            [.. files.Contents.Where(file => file.Key.EndsWith(".patch", StringComparison.Ordinal) && file.Value.Span.IndexOf("istio"u8) >= 0).Select(file => file.Key)],
            flux.Clusters is [var first, ..] ? (first.Source, first.Namespace) : null,
            argo.Repository ?? files.Remote,
            [.. found.Findings, .. Unreadable(files, read, helmfiles)]);
    }

    private static IEnumerable<FoundEngine> Engines(FluxObjects flux, ArgoCdObjects argo, Helmfiles helmfiles, ClusterFinder.Found found, ImmutableArray<OperatorInput> operators, ImmutableArray<ChartRelease> charts)
    {
        string[] istio = [.. found.Clusters.SelectMany(cluster => cluster.Planes).Select(plane => plane.File), .. operators.Select(one => one.Path)];
        if (flux.Evidence is { } kustomization)
            yield return new FoundEngine(DeliveryEngine.Flux, kustomization, charts.Intersect(flux.Releases).Any() || istio.Any(flux.Applies));
        if (argo.Evidence is { } application)
            yield return new FoundEngine(DeliveryEngine.ArgoCd, application, charts.Intersect(argo.Releases).Any() || istio.Any(argo.Applies));
        if (helmfiles.Files is [var helmfile, ..])
            yield return new FoundEngine(DeliveryEngine.Helmfile, helmfile, charts.Intersect(helmfiles.Releases).Any() || helmfiles.Local.Any(release => istio.Any(file => RepositoryTree.IsBelow(file, release.Chart))));
    }

    /// <summary>The clusters of a repository that holds inputs alone.</summary>
    private static ImmutableArray<StandingCluster> WithoutManifests(ImmutableArray<OperatorInput> operators, ImmutableArray<ChartRelease> charts, ImmutableArray<SyncedCluster> synced, Helmfiles helmfiles)
    {
        string[] inputs = [.. operators.Select(one => one.Path), .. charts.Select(release => release.Path)];
        var folder = charts.FirstOrDefault(release => release.Chart == IstioChart.Istiod)?.Namespace ?? operators.FirstOrDefault()?.Namespace ?? "istio-system";
        var reaching = synced.Where(cluster => inputs.Any(file => cluster.Reach.Any(reach => RepositoryTree.IsBelow(file, reach)))).ToList();
        if (reaching.Count > 0) return [.. reaching.Select(cluster => Of(cluster.Name, cluster.Path.Length == 0 ? "." : cluster.Path))];
        if (helmfiles.Releases.Intersect(charts).Any())
        {
            if (!helmfiles.Environments.IsEmpty) return [.. helmfiles.Environments.Select(environment => Of(environment, $"clusters/{environment}"))];
            return [Of(null, RepositoryTree.FolderOf(helmfiles.Files[0]) is { Length: > 0 } above ? above : ".")];
        }
        // Of a file at the top, or in a folder for inputs, nobody can tell where the cluster's own folder is to be.
        return
        [
            .. inputs.Select(file => InstallPlace.Of(file, "", folder, operators.FirstOrDefault(one => one.Path == file)?.Revision, null)).Where(place => place.Cluster != "." && !place.IsInput)
                .DistinctBy(place => place.Cluster, StringComparer.Ordinal).Select(place => Of(RepositoryTree.NameOf(place.Cluster), place.Cluster)),
        ];

        StandingCluster Of(string? name, string path) => new(name, path, folder, [], []);
    }

    private static IEnumerable<Finding> Unreadable(RepositoryFiles files, RepositoryDocuments read, Helmfiles helmfiles)
    {
        foreach (var file in files.Unread.Concat(read.Broken))
            yield return new Finding("ML1050", Severity.Warning, $"it was left out, so what it may say of Istio is not known: {file.Reason}", file.Path);
        foreach (var release in helmfiles.Local.Where(release => read.TemplatedCharts.Contains(release.Chart)))
            yield return new Finding("ML1050", Severity.Warning, $"the chart has templates that only Helm can read; render it yourself (helm template) and name the result with --manifests, if '{release.Name}' is Istio", release.Chart);
    }
}
