using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>How a resource that stands in a repository compares with what Meshlift renders.</summary>
public enum StandingDifference
{
    /// <summary>Both are the same object; only where and how it is written may change.</summary>
    Same,
    /// <summary>Rendered with other content.</summary>
    Changed,
    /// <summary>Rendered, and not there.</summary>
    Added,
    /// <summary>There, and not rendered: it stays where it is, and stays its owner's.</summary>
    Kept,
}

/// <summary>What becomes of one resource of one cluster.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Difference">How it compares.</param>
/// <param name="From">The file where it stands; null when it is added.</param>
/// <param name="To">The file where Meshlift writes it; null when it is kept.</param>
/// <param name="Places">What differs in a changed one, as paths in its document; the first few.</param>
public sealed record ComparedResource(string Cluster, ResourceIdentity Resource, StandingDifference Difference, string? From, string? To, ImmutableArray<string> Places);

/// <summary>A version as it was rendered for a cluster.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Version">The version.</param>
/// <param name="Resources">Its resources.</param>
public sealed record RenderedVersion(RevisionName Revision, IstioVersion Version, ImmutableArray<ClassifiedResource> Resources);

/// <summary>Compares what stands for a cluster with what would be rendered for it.</summary>
public static class StandingComparison
{
    private const int MostPlaces = 5;

    /// <summary>Compares them, as objects: order of keys, quotes and comments do not count.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="folder">Its folder with Istio, from the root of the repository.</param>
    /// <param name="standing">What stands there.</param>
    /// <param name="rendered">What is rendered, oldest version first.</param>
    /// <returns>In order of identity.</returns>
    public static ImmutableArray<ComparedResource> Compare(string cluster, string folder, IEnumerable<StandingResource> standing, IEnumerable<RenderedVersion> rendered)
    {
        var before = standing.GroupBy(one => one.Resource.Identity).ToDictionary(group => group.Key, group => group.ToImmutableArray());
        var after = Rendered(rendered);
        var compared = new List<ComparedResource>();
        foreach (var (identity, (resource, path)) in after)
        {
            var to = RepositoryTree.Join(folder, path);
            if (!before.TryGetValue(identity, out var there))
            {
                compared.Add(new ComparedResource(cluster, identity, StandingDifference.Added, null, to, []));
                continue;
            }
            var equal = there.FirstOrDefault(one => YamlEquality.Instance.Equals(one.Resource.Root, resource.Root));
            var places = equal is null ? Places(there[0].Resource.Root, resource.Root) : [];
            compared.Add(new ComparedResource(cluster, identity, equal is null ? StandingDifference.Changed : StandingDifference.Same, (equal ?? there[0]).File, to, places));
        }
        foreach (var (identity, there) in before)
            if (!after.ContainsKey(identity)) compared.Add(new ComparedResource(cluster, identity, StandingDifference.Kept, there[0].File, null, []));
        return [.. compared.OrderBy(one => one.Resource)];
    }

    /// <summary>What the cluster would have of all versions together, and where.</summary>
    private static Dictionary<ResourceIdentity, (Resource Resource, string Path)> Rendered(IEnumerable<RenderedVersion> rendered)
    {
        var after = new Dictionary<ResourceIdentity, (Resource Resource, string Path)>();
        foreach (var version in rendered)
        {
            foreach (var classified in version.Resources)
            {
                var identity = classified.Resource.Identity;
                // What exists once stays with the first that has it, which is in charge of it; what is shared is the newest's.
                if (classified.Class.Class == ResourceClass.OnceOnly && after.ContainsKey(identity)) continue;
                after[identity] = (classified.Resource, PathOf(classified, version.Revision));
            }
        }
        return after;
    }

    private static string PathOf(ClassifiedResource classified, RevisionName revision) => classified.Class.Class switch
    {
        ResourceClass.PerRevision => $"{revision}/{ClusterTree.Generated}/{classified.Path}",
        ResourceClass.OnceOnly => $"{ClusterTree.Active}/{classified.Path}",
        _ => $"{ClusterTree.Common}/{classified.Path}",
    };

    private static ImmutableArray<string> Places(YamlNode before, YamlNode after)
    {
        var places = new List<string>();
        Collect("", before, after, places);
        return places.Count <= MostPlaces ? [.. places] : [.. places.Take(MostPlaces), $"and {places.Count - MostPlaces} more"];
    }

    private static void Collect(string path, YamlNode? before, YamlNode? after, List<string> places)
    {
        if (YamlEquality.Instance.Equals(before, after)) return;
        switch (before, after)
        {
            case (YamlMapping a, YamlMapping b):
                foreach (var key in a.Entries.Concat(b.Entries).Select(entry => entry.Key).Distinct(StringComparer.Ordinal))
                    Collect(path.Length == 0 ? YamlPath.Keys(key).ToString() : YamlPath.Parse(path).Then(new YamlPathStep.Key(key)).ToString(), a[key], b[key], places);
                break;
            case (YamlSequence a, YamlSequence b) when a.Items.Length == b.Items.Length && path.Length > 0:
                for (var i = 0; i < a.Items.Length; i++) Collect($"{path}[{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}]", a.Items[i], b.Items[i], places);
                break;
            default:
                places.Add(path);
                break;
        }
    }
}
