using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Diffing;

namespace Meshlift.Engine.Diffing;

/// <summary>Two sides of a cluster and what lies between them.</summary>
/// <param name="Cluster">The cluster; null when the sides belong to none in particular.</param>
/// <param name="Before">The first side.</param>
/// <param name="After">The second side.</param>
/// <param name="Difference">What lies between them.</param>
public sealed record ClusterDifference(string? Cluster, DiffSide Before, DiffSide After, MeshDifference Difference)
{
    /// <summary>Reads and compares.</summary>
    /// <param name="cluster">What the sides are of.</param>
    /// <param name="reader">Reads the sides.</param>
    /// <param name="before">The operand of the first side.</param>
    /// <param name="after">The operand of the second side.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">A side cannot be read.</exception>
    public static async Task<ClusterDifference> ReadAsync(string? cluster, SideReader reader, string before, string after, CancellationToken cancel)
    {
        var (a, b) = (await reader.OpenAsync(before, cancel), await reader.OpenAsync(after, cancel));
        var (old, @new) = DiffSource.Read(a, b);
        (old, @new) = (reader.Filled(before, old), reader.Filled(after, @new));
        return new ClusterDifference(cluster, old, @new, MeshDiff.Of(old.Resources, @new.Resources));
    }
}

/// <summary>A cluster whose sides could not be read.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Error">Why.</param>
public sealed record ClusterFailure(string Cluster, UserException Error);

/// <summary>The differences of several clusters.</summary>
/// <param name="Compared">Those that could be compared, in the order that was asked for.</param>
/// <param name="Failed">The others.</param>
public sealed record FleetDifferences(ImmutableArray<ClusterDifference> Compared, ImmutableArray<ClusterFailure> Failed)
{
    /// <summary>Reads and compares clusters, as many at the same time as there are processors. One that fails does not keep the others from being compared.</summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="reader">Makes the reader of a cluster.</param>
    /// <param name="before">The operand of the first side.</param>
    /// <param name="after">The operand of the second side.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<FleetDifferences> ReadAsync(ImmutableArray<string> clusters, Func<string, SideReader> reader, string before, string after, CancellationToken cancel)
    {
        var (compared, failed) = (new ClusterDifference?[clusters.Length], new ClusterFailure?[clusters.Length]);
        await Parallel.ForAsync(0, clusters.Length, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, async (i, stop) =>
        {
            try
            {
                compared[i] = await ClusterDifference.ReadAsync(clusters[i], reader(clusters[i]), before, after, stop);
            }
            catch (UserException e)
            {
                failed[i] = new ClusterFailure(clusters[i], e);
            }
        });
        return new FleetDifferences([.. compared.OfType<ClusterDifference>()], [.. failed.OfType<ClusterFailure>()]);
    }
}
