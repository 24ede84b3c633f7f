namespace Meshlift.Adapters.Processes;

/// <summary>Takes in what a program writes, up to a bound; beyond it, everything is stopped.</summary>
internal sealed class BoundedPipe : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly int _most;
    private readonly CancellationTokenSource _stop;
    private readonly Lock _gate = new();
    private readonly MemoryStream _received = new();

    public BoundedPipe(Stream stream, int most, CancellationTokenSource stop)
    {
        _stream = stream;
        _most = most;
        _stop = stop;
        Drained = DrainAsync();
    }

    /// <summary>Ends when the program and all that it started have closed the pipe, or when all is stopped. Never fails.</summary>
    public Task Drained { get; }

    /// <summary>More came than may.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>What came so far.</summary>
    public ReadOnlyMemory<byte> Received
    {
        get
        {
            lock (_gate) return _received.ToArray();
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task DrainAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await _stream.ReadAsync(buffer, _stop.Token) is var count and > 0)
            {
                lock (_gate)
                {
                    Overflowed = _received.Length + count > _most;
                    if (!Overflowed) _received.Write(buffer, 0, count);
                }
                if (!Overflowed) continue;
                await _stop.CancelAsync();
                return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Stopped from outside; what came so far is what there is.
        }
    }
}
