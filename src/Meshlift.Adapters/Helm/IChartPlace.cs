using System.Collections.Immutable;
using Meshlift.Core.Charts;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Helm;

/// <summary>A chart's archive that can be brought in.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Digest">What it must be: <c>sha256:</c> and 64 digits.</param>
internal sealed record ChartArchiveAt(Uri Address, string Digest);

/// <summary>Where charts are published on the web.</summary>
internal interface IChartPlace
{
    /// <summary>The place of one version of a chart, without secrets: unique, and the same for each run.</summary>
    string Name(IstioChart chart, IstioVersion version);

    /// <summary>Finds the archive of one version of a chart.</summary>
    /// <exception cref="Core.UserException">There is none, or the place does not answer.</exception>
    Task<ChartArchiveAt> FindAsync(IstioChart chart, IstioVersion version, CancellationToken cancel);

    /// <summary>The published versions of a chart, the oldest first.</summary>
    /// <exception cref="Core.UserException">The place does not answer.</exception>
    Task<ImmutableArray<IstioVersion>> VersionsAsync(IstioChart chart, CancellationToken cancel);
}
