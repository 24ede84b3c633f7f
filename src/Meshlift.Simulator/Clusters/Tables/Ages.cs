using System.Globalization;

namespace Meshlift.Simulator.Clusters.Tables;

/// <summary>Spans of time as <c>kubectl get</c> shows them: two units at most, and less of them the longer it is (k8s.io/apimachinery, pkg/util/duration).</summary>
internal static class Ages
{
    public static string Text(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return Number(seconds, "s");
        var minutes = seconds / 60;
        if (minutes < 10) return Two(minutes, "m", seconds % 60, "s");
        if (minutes < 180) return Number(minutes, "m");
        var hours = minutes / 60;
        if (hours < 8) return Two(hours, "h", minutes % 60, "m");
        if (hours < 48) return Number(hours, "h");
        if (hours < 192) return Two(hours / 24, "d", hours % 24, "h");
        var days = hours / 24;
        if (days < 365 * 2) return Number(days, "d");
        return days < 365 * 8 ? Two(days / 365, "y", days % 365, "d") : Number(days / 365, "y");
    }

    private static string Two(long first, string firstUnit, long second, string secondUnit) =>
        second == 0 ? Number(first, firstUnit) : Number(first, firstUnit) + Number(second, secondUnit);

    private static string Number(long number, string unit) => number.ToString(CultureInfo.InvariantCulture) + unit;
}
