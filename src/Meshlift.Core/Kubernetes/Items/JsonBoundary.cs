using System.Buffers;
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
            if (_inText)
            {
                var hit = json[_at..].IndexOfAny((byte)'"', (byte)'\\');
                if (hit < 0)
                {
                    _at = json.Length;
                    return -1;
                }
                _at += hit;
                if (json[_at] == (byte)'\\')
                {
                    if (_at + 1 == json.Length) return -1;
                    _at += 2;
                    continue;
                }
                _at++;
                _inText = false;
                if (_depth == 0) return _at;
                continue;
            }
            // Outside of texts the next bracket or quote is a byte or two away, where a vector search would only cost.
            switch (json[_at++])
            {
                case (byte)'"':
                    _inText = true;
                    break;
                case (byte)'{' or (byte)'[':
                    if (++_depth > LargestDepth) throw new JsonException("a value is nested too deeply");
                    break;
                case (byte)'}' or (byte)']':
                    if (--_depth == 0) return _at;
                    break;
            }
        }
        return -1;
    }

    private static int Word(ReadOnlySpan<byte> json, bool isAll)
    {
        var end = json.IndexOfAny(WordEnds);
        if (end == 0) throw new JsonException("a value is missing");
        return end > 0 ? end : isAll ? json.Length : -1;
    }
}
