using System.Collections.Immutable;

namespace Meshlift.Core.Onboarding;

/// <summary>A place with one stream or folder for each version.</summary>
/// <param name="Template">The place, in the form of <c>spec.istio.manifests</c>.</param>
/// <param name="Planes">What stands there, oldest version first.</param>
internal sealed record VersionedSource(string Template, ImmutableArray<StandingPlane> Planes)
{
    /// <summary>Finds it; null when there is none, or when there are several.</summary>
    public static VersionedSource? Find(ClusterFinder.Found found, IReadOnlyCollection<RepositoryDocument> documents)
    {
        if (Of(found.Inputs) is { } inputs) return inputs;
        // A place that clusters are given may hold more than manifests, or be another one for each cluster.
        if (found.Clusters is not [var cluster] || Of(cluster.Planes) is not { } own) return null;
        var places = own.Planes.Select(plane => own.Template.Replace("${version}", plane.Version!.ToString(), StringComparison.Ordinal)).ToList();
        var inside = documents.Where(document => places.Any(place => RepositoryTree.IsBelow(document.Path, place)));
        return inside.All(document => document.AsResource() is { } resource && IstioObjects.IsInstalled(resource)) && HasAll(cluster, places) ? own : null;
    }

    private static VersionedSource? Of(ImmutableArray<StandingPlane> planes)
    {
        if (planes.IsEmpty || planes.Any(plane => plane.Version is null || !plane.Own.Contains(plane.Version.ToString(), StringComparison.Ordinal))) return null;
        return planes.Select(plane => plane.Own.Replace(plane.Version!.ToString(), "${version}", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList() is [var template]
            ? new VersionedSource(template, planes)
            : null;
    }

    /// <summary>True when nothing of Istio stands outside, such as in a folder that all versions share.</summary>
    private static bool HasAll(StandingCluster cluster, List<string> places) => cluster.Resources.All(one => places.Any(place => RepositoryTree.IsBelow(one.File, place)));
}
