using System.Collections.Immutable;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>Something that a minor does otherwise than the one before, without being asked.</summary>
/// <param name="Since">The second number of the minor that does it first: 30 for 1.30.</param>
/// <param name="What">What it does.</param>
/// <param name="Setting">The variable of istiod, or the value of a chart, that decides; null when none does.</param>
/// <param name="OldValue">The value of the setting that keeps the old behaviour; null when there is none.</param>
/// <param name="IsCoveredByCompatibility">True when <c>compatibilityVersion</c> of an older minor keeps the old behaviour.</param>
/// <param name="RemovedIn">The second number of the minor that does not know the setting any more; null while there is none.</param>
/// <param name="Source">Where this is written.</param>
public sealed record BehaviourFlip(int Since, string What, string? Setting, string? OldValue, bool IsCoveredByCompatibility, int? RemovedIn, string Source);

public sealed partial record ReleaseKnowledge
{
    /// <summary>What behaves otherwise in one version than in the other, the oldest first. The direction does not matter: on the way back, each is undone.</summary>
    public ImmutableArray<BehaviourFlip> FlipsBetween(IstioVersion from, IstioVersion to) => [.. Flips.Where(flip => IsBetween(flip.Since, from, to)).OrderBy(flip => flip.Since)];
}
