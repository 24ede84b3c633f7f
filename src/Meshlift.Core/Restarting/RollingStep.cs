using System.Globalization;
using Meshlift.Core.Kubernetes.Items;

namespace Meshlift.Core.Restarting;

/// <summary>How a workload's controller replaces pods.</summary>
/// <param name="Away">How many pods may be away at a time.</param>
/// <param name="Beyond">How many may be there beyond those that are wanted.</param>
public readonly record struct RollingStep(long Away, long Beyond)
{
    /// <summary>Reads it as the controllers do (pkg/controller/deployment/util, statefulset, daemon of Kubernetes).</summary>
    /// <param name="kind">Deployment, StatefulSet or DaemonSet.</param>
    /// <param name="workload">The workload.</param>
    public static RollingStep Of(string kind, WorkloadItem workload)
    {
        var wanted = workload.Wanted ?? 1;
        if (workload.Strategy == "Recreate") return new RollingStep(wanted, 0);
        if (kind != "Deployment") return new RollingStep(Math.Max(Scaled(workload.MaxUnavailable, "1", wanted, isUp: true), kind == "StatefulSet" ? 1 : 0), kind == "DaemonSet" ? Scaled(workload.MaxSurge, "0", wanted, isUp: true) : 0);
        var (away, beyond) = (Scaled(workload.MaxUnavailable, "25%", wanted, isUp: false), Scaled(workload.MaxSurge, "25%", wanted, isUp: true));
        return new RollingStep(away == 0 && beyond == 0 ? 1 : Math.Min(away, wanted), beyond);
    }

    private static long Scaled(string written, string usual, long wanted, bool isUp)
    {
        var text = written.Length == 0 ? usual : written;
        if (!text.EndsWith('%')) return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var share = decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? percent * wanted / 100 : 0;
        return (long)(isUp ? Math.Ceiling(share) : Math.Floor(share));
    }
}
