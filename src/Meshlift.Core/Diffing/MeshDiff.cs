using System.Collections.Immutable;
using Meshlift.Core.Diffing.Risks;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Diffing;

/// <summary>The meaning of the difference between two sets of resources.</summary>
/// <remarks>
/// Holds for every input: a set against itself gives nothing; the order of resources and of keys does not count; the other way round gives the same changes
/// with before and after exchanged (what is dangerous is judged anew).
/// </remarks>
public static class MeshDiff
{
    /// <summary>Compares two sets.</summary>
    /// <param name="before">The resources as they are.</param>
    /// <param name="after">The resources as they would be.</param>
    /// <param name="names">Revisions and versions that count as the same; null to find them.</param>
    public static MeshDifference Of(ManifestSet before, ManifestSet after, DiffNames? names = null)
    {
        names ??= DiffNames.Find(before.Resources, after.Resources);
        var (oldNaming, newNaming) = Naming.Of(names);
        var pairs = ResourceMatch.Of(before.Resources, oldNaming, after.Resources, newNaming);
        var found = new ResourceDiff?[pairs.Count];
        // Large ones first: a definition takes a hundred times as long as an account.
        Processors.Share(pairs.Count, i => Size(pairs[i]), i => found[i] = Compare(pairs[i], oldNaming, newNaming));
        var differing = found.OfType<ResourceDiff>()
            .OrderBy(resource => resource.Name, StringComparer.Ordinal).ThenBy(resource => resource.Identity).ThenBy(resource => resource.Kind).ToImmutableArray();
        return new MeshDifference(differing, pairs.Count - differing.Length, names);
    }

    private static int Size(ResourcePair pair) => (pair.Before?.Root.Span?.Length ?? 0) + (pair.After?.Root.Span?.Length ?? 0);

    private static ResourceDiff? Compare(ResourcePair pair, Naming oldNaming, Naming newNaming)
    {
        ImmutableArray<Change> changes = [];
        if (pair is { Before: { } before, After: { } after })
        {
            changes = new NodeDiff(oldNaming, newNaming).Find(before.Root, after.Root);
            if (changes.IsEmpty) return null;
        }
        var name = pair.After is { } one ? ResourceMatch.Named(one, newNaming.Marked) : ResourceMatch.Named(pair.Before!, oldNaming.Marked);
        return RiskRules.Judge(new ResourceDiff(name.ToString(), pair.Before, pair.After, changes) { IsRenamed = pair.IsRenamed });
    }
}
