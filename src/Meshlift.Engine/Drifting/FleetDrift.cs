using System.Collections.Immutable;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Core;
using Meshlift.Core.Drifting;
using Meshlift.Engine.Observing;

namespace Meshlift.Engine.Drifting;

/// <summary>What was found in a cluster.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Drift">What was found; null when nothing is known.</param>
/// <param name="Problem">Why nothing is known; null otherwise.</param>
public sealed record ComparedCluster(string Name, ClusterDrift? Drift, UserException? Problem);

/// <summary>Holds what Git says against many clusters at once.</summary>
/// <param name="settings">The bounds of each client.</param>
/// <param name="mode">How objects are compared.</param>
/// <param name="limit">After which time a cluster counts as unknown.</param>
/// <param name="time">The clock.</param>
public sealed class FleetDrift(ClientSettings settings, CompareMode mode, TimeSpan limit, TimeProvider time)
{
    private const int MostAtOnce = 16;

    /// <summary>Compares all of them; one that does not answer does not keep the others from being shown.</summary>
    /// <param name="targets">The clusters.</param>
    /// <param name="source">Reads what Git says of the cluster at a place of <paramref name="targets"/>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>In the order of <paramref name="targets"/>.</returns>
    public async Task<ImmutableArray<ComparedCluster>> CompareAsync(ImmutableArray<ClusterTarget> targets, Func<int, CancellationToken, Task<DriftSource>> source, CancellationToken cancel)
    {
        var compared = new ComparedCluster[targets.Length];
        await Parallel.ForAsync(0, targets.Length, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancel }, async (i, stop) =>
            compared[i] = await CompareAsync(targets[i], token => source(i, token), stop));
        return [.. compared];
    }

    private async Task<ComparedCluster> CompareAsync(ClusterTarget target, Func<CancellationToken, Task<DriftSource>> source, CancellationToken cancel)
    {
        if (target.Access is null) return new ComparedCluster(target.Name, null, target.Problem);
        using var patience = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var client = new ClusterClient(target.Access, settings);
            return new ComparedCluster(target.Name, await new ClusterComparison(client, mode).CompareAsync(await source(both.Token), both.Token), null);
        }
        catch (UserException e)
        {
            return new ComparedCluster(target.Name, null, e);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return new ComparedCluster(target.Name, null, new UserException(ErrorKind.Environment, $"{target.Name} gave no complete answer within {limit.TotalSeconds:0.#} s", "see whether the API server is reachable, or wait longer with --timeout"));
        }
    }
}
