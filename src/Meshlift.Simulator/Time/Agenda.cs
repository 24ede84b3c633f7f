namespace Meshlift.Simulator.Time;

/// <summary>What is to be done later in a cluster. Works that are due at the same moment are done in the order in which they were entered.</summary>
/// <remarks>All works are done while <paramref name="gate"/> is held, by the clock's own timer.</remarks>
/// <param name="time">The clock.</param>
/// <param name="gate">Held while something is done.</param>
public sealed class Agenda(TimeProvider time, Lock gate) : IDisposable
{
    private readonly PriorityQueue<Action, (DateTimeOffset Due, long Entry)> _works = new();
    private ITimer? _timer;
    private long _entries;
    private bool _isDisposed;

    /// <summary>The clock's time.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Enters a work.</summary>
    /// <param name="delay">After how long it is due; at least a moment, also for zero.</param>
    /// <param name="work">It must not throw.</param>
    public void After(TimeSpan delay, Action work)
    {
        lock (gate)
        {
            if (_isDisposed) return;
            var isFirst = !_works.TryPeek(out _, out var next);
            var due = Now + delay;
            _works.Enqueue(work, (due, _entries++));
            if (isFirst || due < next.Due) Arm(delay);
        }
    }

    /// <summary>Nothing is done any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            _isDisposed = true;
            _works.Clear();
            _timer?.Dispose();
        }
    }

    private void Arm(TimeSpan delay)
    {
        // A timer that is a fraction of a millisecond early would find nothing to do and come again.
        var due = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(delay.TotalMilliseconds)));
        if (_timer is null) _timer = time.CreateTimer(static agenda => ((Agenda)agenda!).DoDue(), this, due, Timeout.InfiniteTimeSpan);
        else _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void DoDue()
    {
        lock (gate)
        {
            while (!_isDisposed && _works.TryPeek(out var work, out var next))
            {
                var wait = next.Due - Now;
                if (wait > TimeSpan.Zero)
                {
                    Arm(wait);
                    return;
                }
                _works.Dequeue();
                work();
            }
        }
    }
}
