using System.Collections.Immutable;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Onboarding;

/// <summary>Finds the clusters of a repository, and what stands there of Istio for each.</summary>
internal static class ClusterFinder
{
    /// <summary>What was found.</summary>
    /// <param name="Clusters">In ordinal order of path.</param>
    /// <param name="Inputs">Control planes in folders that are kept as inputs and belong to no cluster.</param>
    /// <param name="InputResources">What stands in those folders.</param>
    /// <param name="Findings">What a person should know.</param>
    internal sealed record Found(ImmutableArray<StandingCluster> Clusters, ImmutableArray<StandingPlane> Inputs, ImmutableArray<StandingResource> InputResources, ImmutableArray<Finding> Findings);

    public static Found Find(IReadOnlyCollection<RepositoryDocument> documents, ImmutableArray<SyncedCluster> synced, Helmfiles helmfiles)
    {
        var installed = documents.Select(document => (document.Path, Resource: document.AsResource()))
            .Where(one => one.Resource is not null && IstioObjects.IsInstalled(one.Resource) && !one.Path.Contains("/standby/", StringComparison.Ordinal))
            .Select(one => new StandingResource(one.Resource!, one.Path)).ToImmutableArray();
        var planes = installed.Where(one => IstioObjects.IsControlPlane(one.Resource)).Select(Plane).OfType<(StandingPlane Plane, InstallPlace Place, string Namespace)>().ToImmutableArray();
        var inputs = planes.Where(one => one.Place.IsInput).ToImmutableArray();
        var inputFolders = inputs.Select(one => one.Place.Install).ToImmutableArray();
        var places = new SortedDictionary<string, (string? Name, string Path, string Folder, ImmutableArray<string> Reach)>(StringComparer.Ordinal);
        foreach (var (plane, place, @namespace) in planes.Except(inputs))
        {
            var reached = synced.Where(cluster => cluster.Reach.Any(folder => RepositoryTree.IsBelow(plane.File, folder))).ToList();
            foreach (var cluster in reached.Where(cluster => !RepositoryTree.IsBelow(place.Cluster, cluster.Path))) Add(cluster.Name, cluster.Path, @namespace, cluster.Reach);
            if (reached.Count == 0 || reached.Any(cluster => RepositoryTree.IsBelow(place.Cluster, cluster.Path))) AddPlace(plane, place, @namespace);
        }
        var paths = places.Values.Select(place => place.Path).ToList();
        var delivered = installed.Where(one => !inputFolders.Any(folder => RepositoryTree.IsBelow(one.File, folder))).ToList();
        var found = places.Values.Select(place => Of(place, delivered, planes.Except(inputs).Select(one => one.Plane), paths)).ToImmutableArray();
        return new Found(
            found,
            [.. inputs.Select(one => one.Plane).OrderBy(plane => plane.Version)],
            [.. installed.Where(one => inputFolders.Any(folder => RepositoryTree.IsBelow(one.File, folder)))],
            [.. found.SelectMany(Twice)]);

        void AddPlace(StandingPlane plane, InstallPlace place, string @namespace)
        {
            // A chart belongs to whoever installs it.
            var helmfile = helmfiles.Local.FirstOrDefault(release => RepositoryTree.IsBelow(plane.File, release.Chart));
            if (helmfile is null) Add(null, place.Cluster, place.Folder, [place.Install]);
            else if (helmfiles.Environments.IsEmpty) Add(null, RepositoryTree.FolderOf(helmfile.Path) is { Length: > 0 } folder ? folder : ".", @namespace, []);
            else foreach (var environment in helmfiles.Environments) Add(environment, $"clusters/{environment}", @namespace, []);
        }

        void Add(string? name, string path, string folder, ImmutableArray<string> reach)
        {
            if (path.Length == 0) path = ".";
            places[path] = places.TryGetValue(path, out var before)
                ? before with { Reach = before.Reach.AddRange(reach) }
                : (name ?? (path == "." ? null : RepositoryTree.NameOf(path)), path, folder.Length > 0 ? folder : "istio-system", reach);
        }
    }

    private static StandingCluster Of((string? Name, string Path, string Folder, ImmutableArray<string> Reach) place, IEnumerable<StandingResource> installed, IEnumerable<StandingPlane> planes, List<string> all)
    {
        return new StandingCluster(
            place.Name, place.Path, place.Folder,
            [.. planes.Where(plane => Holds(plane.File)).DistinctBy(plane => (plane.Revision, plane.Version)).OrderBy(plane => plane.Version).ThenBy(plane => plane.Revision.Value, StringComparer.Ordinal)],
            [.. installed.Where(one => Holds(one.File))]);

        // What stands in the folder of another cluster is that one's; what stands in none is everyone's.
        bool Holds(string file) =>
            place.Reach.Any(folder => RepositoryTree.IsBelow(file, folder))
            || (place.Path != "." && RepositoryTree.IsBelow(file, place.Path)) || !all.Any(path => path != "." && RepositoryTree.IsBelow(file, path));
    }

    private static (StandingPlane Plane, InstallPlace Place, string Namespace)? Plane(StandingResource one)
    {
        if (IstioObjects.RevisionOf(one.Resource) is not { } revision) return null;
        var version = IstioObjects.VersionOf(one.Resource);
        var place = InstallPlace.Of(one.File, "Deployment", one.Resource.Identity.Namespace, revision, version);
        return (new StandingPlane(revision, version, one.File, place.Own), place, one.Resource.Identity.Namespace);
    }

    private static IEnumerable<Finding> Twice(StandingCluster cluster)
    {
        // With a file for each version, each holds the whole of it.
        if (cluster.Planes.Select(plane => plane.Own).Distinct(StringComparer.Ordinal).Count() > 1) yield break;
        foreach (var twice in cluster.Resources.GroupBy(one => one.Resource.Identity).Where(group => group.Count() > 1).OrderBy(group => group.Key))
            yield return new Finding("ML1056", Severity.Warning, $"{twice.Key} stands in {string.Join(" and in ", twice.Select(one => one.File).Distinct(StringComparer.Ordinal))}; the first is taken for what the cluster has", cluster.Path);
    }
}
