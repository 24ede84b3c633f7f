using System.Collections.Immutable;

namespace Meshlift.Core.Manifests;

/// <summary>Resources in the order of their identities; no identity is there twice.</summary>
public sealed class ManifestSet
{
    private readonly ImmutableArray<Resource> _resources;

    private ManifestSet(ImmutableArray<Resource> sorted) => _resources = sorted;

    /// <summary>No resources.</summary>
    public static ManifestSet Empty { get; } = new([]);

    /// <summary>The resources, in ordinal order of identity, whatever order they came in.</summary>
    public ImmutableArray<Resource> Resources => _resources;

    /// <summary>Puts resources into a set.</summary>
    /// <exception cref="UserException">An identity is there twice: all such pairs are named, with both places.</exception>
    public static ManifestSet Create(IEnumerable<Resource> resources)
    {
        // A stable sort keeps the source order of duplicates, so that the message names the first one first.
        var sorted = resources.OrderBy(resource => resource.Identity).ToImmutableArray();
        var duplicates = new List<string>();
        for (var i = 1; i < sorted.Length; i++)
            if (sorted[i].Identity == sorted[i - 1].Identity)
                duplicates.Add($"{sorted[i].Origin}: {sorted[i].Identity} stands here and at {sorted[i - 1].Origin}");
        return duplicates.Count == 0
            ? new ManifestSet(sorted)
            : throw new UserException(ErrorKind.Input, $"resources that may be there once are there twice\n  {string.Join("\n  ", duplicates)}", "remove one of each pair from the source; which one counts is not for Meshlift to guess");
    }

    /// <summary>The resource of an identity, or null.</summary>
    public Resource? Find(ResourceIdentity identity)
    {
        var (low, high) = (0, _resources.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = identity.CompareTo(_resources[middle].Identity);
            if (order == 0) return _resources[middle];
            if (order < 0) high = middle - 1;
            else low = middle + 1;
        }
        return null;
    }

    /// <summary>The resources for which <paramref name="keep"/> is true.</summary>
    public ManifestSet Where(Func<Resource, bool> keep) => new([.. _resources.Where(keep)]);

    /// <summary>Every resource's content replaced; identities stay.</summary>
    public ManifestSet Map(Func<Resource, Resource> change) => new([.. _resources.Select(change)]);
}
