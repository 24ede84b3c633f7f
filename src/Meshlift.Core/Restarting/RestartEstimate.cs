using Meshlift.Core.Kubernetes.Items;

namespace Meshlift.Core.Restarting;

/// <summary>How long restarts may take: a rule of thumb, told as one.</summary>
public static class RestartEstimate
{
    /// <summary>How long a new pod is taken to need until it is ready.</summary>
    public static TimeSpan PerPod { get; } = TimeSpan.FromSeconds(30);

    /// <summary>For one workload: as many rounds as it takes to replace all pods.</summary>
    /// <param name="kind">Deployment, StatefulSet or DaemonSet.</param>
    /// <param name="workload">The workload.</param>
    public static TimeSpan Of(string kind, WorkloadItem workload)
    {
        var step = RollingStep.Of(kind, workload);
        return PerPod * Math.Ceiling((double)Math.Max(1, workload.Wanted ?? 1) / Math.Max(1, step.Away + step.Beyond));
    }

    /// <summary>For all of them, so many at once, wave after wave.</summary>
    public static TimeSpan Of(IEnumerable<PlannedRestart> plan, int parallelism)
    {
        var total = TimeSpan.Zero;
        foreach (var wave in plan.Where(one => one.IsRestart).GroupBy(one => one.Wave, StringComparer.Ordinal))
        {
            var lanes = new PriorityQueue<TimeSpan, TimeSpan>(Enumerable.Repeat((TimeSpan.Zero, TimeSpan.Zero), Math.Max(1, parallelism)));
            var end = TimeSpan.Zero;
            foreach (var one in wave)
            {
                var free = lanes.Dequeue() + one.Estimate;
                lanes.Enqueue(free, free);
                if (free > end) end = free;
            }
            total += end;
        }
        return total;
    }
}
