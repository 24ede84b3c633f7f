using System.Collections.Immutable;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Diffing;

/// <summary>A resource that is not the same on both sides.</summary>
/// <param name="Name">Its kind, namespace and name; <c>&lt;revision&gt;</c> stands for the name of the revision.</param>
/// <param name="Before">The resource before; null when it was not there.</param>
/// <param name="After">The resource after; null when it is not there any more.</param>
/// <param name="Changes">What differs, noise included, in the order of the paths; empty for one that was added or removed.</param>
public sealed record ResourceDiff(string Name, Resource? Before, Resource? After, ImmutableArray<Change> Changes)
{
    /// <summary>Added, removed or changed.</summary>
    public DiffKind Kind => Before is null ? DiffKind.Added : After is null ? DiffKind.Removed : DiffKind.Changed;

    /// <summary>Its identity: after, where it is there, else before.</summary>
    public ResourceIdentity Identity => (After ?? Before)!.Identity;

    /// <summary>True when it has another name than before, and the revision is not the reason.</summary>
    public bool IsRenamed { get; init; }

    /// <summary>How dangerous that the whole resource was added, removed or renamed is; <see cref="DiffRisk.None"/> for one that was changed.</summary>
    public DiffRisk OwnRisk { get; init; }

    /// <summary>Why <see cref="OwnRisk"/>; empty where there is nothing to say.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How dangerous the most dangerous part of it is.</summary>
    public DiffRisk Risk => Changes.Select(change => change.Risk).Append(OwnRisk).Max();

    /// <summary>The changes that are not noise.</summary>
    public IEnumerable<Change> Real => Changes.Where(change => change.Noise is null);

    /// <summary>True when there is nothing but noise.</summary>
    public bool IsNoise => Kind == DiffKind.Changed && !IsRenamed && !Real.Any();
}

/// <summary>What lies between two sides.</summary>
/// <param name="Resources">Every resource that differs, noise included, in the order of their names.</param>
/// <param name="Same">How many resources are the same to the last value.</param>
/// <param name="Names">The revisions and versions that count as the same.</param>
public sealed record MeshDifference(ImmutableArray<ResourceDiff> Resources, int Same, DiffNames Names)
{
    /// <summary>The resources that really differ.</summary>
    public IEnumerable<ResourceDiff> Real => Resources.Where(resource => !resource.IsNoise);

    /// <summary>How many changes of each kind of noise were folded away.</summary>
    public ImmutableSortedDictionary<DiffNoise, int> Folded => Resources.SelectMany(resource => resource.Changes)
        .Where(change => change.Noise is not null).GroupBy(change => change.Noise!.Value).ToImmutableSortedDictionary(group => group.Key, group => group.Count());
}
