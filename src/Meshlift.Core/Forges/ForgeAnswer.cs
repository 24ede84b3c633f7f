namespace Meshlift.Core.Forges;

/// <summary>What is needed of an answer, beside its content, to decide what comes next.</summary>
/// <param name="Code">The status of HTTP.</param>
/// <param name="Message">What the forge says, on one line and without secrets; empty for nothing.</param>
public sealed record ForgeAnswer(int Code, string Message)
{
    /// <summary>How long <c>Retry-After</c> asks to wait; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How many requests are left (<c>x-ratelimit-remaining</c>, on GitLab <c>ratelimit-remaining</c>); null when it is not said.</summary>
    public long? Remaining { get; init; }

    /// <summary>When there are more (<c>x-ratelimit-reset</c>, <c>ratelimit-reset</c>: seconds since 1970); null when it is not said.</summary>
    public DateTimeOffset? Reset { get; init; }
}
