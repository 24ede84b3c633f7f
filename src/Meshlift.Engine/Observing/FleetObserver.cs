using System.Collections.Immutable;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Core;
using Meshlift.Core.Fleet;
using Meshlift.Core.Kubernetes.Access;

namespace Meshlift.Engine.Observing;

/// <summary>A cluster to look at.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Access">How it is reached; null when that is not known.</param>
/// <param name="Problem">Why it is not known how; null otherwise.</param>
public sealed record ClusterTarget(string Name, ClusterAccess? Access, UserException? Problem);

/// <summary>What was seen of a cluster.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Status">What was seen; null when nothing is known of it.</param>
/// <param name="Problem">Why nothing is known, or nothing newer; null otherwise.</param>
public sealed record ObservedCluster(string Name, ClusterStatus? Status, UserException? Problem)
{
    /// <summary>Of a cluster that is followed: since when there is a problem; null without one.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Of a cluster that is followed and has a problem: when it said the last thing that is in the status; null without a status.</summary>
    public DateTimeOffset? AsOf { get; init; }
}

/// <summary>Looks at many clusters at once.</summary>
/// <param name="settings">The bounds of each client.</param>
/// <param name="limit">After which time a cluster counts as unknown.</param>
/// <param name="time">The clock.</param>
public sealed class FleetObserver(ClientSettings settings, TimeSpan limit, TimeProvider time)
{
    // Each cluster costs a few connections and the pods of one page at a time.
    internal const int MostAtOnce = 16;

    /// <summary>Looks at all of them; one that does not answer does not keep the others from being shown.</summary>
    /// <param name="targets">The clusters.</param>
    /// <param name="seen">Told of each as soon as it is known, with how many are.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>In the order of <paramref name="targets"/>.</returns>
    public async Task<ImmutableArray<ObservedCluster>> ObserveAsync(ImmutableArray<ClusterTarget> targets, Action<int>? seen, CancellationToken cancel)
    {
        var observed = new ObservedCluster[targets.Length];
        var done = 0;
        await Parallel.ForAsync(0, targets.Length, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancel }, async (i, stop) =>
        {
            observed[i] = await ObserveAsync(targets[i], stop);
            seen?.Invoke(Interlocked.Increment(ref done));
        });
        return [.. observed];
    }

    private async Task<ObservedCluster> ObserveAsync(ClusterTarget target, CancellationToken cancel)
    {
        if (target.Access is null) return new ObservedCluster(target.Name, null, target.Problem);
        using var patience = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var client = new ClusterClient(target.Access, settings);
            return new ObservedCluster(target.Name, await new ClusterObserver(client).ObserveAsync(target.Name, both.Token), null);
        }
        catch (UserException e)
        {
            return new ObservedCluster(target.Name, null, e);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return new ObservedCluster(target.Name, null, Late(target.Name, limit));
        }
    }

    /// <summary>What is told of a cluster that took too long.</summary>
    internal static UserException Late(string name, TimeSpan limit) =>
        new(ErrorKind.Environment, $"{name} gave no complete answer within {limit.TotalSeconds:0.#} s", "see whether the API server is reachable, or wait longer with --timeout");
}
