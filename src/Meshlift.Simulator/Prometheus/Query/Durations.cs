using System.Globalization;

namespace Meshlift.Simulator.Prometheus.Query;

/// <summary>Durations as queries and parameters write them: <c>5m</c>, <c>1h30m</c>.</summary>
internal static class Durations
{
    /// <summary>Reads one; null for what is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        var total = TimeSpan.Zero;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (at == start || at - start > 9) return null;
            var number = int.Parse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture);
            start = at;
            while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
            double? seconds = text[start..at] switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, "d" => 86_400, "w" => 604_800, "y" => 31_536_000, _ => null };
            if (seconds is null || number * seconds > 1e10) return null;
            total += TimeSpan.FromSeconds(number * seconds.Value);
        }
        return total > TimeSpan.Zero ? total : null;
    }
}
