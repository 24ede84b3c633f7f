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
    /// <summary>
    /// Writes it where the workload is still as it was judged, and again with growing pauses while the server is away. A workload that changed in between is read anew: one that was
    /// restarted meanwhile, by another run or by a request of one that was killed, is not restarted twice.
    /// </summary>
    /// <param name="client">Speaks to the cluster.</param>
    /// <param name="settings">Where pauses get time and chance from.</param>
    /// <param name="restart">The workload.</param>
    /// <param name="judged">The workload as it was judged.</param>
    /// <param name="target">The proxy that it is restarted for.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The workload as it is then, and whether this write restarted it; null when it is gone.</returns>
    /// <exception cref="UserException">The API refuses it.</exception>
    public static async Task<(WorkloadItem Workload, bool IsOurs)?> RunAsync(ClusterClient client, ClientSettings settings, PlannedRestart restart, WorkloadItem judged, string target, CancellationToken cancel)
    {
        var (space, name) = restart.Workload;
        var kind = RestartSurvey.Kinds.First(one => one.Kind == name.Kind);
        var at = RestartMark.TextOf(settings.Time.GetUtcNow());
        var version = judged.Metadata.ResourceVersion;
        for (var failures = 1; ; failures++)
        {
            try
            {
                var result = await client.ApplyAsync(kind, space, name.Name, RestartMark.Patch(judged.Metadata.Uid, version, at, target), force: true, WriteOptions.Default, cancel);
                return result is ApplyResult.Applied(var applied) ? (RestartSurvey.Reader()(JsonNodes.Write(applied), new StringPool()), true) : throw new InvalidOperationException("a forced apply has no conflicts");
            }
            catch (UserException e) when (e.InnerException is Rejection { Status.Code: >= 400 and < 500 and not (408 or 429) } refused)
            {
                if (await client.FindAsync(kind, space, name.Name, RestartSurvey.Reader(), cancel) is not { Metadata.Deleted: null } now || now.Metadata.Uid != judged.Metadata.Uid) return null;
                if (refused.Status.Code != 409) throw;
                // An answer that was lost leaves a mark of ours.
                var mark = now.Template.Annotations[RestartMark.At];
                if (mark == at) return (now, true);
                if (mark != judged.Template.Annotations[RestartMark.At]) return (now, false);
                version = now.Metadata.ResourceVersion;
                continue;
            }
            catch (UserException)
            {
                // Whether it was done is not known; the version tells when it is tried again.
            }
            await Task.Delay(WatchPause.After(failures, null, settings.Chance()), settings.Time, cancel);
        }
    }
}
