using Meshlift.Core.Kubernetes.Requests;

namespace Meshlift.Adapters.Kubernetes.Transport;

/// <summary>Holds requests back so that one program does not keep an API server busy; of those that wait, the most urgent goes first.</summary>
internal sealed class RequestRate(double rate, double burst, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, (int Rank, long Turn)> _waiting = new();
    private TokenBucket _bucket = TokenBucket.Full(rate, burst, time.GetUtcNow());
    private long _turn;
    private bool _pumping;

    /// <summary>Waits for its turn.</summary>
    public async ValueTask TakeAsync(RequestPriority priority, CancellationToken cancel)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_waiting.Count == 0 && _bucket.Take(time.GetUtcNow(), out _bucket) == TimeSpan.Zero) return;
            _waiting.Enqueue(waiter, (-(int)priority, _turn++));
            if (!_pumping)
            {
                _pumping = true;
                _ = PumpAsync();
            }
        }
        await using var registration = cancel.UnsafeRegister(_ => waiter.TrySetCanceled(cancel), null);
        await waiter.Task;
    }

    private async Task PumpAsync()
    {
        while (true)
        {
            TimeSpan pause;
            lock (_gate)
            {
                while (_waiting.TryPeek(out var first, out _) && first.Task.IsCompleted) _waiting.Dequeue();
                if (_waiting.Count == 0)
                {
                    _pumping = false;
                    return;
                }
                pause = _bucket.Take(time.GetUtcNow(), out _bucket);
                if (pause == TimeSpan.Zero) _waiting.Dequeue().TrySetResult();
            }
            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, CancellationToken.None);
        }
    }
}
