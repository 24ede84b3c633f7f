using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Core;

namespace Meshlift.Engine.Observing;

/// <summary>Follows many clusters at once; none waits for another.</summary>
/// <param name="settings">The bounds of each client.</param>
/// <param name="limit">After which time without a complete first answer a cluster counts as unknown; it is waited for further.</param>
public sealed class FleetFollower(ClientSettings settings, TimeSpan limit)
{
    /// <summary>Follows all of them until it is cancelled.</summary>
    /// <param name="targets">The clusters.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Each state of each cluster that differs from the one before, with the cluster's place among <paramref name="targets"/>; see <see cref="ClusterFollower"/>.</returns>
    public async IAsyncEnumerable<(int Index, ObservedCluster Cluster)> FollowAsync(ImmutableArray<ClusterTarget> targets, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var turns = new SemaphoreSlim(FleetObserver.MostAtOnce);
        var seen = Channel.CreateUnbounded<(int, ObservedCluster)>();
        var all = targets.Select((target, i) => FollowAsync(target, turns, cluster => seen.Writer.TryWrite((i, cluster)), seen.Writer, stop.Token)).ToList();
        try
        {
            await foreach (var one in seen.Reader.ReadAllAsync(cancel)) yield return one;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(all);
        }
    }

    private async Task FollowAsync(ClusterTarget target, SemaphoreSlim turns, Action<ObservedCluster> tell, ChannelWriter<(int, ObservedCluster)> end, CancellationToken cancel)
    {
        if (target.Access is null)
        {
            tell(new ObservedCluster(target.Name, null, target.Problem) { Since = settings.Time.GetUtcNow() });
            return;
        }
        var isFirst = true;
        try
        {
            // Only the first lists cost much.
            await turns.WaitAsync(cancel);
            try
            {
                using var client = new ClusterClient(target.Access, settings);
                await foreach (var cluster in new ClusterFollower(client, target.Name, limit, settings).FollowAsync(cancel))
                {
                    tell(cluster);
                    if (isFirst) turns.Release();
                    isFirst = false;
                }
            }
            finally
            {
                if (isFirst) turns.Release();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
        catch (UserException e)
        {
            // Its certificates or its plugin cannot be used; another try would tell the same.
            tell(new ObservedCluster(target.Name, null, e) { Since = settings.Time.GetUtcNow() });
        }
#pragma warning disable CA1031 // It is thrown where the states are read.
        catch (Exception e)
#pragma warning restore CA1031
        {
            end.TryComplete(e);
        }
    }
}
