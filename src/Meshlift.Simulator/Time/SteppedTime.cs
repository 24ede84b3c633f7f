namespace Meshlift.Simulator.Time;

/// <summary>A clock that stands still until it is moved, by hand or by a real clock. Timers that become due are called by whoever moves it, one after the other, each at its own time.</summary>
public sealed class SteppedTime : TimeProvider
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly PriorityQueue<StepTimer, (DateTimeOffset Due, long Entry)> _timers = new();
    private DateTimeOffset _now;
    private long _entries;

    /// <summary>Makes a clock.</summary>
    /// <param name="start">What it shows at first.</param>
    public SteppedTime(DateTimeOffset start) => _now = start;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new StepTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock.</summary>
    /// <param name="by">How far; 0 calls what is due already.</param>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (NextUntil(end) is { } timer) timer.Call();
        lock (_gate) _now = end;
    }

    /// <summary>Lets the clock run with a real one.</summary>
    /// <param name="real">The clock that it is driven by.</param>
    /// <param name="speed">How many seconds pass in a real one; more than 0. Where the timers take longer than the time there is, the clock falls behind.</param>
    /// <returns>Stops it; a timer that is being called ends first.</returns>
    public IAsyncDisposable Follow(TimeProvider real, double speed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        var (last, gate) = (real.GetTimestamp(), new Lock());
        return real.CreateTimer(
            _ =>
            {
                // A real timer does not wait for the call before.
                if (!gate.TryEnter()) return;
                try
                {
                    var now = real.GetTimestamp();
                    var passed = real.GetElapsedTime(last, now);
                    last = now;
                    // What takes too long is not made up for in one leap, in which nobody could intervene.
                    Advance((passed < LongestStep ? passed : LongestStep) * speed);
                }
                finally
                {
                    gate.Exit();
                }
            },
            null, Step, Step);
    }

    /// <summary>Takes the next timer that is due, and moves the clock to its time.</summary>
    private StepTimer? NextUntil(DateTimeOffset end)
    {
        lock (_gate)
        {
            while (_timers.TryPeek(out var timer, out var next) && next.Due <= end)
            {
                _timers.Dequeue();
                // What was changed or ended since stands elsewhere in the queue, or nowhere.
                if (timer.Entry != next.Entry) continue;
                if (next.Due > _now) _now = next.Due;
                timer.Renew();
                return timer;
            }
            return null;
        }
    }

    private sealed class StepTimer(SteppedTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        /// <summary>Where it stands in the queue; 0 for nowhere.</summary>
        public long Entry { get; private set; }

        public void Call() => callback(state);

        /// <summary>Enters it again where it has a period. The clock's gate is held.</summary>
        public void Renew()
        {
            Entry = 0;
            if (_period > TimeSpan.Zero) Enter(_period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                (Entry, _period) = (0, period);
                if (dueTime >= TimeSpan.Zero) Enter(dueTime);
            }
            return true;
        }

        public void Dispose()
        {
            lock (time._gate) (Entry, _period) = (0, Timeout.InfiniteTimeSpan);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Enter(TimeSpan due) => time._timers.Enqueue(this, (time._now + due, Entry = ++time._entries));
    }
}
