using System.Collections.Immutable;
using System.Text;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>Differences that some clusters have in common.</summary>
/// <param name="Clusters">The clusters, in the order in which they were given; empty when nothing was said of clusters.</param>
/// <param name="Resources">What differs, the most dangerous first.</param>
public sealed record DiffSection(ImmutableArray<string> Clusters, ImmutableArray<ResourceDiff> Resources)
{
    /// <summary>Shares resources out so that each difference is there once: with all the clusters that have exactly that one.</summary>
    /// <param name="clusters">What differs in each cluster.</param>
    /// <returns>The section with the greatest danger first, then that of the most clusters; none is empty.</returns>
    public static ImmutableArray<DiffSection> Of(IReadOnlyList<(string Cluster, ImmutableArray<ResourceDiff> Resources)> clusters)
    {
        var found = new Dictionary<string, (ResourceDiff Resource, List<int> Clusters)>(StringComparer.Ordinal);
        for (var i = 0; i < clusters.Count; i++)
            foreach (var resource in clusters[i].Resources)
            {
                var key = Key(resource);
                if (!found.TryGetValue(key, out var same)) found[key] = same = (resource, []);
                same.Clusters.Add(i);
            }
        return
        [
            .. found.Values.GroupBy(one => string.Join(' ', one.Clusters), one => one, StringComparer.Ordinal)
                .Select(group => (Places: group.First().Clusters, Resources: group.Select(one => one.Resource).ToList()))
                .OrderByDescending(group => group.Resources.Max(resource => resource.Risk)).ThenByDescending(group => group.Places.Count).ThenBy(group => group.Places[0])
                .Select(group => new DiffSection(
                    [.. group.Places.Select(place => clusters[place].Cluster)],
                    [.. group.Resources.OrderByDescending(resource => resource.Risk).ThenBy(resource => resource.Name, StringComparer.Ordinal)])),
        ];
    }

    /// <summary>Equal for what a reader would call the same difference.</summary>
    private static string Key(ResourceDiff resource)
    {
        var key = new StringBuilder();
        key.Append(resource.Before?.Identity).Append('\0').Append(resource.After?.Identity).Append('\0').Append(resource.Risk).Append(resource.Reason).Append('\0');
        if (resource.Kind != DiffKind.Changed) Append((resource.After ?? resource.Before)!.Root);
        foreach (var change in resource.Changes)
        {
            key.Append(change.Path).Append('\0').Append(change.Kind).Append(change.Risk).Append(change.Reason).Append('\0');
            Append(change.Before);
            Append(change.After);
        }
        return ContentDigest.Of(Encoding.UTF8.GetBytes(key.ToString())).ToString();

        void Append(YamlNode? node) => key.Append(node is null ? "" : Encoding.UTF8.GetString(CanonicalYaml.Write(node).Span)).Append('\0');
    }
}
