namespace Meshlift.Simulator.Time;

/// <summary>A clock that runs faster than the real one, timers included.</summary>
public sealed class FastTime : TimeProvider
{
    private readonly TimeProvider _real;
    private readonly double _speed;
    private readonly long _began;
    private readonly DateTimeOffset _start;

    /// <summary>Starts the clock.</summary>
    /// <param name="real">The clock that it is driven by.</param>
    /// <param name="speed">How many seconds pass in a real one; 1 or more.</param>
    /// <param name="start">What it shows at first; null for the real time.</param>
    /// <exception cref="ArgumentOutOfRangeException">The speed is below 1 or above 100,000.</exception>
    public FastTime(TimeProvider real, double speed, DateTimeOffset? start = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(speed, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(speed, 100_000);
        (_real, _speed, _began, _start) = (real, speed, real.GetTimestamp(), start ?? real.GetUtcNow());
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Passed;

    /// <inheritdoc/>
    public override long GetTimestamp() => Passed.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(this, _real.CreateTimer(callback, state, Real(dueTime), Real(period)));

    private TimeSpan Passed => _real.GetElapsedTime(_began) * _speed;

    /// <summary>A real timer counts whole milliseconds, and must not be early.</summary>
    private TimeSpan Real(TimeSpan time) =>
        time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(time.TotalMilliseconds / _speed)));

    private sealed class FastTimer(FastTime time, ITimer real) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => real.Change(time.Real(dueTime), time.Real(period));

        public void Dispose() => real.Dispose();

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
