using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Findings;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Placing;

/// <summary>Decides what stands in <c>active/</c>: each once-only resource from the revision that is in charge of it.</summary>
/// <remarks>Rendering a second revision never moves anything here; only naming a part does (<c>--activate</c>), in a step of its own.</remarks>
internal static class ActivePlacement
{
    public static FolderDecision Decide(
        IEnumerable<ClassifiedResource> rendered, ClusterInventory before, PlacementOptions options, bool isFirst, RevisionName revision, IstioVersion version)
    {
        var standing = before.Files.Where(entry => entry.Class.Class is ResourceClass.OnceOnly && !options.Release.Contains(entry.Resource)).ToDictionary(entry => entry.Resource);
        var inSoleCharge = standing.Values.All(entry => entry.Owner == revision);
        var written = ImmutableArray.CreateBuilder<(InventoryEntry, ReadOnlyMemory<byte>)>();
        var kept = ImmutableArray.CreateBuilder<InventoryEntry>();
        var waiting = new SortedDictionary<OncePart, (int Count, RevisionName? InCharge)>();
        foreach (var placed in rendered)
        {
            standing.Remove(placed.Resource.Identity, out var entry);
            var isTaken = options.Activate.Contains(placed.Class.Part) || options.Take.Contains(placed.Resource.Identity);
            // The tag default switches too much to come with an ordinary rendering, except onto a cluster that has nothing yet.
            if (isTaken || (entry is null ? inSoleCharge && !options.IsOfTags && (isFirst || !DefaultTag.Owns(placed.Resource)) : entry.Owner == revision))
            {
                var bytes = placed.Resource.ToCanonicalYaml();
                written.Add((new InventoryEntry($"{ClusterTree.Active}/{placed.Path}", placed.Resource.Identity, placed.Class, ContentDigest.Of(bytes.Span), revision, version), bytes));
                continue;
            }
            if (entry is not null) kept.Add(entry);
            var count = waiting.TryGetValue(placed.Class.Part, out var earlier) ? earlier.Count : 0;
            waiting[placed.Class.Part] = (count + 1, entry?.Owner ?? earlier.InCharge);
        }
        // A resource that its own revision no longer renders goes; that of another revision is not ours to judge.
        kept.AddRange(standing.Values.Where(entry => entry.Owner != revision).OrderBy(entry => entry.Path, StringComparer.Ordinal));
        var findings = waiting.Select(part => new Finding(
            "ML1002",
            Severity.Note,
            StandingBy(part.Key, part.Value.Count, part.Value.InCharge),
            ClusterTree.Active));
        return new FolderDecision(written.DrainToImmutable(), kept.DrainToImmutable(), [.. findings]);
    }

    private static string StandingBy(OncePart once, int count, RevisionName? inCharge)
    {
        var part = ClassName.Of(once);
        var how = once == OncePart.Tags ? "meshlift tag set" : $"--activate {part}";
        var are = count == 1 ? "it is" : "they are";
        return inCharge is not null
            ? $"{Counted.Of(count, "resource", "resources")} of the part '{part}' {(count == 1 ? "stands" : "stand")} by; {inCharge} stays in charge until {are} moved ({how})"
            : $"{Counted.Of(count, "new resource", "new resources")} of the part '{part}' {(count == 1 ? "stands" : "stand")} by; {are} applied once {are} moved ({how})";
    }
}
