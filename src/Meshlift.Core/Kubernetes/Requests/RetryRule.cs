namespace Meshlift.Core.Kubernetes.Requests;

/// <summary>Whether a request may be sent again when it is not known what became of it.</summary>
public enum Repeatable
{
    /// <summary>Not: it could be done twice. A create, a JSON patch, an eviction.</summary>
    No,
    /// <summary>Yes: it reads, or doing it twice is doing it once. A get, a server-side apply, what names a resource version or an identity.</summary>
    Yes,
}

/// <summary>How a try ended.</summary>
public enum TryOutcome
{
    /// <summary>The server answered that it is too busy, and did nothing (429, or 503 that says when to come back).</summary>
    Busy,
    /// <summary>The server failed, or what stands before it (500, 502, 503, 504).</summary>
    ServerFailed,
    /// <summary>No connection came about, so nothing was sent.</summary>
    NotSent,
    /// <summary>The connection broke, or time ran out, before the whole answer was there.</summary>
    Lost,
    /// <summary>An answer that will be the same next time.</summary>
    Final,
}

/// <summary>When a request is sent again.</summary>
/// <param name="Tries">How often in all.</param>
/// <param name="FirstPause">The pause before the second try; it doubles.</param>
/// <param name="LongestPause">The longest pause, of ours or of the server's asking. A server that asks for more is not waited for.</param>
public sealed record RetryRule(int Tries, TimeSpan FirstPause, TimeSpan LongestPause)
{
    /// <summary>Five tries within about ten seconds, unless the server asks for more.</summary>
    public static RetryRule Default { get; } = new(5, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(60));

    /// <summary>How a status of HTTP ends a try.</summary>
    public static TryOutcome Outcome(ApiStatus status) => status switch
    {
        { IsDisruptionBudget: true } => TryOutcome.Final,
        { Code: 429 } or { Code: 503, RetryAfter: not null } => TryOutcome.Busy,
        // Not 501 and 505, which are answers; 507 and the like are not the API's.
        { Code: 500 or 502 or 503 or 504 } => TryOutcome.ServerFailed,
        _ => TryOutcome.Final,
    };

    /// <summary>The pause before the next try; null when there is none.</summary>
    /// <param name="tried">How often it was tried; at least 1.</param>
    /// <param name="outcome">How the last try ended.</param>
    /// <param name="repeatable">Whether it may be done twice.</param>
    /// <param name="asked">How long the server asks to wait; null when it does not.</param>
    /// <param name="chance">A random number from 0 up to, not including, 1: it spreads the tries of many programs.</param>
    public TimeSpan? Pause(int tried, TryOutcome outcome, Repeatable repeatable, TimeSpan? asked, double chance)
    {
        if (tried >= Tries || outcome == TryOutcome.Final) return null;
        if (outcome is TryOutcome.ServerFailed or TryOutcome.Lost && repeatable == Repeatable.No) return null;
        if (asked > LongestPause) return null;
        var own = FirstPause * Math.Pow(2, Math.Min(tried - 1, 30));
        if (own > LongestPause) own = LongestPause;
        // Never before the server's time, and not all at that very moment either.
        return asked is { } wait ? wait + (FirstPause * chance) : own * (0.5 + (chance / 2));
    }
}
