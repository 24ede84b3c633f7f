using System.Collections.Immutable;
using Meshlift.Adapters.Manifests;
using Meshlift.Adapters.Releases;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Engine.Renderers;

/// <summary>What is published where the configuration says that releases are.</summary>
/// <param name="istio">The configuration.</param>
/// <param name="root">Where git runs.</param>
/// <param name="index">Asks.</param>
internal sealed class PublishedReleases(IstioSpec istio, string root, ReleaseIndex index)
{
    /// <summary>Where it asks, without secrets.</summary>
    public string Place => istio.Repository?.Text ?? ManifestReader.Shown(istio.Releases.ToString());

    /// <summary>The published versions, the oldest first.</summary>
    /// <exception cref="Core.UserException">The place does not answer.</exception>
    public Task<ImmutableArray<IstioVersion>> ListAsync(CancellationToken cancel) => index.ListAsync(istio.Releases, istio.Repository?.Text, root, cancel);
}
