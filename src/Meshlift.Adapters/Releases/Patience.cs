namespace Meshlift.Adapters.Releases;

/// <summary>Gives up on a server that says nothing for too long, and whenever the caller does.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _silent;
    private readonly CancellationTokenSource _either;

    public Patience(TimeSpan silence, TimeProvider time, CancellationToken cancel)
    {
        _silence = silence;
        _silent = new CancellationTokenSource(silence, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _silent.Token);
    }

    /// <summary>Cancelled when patience is at its end.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Something came: the wait begins anew.</summary>
    public void Renew() => _silent.CancelAfter(_silence);

    public void Dispose()
    {
        _either.Dispose();
        _silent.Dispose();
    }
}
