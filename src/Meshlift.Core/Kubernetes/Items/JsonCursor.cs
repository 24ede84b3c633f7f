using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>Walks forward over one JSON value and reads only what is asked for; the rest is skipped without being looked into.</summary>
/// <remarks>
/// <para>Every value is consumed exactly once, by one of the reading methods or by <see cref="Skip"/>:</para>
/// <code>
/// for (cursor.Enter(); cursor.NextMember(out var name);)
///     if (name.SequenceEqual("phase"u8)) phase = cursor.Text();
///     else cursor.Skip();
/// </code>
/// <para>A JSON <c>null</c> reads as an empty object, an empty array or null: Kubernetes means the same by it as by a key that is not there.</para>
/// </remarks>
/// <param name="json">The bytes of one whole value, as an API server wrote it.</param>
public ref struct JsonCursor(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _at;
    private bool _nothing;

    /// <summary>Goes into an object, before <see cref="NextMember"/>, or into an array, before <see cref="NextElement"/>.</summary>
    /// <exception cref="JsonException">Another value stands here.</exception>
    public void Enter()
    {
        switch (Peek())
        {
            case (byte)'{' or (byte)'[':
                _at++;
                break;
            case (byte)'n':
                Skip();
                _nothing = true;
                break;
            default:
                throw Wrong("an object or an array");
        }
    }

    /// <summary>Goes to the next member of an object.</summary>
    /// <param name="name">Its name as it is written: names in the Kubernetes API need no escapes.</param>
    /// <returns>False behind the last.</returns>
    public bool NextMember(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (!Next((byte)'}')) return false;
        if (_json[_at] != (byte)'"') throw Wrong("a name");
        name = Quoted(out _);
        if (Peek() != (byte)':') throw Wrong("a colon");
        _at++;
        return true;
    }

    /// <summary>Goes to the next element of an array.</summary>
    /// <returns>False behind the last.</returns>
    public bool NextElement() => Next((byte)']');

    /// <summary>Leaves the value out.</summary>
    public void Skip() => Raw();

    /// <summary>The bytes of the value.</summary>
    public ReadOnlySpan<byte> Raw()
    {
        Peek();
        var rest = _json[_at..];
        var length = new JsonBoundary().Find(rest, isAll: true);
        if (length < 0) throw Wrong("the end of a value");
        _at += length;
        return rest[..length];
    }

    /// <summary>A text; null for a JSON null.</summary>
    public string? Text()
    {
        if (IsNull()) return null;
        var start = _at;
        var raw = Quoted(out var escaped);
        return escaped ? Unescape(_json[start.._at]) : Encoding.UTF8.GetString(raw);
    }

    /// <summary>A text that many objects share, such as an image; null for a JSON null.</summary>
    public string? Text(StringPool strings)
    {
        if (IsNull()) return null;
        var start = _at;
        var raw = Quoted(out var escaped);
        return escaped ? strings.Unescaped(_json[start.._at]) : strings.Get(raw);
    }

    /// <summary>True or false; a JSON null is false.</summary>
    public bool Flag()
    {
        var raw = Raw();
        return raw.SequenceEqual("true"u8) || (raw.SequenceEqual("false"u8) || raw.SequenceEqual("null"u8) ? false : throw Wrong("true or false"));
    }

    /// <summary>A whole number; null for a JSON null.</summary>
    public long? Whole()
    {
        var raw = Raw();
        if (raw.SequenceEqual("null"u8)) return null;
        return Utf8Parser.TryParse(raw, out long value, out var used) && used == raw.Length ? value : throw Wrong("a whole number");
    }

    /// <summary>A time as the API writes it (RFC 3339); null for a JSON null.</summary>
    public DateTimeOffset? Time()
    {
        if (IsNull()) return null;
        var raw = Quoted(out _);
        // 2026-11-20T09:30:00Z, what nearly every time of the API looks like.
        if (raw.Length == 20 && raw[4] == '-' && raw[7] == '-' && raw[10] == 'T' && raw[13] == ':' && raw[16] == ':' && raw[19] == 'Z'
            && Digits(raw[..4]) is var year and > 0 && Digits(raw[5..7]) is var month and >= 1 and <= 12 && Digits(raw[8..10]) is var day and > 0
            && day <= DateTime.DaysInMonth(year, month)
            && Digits(raw[11..13]) is var hour and >= 0 and < 24 && Digits(raw[14..16]) is var minute and >= 0 and < 60 && Digits(raw[17..19]) is var second and >= 0 and < 60)
            return new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero);
        return DateTimeOffset.TryParse(Encoding.UTF8.GetString(raw), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw Wrong("a time");
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return -1;
            value = (value * 10) + (digit - '0');
        }
        return value;
    }

    private bool IsNull()
    {
        switch (Peek())
        {
            case (byte)'"':
                return false;
            case (byte)'n':
                Skip();
                return true;
            default:
                throw Wrong("a text");
        }
    }

    private bool Next(byte end)
    {
        if (_nothing)
        {
            _nothing = false;
            return false;
        }
        if (Peek() == (byte)',')
        {
            _at++;
            Peek();
        }
        if (_json[_at] != end) return true;
        _at++;
        return false;
    }

    private byte Peek()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') _at++;
        return _at < _json.Length ? _json[_at] : throw Wrong("more");
    }

    private ReadOnlySpan<byte> Quoted(out bool escaped)
    {
        escaped = false;
        var start = ++_at;
        while (_json[_at..].IndexOfAny((byte)'"', (byte)'\\') is var hit and >= 0)
        {
            _at += hit;
            if (_json[_at] == (byte)'"') return _json[start.._at++];
            escaped = true;
            if (_at + 2 > _json.Length) break;
            _at += 2;
        }
        throw Wrong("the end of a text");
    }

    /// <summary>A text with its escapes resolved.</summary>
    /// <param name="quoted">The text, with its quotes.</param>
    internal static string Unescape(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return reader.GetString()!;
    }

    private readonly JsonException Wrong(string expected) => new(string.Create(CultureInfo.InvariantCulture, $"{expected} was expected at byte {_at} of the value"));
}
