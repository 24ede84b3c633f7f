using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Onboarding;

/// <summary>One object of Istio's that stands in a repository.</summary>
/// <param name="Resource">The object.</param>
/// <param name="File">Its file.</param>
public sealed record StandingResource(Resource Resource, string File);

/// <summary>A control plane that stands in a repository.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Version">Its version; null when nothing tells.</param>
/// <param name="File">The file of its Deployment.</param>
/// <param name="Own">The folder or file that holds nothing of another revision.</param>
public sealed record StandingPlane(RevisionName Revision, IstioVersion? Version, string File, string Own);

/// <summary>A cluster, as far as the repository tells.</summary>
/// <param name="Name">Its name; null when nothing tells.</param>
/// <param name="Path">Its folder; <c>.</c> for the repository itself.</param>
/// <param name="Folder">Where Istio stands below that.</param>
/// <param name="Planes">Its control planes, oldest version first; empty when no manifests stand there.</param>
/// <param name="Resources">What stands there of Istio, in order of file.</param>
public sealed record StandingCluster(string? Name, string Path, string Folder, ImmutableArray<StandingPlane> Planes, ImmutableArray<StandingResource> Resources)
{
    /// <summary>What stands there of one revision: its own folder; where all stand in one, what carries its name, and for the newest also what all share.</summary>
    public IEnumerable<StandingResource> Of(StandingPlane plane)
    {
        var others = Planes.Where(other => other != plane).ToList();
        var isNewest = plane == Planes[^1];
        return Resources.Where(one =>
        {
            // With a folder or a file for each version, what stands in it is all of it.
            if (others.Any(other => other.Own != plane.Own && RepositoryTree.IsBelow(one.File, other.Own) && !RepositoryTree.IsBelow(plane.Own, other.Own))) return false;
            if (others.Count == 0 || (others.All(other => other.Own != plane.Own) && RepositoryTree.IsBelow(one.File, plane.Own))) return true;
            if (Carries(one.Resource, plane.Revision)) return true;
            return isNewest && !others.Any(other => Carries(one.Resource, other.Revision));
        });
    }

    private static bool Carries(Resource resource, RevisionName revision) =>
        Classifying.Classifier.CarriesRevision(resource.Identity.Name, revision) || resource.Label("istio.io/rev") == revision.Value;
}
