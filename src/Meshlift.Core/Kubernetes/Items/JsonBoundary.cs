using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>Finds where a JSON value ends, in bytes that may still be arriving: what was looked at once is not looked at again.</summary>
/// <remarks>
/// A pass of its own costs a tenth of parsing, and makes all else simple: a value is read when the whole of it is there. It counts brackets and skips texts;
/// whether they are the right brackets is found by whoever reads the value.
/// </remarks>
public struct JsonBoundary
{
    /// <summary>How deep values may be nested; the API server itself refuses deeper ones.</summary>
    public const int LargestDepth = 128;

    private const int Block = 64;

    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(",}] \t\r\n"u8);

    private int _at;
    private int _depth;
    private bool _inText;

    /// <summary>Looks for the end of the value.</summary>
    /// <param name="json">The bytes from the first byte of the value on; at each call at least those of the call before.</param>
    /// <param name="isAll">True when nothing follows, so that a number ends with the bytes.</param>
    /// <returns>The place behind the value; -1 when it is not there yet.</returns>
    /// <exception cref="JsonException">No value begins here, or it is nested too deeply.</exception>
    public int Find(ReadOnlySpan<byte> json, bool isAll = false)
    {
        if (json.IsEmpty) return -1;
        if (json[0] is not ((byte)'{' or (byte)'[' or (byte)'"')) return Word(json, isAll);
        while (_at < json.Length)
        {
            // A value that is a text ends with its quote; its brackets say nothing.
            var isCounted = _depth > 0 && Vector256.IsHardwareAccelerated && json.Length - _at >= Block;
            if (!(isCounted && TryBlock(json.Slice(_at, Block), out var isEnd)) && !TryBytes(json, Math.Min(_at + Block, json.Length), out isEnd)) return -1;
            if (isEnd) return _at;
        }
        return -1;
    }

    /// <summary>Counts the brackets of 64 bytes at once.</summary>
    /// <returns>False, and nothing is counted, where a backslash may hide a quote, or it may be too deep.</returns>
    private bool TryBlock(ReadOnlySpan<byte> block, out bool isEnd)
    {
        isEnd = false;
        var (low, high) = (Vector256.Create(block), Vector256.Create(block[32..]));
        if (Mask(low, high, (byte)'\\') != 0) return false;
        var texts = Parity(Mask(low, high, (byte)'"')) ^ (_inText ? ulong.MaxValue : 0);
        // In ASCII a curly bracket is the square one with this bit.
        var curly = Vector256.Create((byte)0x20);
        (low, high) = (low | curly, high | curly);
        var opened = Mask(low, high, (byte)'{') & ~texts;
        var closed = Mask(low, high, (byte)'}') & ~texts;
        if (_depth + BitOperations.PopCount(opened) > LargestDepth) return false;
        if (BitOperations.PopCount(closed) >= _depth)
        {
            var depth = _depth;
            for (var rest = closed; rest != 0; rest &= rest - 1)
            {
                var at = BitOperations.TrailingZeroCount(rest);
                if (--depth + BitOperations.PopCount(opened & ((1UL << at) - 1)) > 0) continue;
                (isEnd, _depth) = (true, 0);
                _at += at + 1;
                return true;
            }
        }
        _depth += BitOperations.PopCount(opened) - BitOperations.PopCount(closed);
        _inText = texts >> 63 != 0;
        _at += Block;
        return true;
    }

    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte wanted)
    {
        var all = Vector256.Create(wanted);
        return Vector256.Equals(low, all).ExtractMostSignificantBits() | ((ulong)Vector256.Equals(high, all).ExtractMostSignificantBits() << 32);
    }

    /// <summary>For each bit whether an odd number of bits is set up to it: from the opening quote of a text up to its closing one.</summary>
    private static ulong Parity(ulong quotes)
    {
        for (var shift = 1; shift < 64; shift <<= 1) quotes ^= quotes << shift;
        return quotes;
    }

    /// <summary>Looks at byte after byte, up to a limit that the end of a text may pass.</summary>
    /// <returns>False when more bytes must come before it goes on.</returns>
    private bool TryBytes(ReadOnlySpan<byte> json, int limit, out bool isEnd)
    {
        isEnd = false;
        while (_at < limit)
        {
            if (_inText)
            {
                var hit = json[_at..].IndexOfAny((byte)'"', (byte)'\\');
                if (hit < 0)
                {
                    _at = json.Length;
                    return true;
                }
                _at += hit;
                if (json[_at] == (byte)'\\')
                {
                    // What it escapes has not arrived.
                    if (_at + 1 == json.Length) return false;
                    _at += 2;
                    continue;
                }
                _at++;
                _inText = false;
                isEnd = _depth == 0;
                if (isEnd) return true;
                continue;
            }
            switch (json[_at++])
            {
                case (byte)'"':
                    _inText = true;
                    break;
                case (byte)'{' or (byte)'[':
                    if (++_depth > LargestDepth) throw new JsonException("a value is nested too deeply");
                    break;
                case (byte)'}' or (byte)']':
                    isEnd = --_depth == 0;
                    if (isEnd) return true;
                    break;
            }
        }
        return true;
    }

    private static int Word(ReadOnlySpan<byte> json, bool isAll)
    {
        var end = json.IndexOfAny(WordEnds);
        if (end == 0) throw new JsonException("a value is missing");
        return end > 0 ? end : isAll ? json.Length : -1;
    }
}
