using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Meshlift.Core.Kubernetes.Items;

namespace Meshlift.Adapters.Kubernetes.Transport;

/// <summary>The bytes of an answer that have arrived and are not used yet: a window that moves over a stream of any length.</summary>
/// <param name="stream">The answer.</param>
/// <param name="patience">Is cancelled when the server is silent for too long.</param>
/// <param name="silence">How long it may be silent.</param>
/// <param name="largest">The largest single value, in bytes.</param>
/// <param name="size">How many bytes it has at first.</param>
/// <param name="cancel">Is cancelled with it, or when the caller gives up.</param>
internal sealed class StreamWindow(Stream stream, CancellationTokenSource patience, TimeSpan silence, int largest, int size, CancellationToken cancel) : IDisposable
{
    /// <summary>The size for an answer with many values.</summary>
    public const int ForMany = 256 << 10;

    /// <summary>The size for a watch, of which a fleet has hundreds: one event at a time.</summary>
    public const int ForOne = 16 << 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(size);
    private int _start;
    private int _end;

    /// <summary>What is there.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Lets go of the first bytes.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Waits for more.</summary>
    /// <returns>False at the end of the answer.</returns>
    public async ValueTask<bool> FillAsync()
    {
        if (_start == _end) _start = _end = 0;
        if (_end == _buffer.Length) MakeRoom();
        patience.CancelAfter(silence);
        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
        // What the caller does with it takes its own time.
        patience.CancelAfter(Timeout.InfiniteTimeSpan);
        _end += count;
        return count > 0;
    }

    /// <summary>The next byte that is no blank, without consuming it; null at the end of the answer.</summary>
    public async ValueTask<byte?> PeekAsync()
    {
        while (true)
        {
            while (_start < _end)
            {
                if (_buffer[_start] is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')) return _buffer[_start];
                _start++;
            }
            if (!await FillAsync()) return null;
        }
    }

    /// <summary>Waits for the whole of the value that begins here.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="EndOfStreamException">The answer ends within it.</exception>
    public async ValueTask<int> ValueAsync()
    {
        var boundary = new JsonBoundary();
        while (true)
        {
            if (boundary.Find(Span) is var length and >= 0) return length;
            if (!await FillAsync()) throw new EndOfStreamException("the answer ends in the middle of a value");
        }
    }

    /// <summary>The rest of the answer.</summary>
    /// <param name="most">The most bytes that it may have.</param>
    /// <param name="cut">True to leave out what is beyond that, false to refuse it.</param>
    public async ValueTask<byte[]> RestAsync(int most, bool cut = false)
    {
        using var whole = new MemoryStream();
        do
        {
            if (whole.Length + Span.Length > most)
            {
                if (!cut) throw TooLarge(most);
                whole.Write(Span[..(int)(most - whole.Length)]);
                break;
            }
            whole.Write(Span);
            Consume(Span.Length);
        }
        while (await FillAsync());
        return whole.ToArray();
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void MakeRoom()
    {
        var used = _end - _start;
        var target = _buffer;
        if (_start < _buffer.Length / 2)
        {
            if (used >= largest) throw TooLarge(largest);
            target = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        }
        Buffer.BlockCopy(_buffer, _start, target, 0, used);
        if (target != _buffer) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = (target, 0, used);
    }

    private static JsonException TooLarge(int bytes) => new(string.Create(CultureInfo.InvariantCulture, $"the answer has a part of more than {bytes} bytes"));
}
