using System.Collections.Immutable;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Delivery;

/// <summary>When something is delivered; in this order.</summary>
internal enum DeliveryStage
{
    /// <summary>The CRDs, which everything else may use. Never pruned.</summary>
    Crds,
    /// <summary>What every revision shares.</summary>
    Shared,
    /// <summary>A revision's own resources.</summary>
    Revision,
    /// <summary>What exists once, from the revision in charge.</summary>
    Active,
}

/// <summary>What is delivered together: one folder.</summary>
/// <param name="Stage">When.</param>
/// <param name="Name">Its name: <c>istio-crds</c>, <c>istio-shared</c>, <c>istio-REVISION</c>, <c>istio-active</c>.</param>
/// <param name="Folder">The folder, below that of the cluster.</param>
/// <param name="Generated">Paths of the generated files, from the folder; in ordinal order.</param>
/// <param name="HandWritten">Paths of a person's files, from the folder.</param>
/// <param name="Resources">What stands in the generated files.</param>
/// <param name="Version">The version of a revision; else the newest that is in the folder.</param>
/// <param name="After">The names of the steps that must be done first.</param>
internal sealed record DeliveryStep(
    DeliveryStage Stage,
    string Name,
    string Folder,
    ImmutableArray<string> Generated,
    ImmutableArray<string> HandWritten,
    ImmutableArray<InventoryEntry> Resources,
    IstioVersion Version,
    ImmutableArray<string> After)
{
    /// <summary>All files, from the folder, in ordinal order.</summary>
    public IEnumerable<string> Files => Generated.Concat(HandWritten).Order(StringComparer.Ordinal);

    /// <summary>The steps of a cluster, in order; one for each folder that has anything in it.</summary>
    public static ImmutableArray<DeliveryStep> Of(DeliveryInput input)
    {
        var steps = ImmutableArray.CreateBuilder<DeliveryStep>();
        var generated = input.Common.ToLookup(entry => entry.Path.StartsWith(ClusterTree.Crds + "/", StringComparison.Ordinal));
        var crdFolder = ClusterTree.Crds[(ClusterTree.Common.Length + 1)..] + "/";
        var handWritten = ByHand(ClusterTree.Common).ToLookup(path => path.StartsWith(crdFolder, StringComparison.Ordinal));
        Add(DeliveryStage.Crds, "istio-crds", ClusterTree.Crds, [.. generated[true]], [.. handWritten[true].Select(path => path[crdFolder.Length..])], null);
        Add(DeliveryStage.Shared, "istio-shared", ClusterTree.Common, [.. generated[false]], [.. handWritten[false]], null);
        foreach (var one in input.Revisions)
            Add(DeliveryStage.Revision, $"istio-{one.Revision}", one.Revision.Value, one.Generated, ByHand(one.Revision.Value), one.Version);
        Add(DeliveryStage.Active, "istio-active", ClusterTree.Active, input.Active, ByHand(ClusterTree.Active), null);
        return steps.DrainToImmutable();

        ImmutableArray<string> ByHand(string folder) => input.HandWritten.GetValueOrDefault(folder, []);

        void Add(DeliveryStage stage, string name, string folder, ImmutableArray<InventoryEntry> resources, ImmutableArray<string> byHand, IstioVersion? version)
        {
            if (resources.IsEmpty && byHand.IsEmpty) return;
            // The inventory of a revision counts from the revision's folder, that of the cluster from the cluster's.
            var skipped = stage == DeliveryStage.Revision ? 0 : folder.Length + 1;
            var before = steps.Where(step => step.Stage < stage).ToList();
            steps.Add(new DeliveryStep(
                stage, name, folder, [.. resources.Select(entry => entry.Path[skipped..])], byHand, resources,
                version ?? resources.Max(entry => entry.Version) ?? input.Revisions[^1].Version,
                [.. before.Where(step => step.Stage == before[^1].Stage).Select(step => step.Name)]));
        }
    }
}
