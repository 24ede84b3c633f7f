using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Findings;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Placing;

/// <summary>What becomes of a folder that several revisions share.</summary>
/// <param name="Written">Files with new content, with their entries.</param>
/// <param name="Kept">Entries whose files stay as they are.</param>
/// <param name="Findings">What a person should know.</param>
internal sealed record FolderDecision(ImmutableArray<(InventoryEntry Entry, ReadOnlyMemory<byte> Bytes)> Written, ImmutableArray<InventoryEntry> Kept, ImmutableArray<Finding> Findings);

/// <summary>Decides what stands in <c>common/</c>: of each shared resource the rendering of the newest version, never taken back by an older one.</summary>
internal static class SharedPlacement
{
    public static FolderDecision Decide(
        IEnumerable<ClassifiedResource> rendered, ClusterInventory before, IEnumerable<RevisionInventory> others, bool keepsAll, RevisionName revision, IstioVersion version)
    {
        var standing = before.Files.Where(entry => entry.Class.Class is ResourceClass.Crd or ResourceClass.Shared).ToDictionary(entry => entry.Resource);
        var neededByOthers = others.SelectMany(other => other.Shared).Select(entry => entry.Resource).ToHashSet();
        var written = ImmutableArray.CreateBuilder<(InventoryEntry, ReadOnlyMemory<byte>)>();
        var kept = ImmutableArray.CreateBuilder<InventoryEntry>();
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var newer = 0;
        foreach (var placed in rendered)
        {
            if (standing.Remove(placed.Resource.Identity, out var entry) && !Replaces(entry, revision, version))
            {
                newer++;
                kept.Add(entry);
                continue;
            }
            var bytes = placed.Resource.ToCanonicalYaml();
            written.Add((new InventoryEntry($"{ClusterTree.Common}/{placed.Path}", placed.Resource.Identity, placed.Class, ContentDigest.Of(bytes.Span), revision, version), bytes));
        }
        if (newer > 0)
        {
            var owner = kept.Max(entry => entry.Version)!;
            findings.Add(new Finding("ML1003", Severity.Note, $"{Counted.Of(newer, "shared resource stays", "shared resources stay")} as {owner} rendered {(newer == 1 ? "it" : "them")}; {version} is older and does not take {(newer == 1 ? "it" : "them")} back", ClusterTree.Common));
        }
        // What is left stands in Git but not in this rendering: another revision may still need it, and a rollback never takes it away.
        foreach (var entry in standing.Values.OrderBy(entry => entry.Path, StringComparer.Ordinal))
            if (keepsAll || neededByOthers.Contains(entry.Resource) || (entry.Owner == revision && entry.Version > version))
                kept.Add(entry);
        return new FolderDecision(written.DrainToImmutable(), kept.DrainToImmutable(), findings.DrainToImmutable());
    }

    private static bool Replaces(InventoryEntry standing, RevisionName revision, IstioVersion version)
    {
        var order = version.CompareTo(standing.Version);
        return order > 0 || (order == 0 && standing.Owner == revision);
    }
}
