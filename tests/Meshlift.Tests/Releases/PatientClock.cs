using System.Collections.Concurrent;

namespace Meshlift.Tests.Releases;

/// <summary>A clock on which short pauses are over at once, and long limits run out when the test says so.</summary>
internal sealed class PatientClock : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(45);
    private readonly ConcurrentDictionary<ClockTimer, TimeSpan> _limits = new();
    private DateTimeOffset _now = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The pauses that were made.</summary>
    public ConcurrentQueue<TimeSpan> Pauses { get; } = new();

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ClockTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets the limits of this length run out.</summary>
    public void RunOut(TimeSpan limit)
    {
        foreach (var (timer, due) in _limits)
            if (due == limit && _limits.TryRemove(timer, out _))
                timer.Fire();
    }

    private sealed class ClockTimer(PatientClock clock, Action callback) : ITimer
    {
        public void Fire() => ThreadPool.QueueUserWorkItem(_ => callback());

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock._limits.TryRemove(this, out _);
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            if (dueTime > Short)
            {
                clock._limits[this] = dueTime;
                return true;
            }
            clock.Pauses.Enqueue(dueTime);
            clock._now += dueTime;
            Fire();
            return true;
        }

        public void Dispose() => clock._limits.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
