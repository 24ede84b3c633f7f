using Meshlift.Core.Manifests;

namespace Meshlift.Core.Diffing;

/// <summary>A resource before and after. One of the two may be null.</summary>
internal sealed record ResourcePair(Resource? Before, Resource? After, bool IsRenamed = false);

/// <summary>Finds which resources of two sides are the same ones.</summary>
internal static class ResourceMatch
{
    // A resource that shares less than this with another is another resource.
    private const double Alike = 0.7;
    private const int MostLeftovers = 100;

    /// <summary>Matches by identity with the revision marked, then with it taken out, then by likeness. Independent of the order of either side.</summary>
    public static List<ResourcePair> Of(IReadOnlyCollection<Resource> before, Naming namingBefore, IReadOnlyCollection<Resource> after, Naming namingAfter)
    {
        var pairs = new List<ResourcePair>();
        var (removed, added) = (before.ToHashSet(), after.ToHashSet());
        Pair(resource => Named(resource, namingBefore.Marked), resource => Named(resource, namingAfter.Marked));
        // An unrevisioned istiod has no suffix. Where both 'istiod' and 'istiod-1-30-3' are there, the first pass took the one of the same name.
        Pair(resource => Named(resource, Unsuffixed(namingBefore)), resource => Named(resource, Unsuffixed(namingAfter)));
        var named = pairs.Count;
        Pair(resource => Named(resource, name => KnownNames.Today(resource.Identity, namingBefore.Bare(name))), resource => Named(resource, name => KnownNames.Today(resource.Identity, namingAfter.Bare(name))));
        for (var i = named; i < pairs.Count; i++) pairs[i] = pairs[i] with { IsRenamed = true };
        pairs.AddRange(Renamed(removed, namingBefore, added, namingAfter));
        pairs.AddRange(removed.Select(resource => new ResourcePair(resource, null)));
        pairs.AddRange(added.Select(resource => new ResourcePair(null, resource)));
        return pairs;

        void Pair(Func<Resource, ResourceIdentity> oldName, Func<Resource, ResourceIdentity> newName)
        {
            var free = added.ToLookup(newName);
            foreach (var group in removed.GroupBy(oldName).ToList())
            {
                if (group.ToList() is not [var old] || free[group.Key].ToList() is not [var @new]) continue;
                pairs.Add(new ResourcePair(old, @new));
                removed.Remove(old);
                added.Remove(@new);
            }
        }
    }

    /// <summary>The identity, its name written another way.</summary>
    public static ResourceIdentity Named(Resource resource, Func<string, string> name) => resource.Identity with { Name = name(resource.Identity.Name) };

    /// <summary>The class of a gateway has the word 'default' where others have their revision (istio/istio, gateway-class-configmap.yaml).</summary>
    private static Func<string, string> Unsuffixed(Naming naming) => name => naming.Key(name).Replace("istio-default-gatewayclass-", "istio-gatewayclass-", StringComparison.Ordinal);

    private static List<ResourcePair> Renamed(HashSet<Resource> removed, Naming namingBefore, HashSet<Resource> added, Naming namingAfter)
    {
        var pairs = new List<ResourcePair>();
        foreach (var kind in removed.GroupBy(resource => (resource.Identity.Group, resource.Identity.Kind)).ToList())
        {
            // The name of a definition is what it defines.
            if (kind.Key.Kind == "CustomResourceDefinition") continue;
            var others = added.Where(resource => (resource.Identity.Group, resource.Identity.Kind) == kind.Key).ToList();
            if (others.Count == 0 || kind.Count() + others.Count > MostLeftovers) continue;
            var oldLeaves = kind.ToDictionary(resource => resource, resource => Content(resource, namingBefore));
            var newLeaves = others.ToDictionary(resource => resource, resource => Content(resource, namingAfter));
            var likely =
                from old in kind
                from @new in others
                let likeness = Similarity.Of(oldLeaves[old], newLeaves[@new])
                where likeness >= Alike
                // Names first in a fixed order of the two, so that the other way round ties are broken alike.
                orderby likeness descending, Smaller(old, @new), Larger(old, @new)
                select (old, @new);
            foreach (var (old, @new) in likely.ToList())
                if (removed.Contains(old) && added.Contains(@new))
                {
                    pairs.Add(new ResourcePair(old, @new, IsRenamed: true));
                    removed.Remove(old);
                    added.Remove(@new);
                }
        }
        return pairs;
    }

    private static ResourceIdentity Smaller(Resource a, Resource b) => a.Identity.CompareTo(b.Identity) <= 0 ? a.Identity : b.Identity;

    private static ResourceIdentity Larger(Resource a, Resource b) => a.Identity.CompareTo(b.Identity) <= 0 ? b.Identity : a.Identity;

    /// <summary>What a resource says beyond its name and labels, which objects of one chart share anyway.</summary>
    private static Dictionary<(string Place, string? Value), int> Content(Resource resource, Naming naming) =>
        Similarity.Leaves(resource.Root.Without("metadata").Without("apiVersion").Without("kind"), naming);
}
