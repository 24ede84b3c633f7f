namespace Meshlift.Core.Kubernetes.Requests;

/// <summary>Which request goes first when the client holds itself back.</summary>
public enum RequestPriority
{
    /// <summary>Lists, gets and the begin of a watch.</summary>
    Read,
    /// <summary>Everything that changes something.</summary>
    Write,
    /// <summary>The renewal of a lease: too late, and another takes over.</summary>
    Lease,
}

/// <summary>A bucket that fills at a steady rate and from which each request takes one. Immutable.</summary>
/// <param name="Rate">How many come in per second.</param>
/// <param name="Size">How many fit: the largest burst.</param>
/// <param name="Level">How many are in it at <paramref name="At"/>; negative when requests already wait.</param>
/// <param name="At">The moment of the level.</param>
public readonly record struct TokenBucket(double Rate, double Size, double Level, DateTimeOffset At)
{
    /// <summary>A full bucket.</summary>
    /// <param name="rate">How many come in per second; more than 0.</param>
    /// <param name="size">How many fit; at least 1.</param>
    /// <param name="now">Now.</param>
    public static TokenBucket Full(double rate, double size, DateTimeOffset now) => new(rate, size, size, now);

    /// <summary>Takes one, or says when there will be one.</summary>
    /// <param name="now">Now; a clock that goes back adds nothing.</param>
    /// <param name="left">The bucket after it; the same level when nothing was taken.</param>
    /// <returns>Zero when one was taken, otherwise how long to wait before asking again.</returns>
    public TimeSpan Take(DateTimeOffset now, out TokenBucket left)
    {
        var level = now > At ? Math.Min(Size, Level + ((now - At).TotalSeconds * Rate)) : Level;
        // Rounding of times must not make it wait for a millionth.
        var enough = level >= 1 - 1e-6;
        left = this with { Level = enough ? level - 1 : level, At = now };
        return enough ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - level) / Rate);
    }
}
