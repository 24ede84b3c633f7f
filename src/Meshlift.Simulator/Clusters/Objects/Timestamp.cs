using System.Globalization;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>Times in the form of the API: whole seconds, UTC.</summary>
internal static class Timestamp
{
    public static string Now(TimeProvider time) => Of(time.GetUtcNow());

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
