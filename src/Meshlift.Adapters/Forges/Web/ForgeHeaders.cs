using System.Globalization;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges.Web;

/// <summary>Reads the headers of answers.</summary>
internal static class ForgeHeaders
{
    /// <summary>The status and the rate limit. What is malformed is as if it were absent.</summary>
    public static ForgeAnswer Read(HttpResponseMessage response, DateTimeOffset now)
    {
        var wait = response.Headers.RetryAfter?.Delta ?? (response.Headers.RetryAfter?.Date - now);
        return new ForgeAnswer((int)response.StatusCode, "")
        {
            RetryAfter = wait < TimeSpan.Zero ? TimeSpan.Zero : wait,
            Remaining = Number("remaining"),
            Reset = Number("reset") is { } seconds and > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        };

        long? Number(string name) =>
            (response.Headers.TryGetValues("x-ratelimit-" + name, out var values) || response.Headers.TryGetValues("ratelimit-" + name, out values))
            && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The address of the next page (<c>Link: &lt;...&gt;; rel="next"</c>, RFC 8288); null for none.</summary>
    public static Uri? NextPage(HttpResponseMessage response, Uri at)
    {
        if (!response.Headers.TryGetValues("Link", out var values)) return null;
        foreach (var link in values.SelectMany(value => value.Split(',')))
        {
            var (start, end) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
            if (start >= 0 && end > start && link[end..].Contains("rel=\"next\"", StringComparison.Ordinal) && Uri.TryCreate(at, link[(start + 1)..end], out var next)) return next;
        }
        return null;
    }
}
