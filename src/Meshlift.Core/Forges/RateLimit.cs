namespace Meshlift.Core.Forges;

/// <summary>When to come again to a forge that has had enough.</summary>
/// <remarks>The rules are those that GitHub documents for its REST API, which the others' headers fit into.</remarks>
public static class RateLimit
{
    /// <summary>The longest wait within a run. Beyond it the user is told when to come again.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    // "wait for at least one minute", where a secondary limit does not say how long.
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait after an answer; null when it is not about a rate limit. What was asked was not done.</summary>
    public static TimeSpan? Wait(ForgeAnswer answer, DateTimeOffset now)
    {
        if (answer.Code is not (403 or 429)) return null;
        if (answer.RetryAfter is { } asked) return asked;
        if (answer.Remaining == 0 && answer.Reset is { } reset) return Until(reset, now);
        // A secondary limit may come without any header; all else with 403 is a right that is missing.
        return answer.Code == 429 || answer.Message.Contains("rate limit", StringComparison.OrdinalIgnoreCase) ? Unsaid : null;
    }

    /// <summary>From when on the next request may be sent; null when it may be at once. An answer that was given can be the last for a while.</summary>
    public static DateTimeOffset? NextAllowed(ForgeAnswer answer) => answer.Remaining == 0 ? answer.Reset : null;

    /// <summary>The time until a moment, never negative; a second more, since the moment is given in whole seconds.</summary>
    public static TimeSpan Until(DateTimeOffset moment, DateTimeOffset now) => moment <= now ? TimeSpan.Zero : moment - now + TimeSpan.FromSeconds(1);
}
