using System.Collections.Immutable;
using Meshlift.Adapters.Manifests;
using Meshlift.Adapters.Releases;
using Meshlift.Core.Findings;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Renderers;

/// <summary>What a renderer printed.</summary>
/// <param name="Streams">The manifests, in one piece or several.</param>
/// <param name="Source">Where they came from, without secrets and the same on every computer; recorded in inventories.</param>
/// <param name="Artifacts">The digests of the archives that were used, by file name; recorded in the lock. Empty when nothing was fetched.</param>
/// <param name="Inputs">The renderer's own input as it was used, kept beside the revision; empty when there is none.</param>
/// <param name="Findings">What a person should know.</param>
public sealed record RenderedStreams(
    ImmutableArray<ManifestBytes> Streams, string Source, ImmutableDictionary<string, string> Artifacts, ImmutableArray<RevisionInput> Inputs, ImmutableArray<Finding> Findings);

/// <summary>The steps <c>resolve</c> and <c>render</c>: where versions come from, and what becomes of one.</summary>
public interface IRenderer
{
    /// <summary>Its name in <c>meshlift.yaml</c>.</summary>
    string Name { get; }

    /// <summary>Where it looks for versions, for messages.</summary>
    string Place { get; }

    /// <summary>True when the versions are listed without asking anybody, so that an exact one is looked up as well.</summary>
    bool ListsLocally { get; }

    /// <summary>The versions there are, the oldest first; null when they cannot be listed.</summary>
    /// <exception cref="Core.UserException">The place does not answer.</exception>
    Task<ImmutableArray<IstioVersion>?> PublishedAsync(CancellationToken cancel);

    /// <summary>Renders a version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="locked">The digests that archives must have, by file name; one that is not named is new.</param>
    /// <param name="progress">Told how a fetch goes; null: nobody.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Core.UserException">There is no such version, or rendering failed; the message holds what the renderer said.</exception>
    Task<RenderedStreams> RenderAsync(IstioVersion version, RevisionName revision, ImmutableDictionary<string, string> locked, IProgress<FetchProgress>? progress, CancellationToken cancel);
}
