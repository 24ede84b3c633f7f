using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Kubernetes.Requests;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Restarting;

namespace Meshlift.Engine.Restarting;

/// <summary>Writes the annotation that restarts a workload.</summary>
internal static class RestartWrite
{
    /// <summary>Writes it, and again with growing pauses while the server is away: the same value, so that a write whose answer was lost is not done twice.</summary>
    /// <param name="client">Speaks to the cluster.</param>
    /// <param name="settings">Where pauses get time and chance from.</param>
    /// <param name="restart">The workload.</param>
    /// <param name="uid">Its identity.</param>
    /// <param name="target">The proxy that it is restarted for.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The workload as it is then; null when it is gone.</returns>
    /// <exception cref="UserException">The API refuses it.</exception>
    public static async Task<WorkloadItem?> RunAsync(ClusterClient client, ClientSettings settings, PlannedRestart restart, string uid, string target, CancellationToken cancel)
    {
        var (space, name) = restart.Workload;
        var kind = RestartSurvey.Kinds.First(one => one.Kind == name.Kind);
        var patch = RestartMark.Patch(uid, settings.Time.GetUtcNow(), target);
        for (var failures = 1; ; failures++)
        {
            try
            {
                var result = await client.ApplyAsync(kind, space, name.Name, patch, force: true, WriteOptions.Default, cancel);
                return result is ApplyResult.Applied(var applied) ? RestartSurvey.Reader()(JsonNodes.Write(applied), new StringPool()) : throw new InvalidOperationException("a forced apply has no conflicts");
            }
            catch (UserException e)
            {
                if (e.InnerException is Rejection { Status.Code: >= 400 and < 500 and not (408 or 429) })
                {
                    if (await client.FindAsync(kind, space, name.Name, RestartSurvey.Reader(), cancel) is { Metadata: { Deleted: null } known } && known.Uid == uid) throw;
                    return null;
                }
            }
            await Task.Delay(WatchPause.After(failures, null, settings.Chance()), settings.Time, cancel);
        }
    }
}
