using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Placing;

/// <summary>One revision, rendered and ready to be placed into clusters.</summary>
/// <param name="Revision">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="From">What it was rendered from.</param>
/// <param name="Resources">Its resources with their classes, in order of identity.</param>
public sealed record RenderedRevision(RevisionName Revision, IstioVersion Version, RenderedFrom From, ImmutableArray<ClassifiedResource> Resources)
{
    /// <summary>The renderer's input as it was used; empty when there is none to keep.</summary>
    public ImmutableArray<RevisionInput> Inputs { get; init; } = [];
}
