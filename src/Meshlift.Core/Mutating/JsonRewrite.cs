using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meshlift.Yaml;

namespace Meshlift.Core.Mutating;

/// <summary>Gives a JSON text another value and changes no byte but those that say what differs: order, indentation and spelling of everything else stay.</summary>
internal sealed class JsonRewrite
{
    private readonly byte[] _utf8;
    private readonly List<(int Start, int End, string Text)> _splices = [];
    private readonly bool _isInLines;
    private readonly string _unit;
    private readonly string _colon;

    private JsonRewrite(byte[] utf8, JsonPart root)
    {
        _utf8 = utf8;
        var lead = root.Members is [var first, ..] ? Between(root.Start + 1, first.Start) : root.Items is [var item, ..] ? Between(root.Start + 1, item.Start) : "";
        _isInLines = lead.Contains('\n', StringComparison.Ordinal);
        _unit = _isInLines && lead[(lead.LastIndexOf('\n') + 1)..] is { Length: > 0 } indent ? indent : "  ";
        _colon = FirstMember(root) is { } member ? Between(member.End, member.Value.Start) : ": ";
    }

    private static JsonMember? FirstMember(JsonPart part) => part.Members is [var member, ..] ? member : part.Items.Select(FirstMember).FirstOrDefault(found => found is not null);

    /// <summary>The text with another value.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="root">What it reads as.</param>
    /// <param name="wanted">What it is to read as.</param>
    public static string Apply(byte[] utf8, JsonPart root, YamlNode wanted)
    {
        var rewrite = new JsonRewrite(utf8, root);
        rewrite.Value(root, wanted);
        var result = new StringBuilder(utf8.Length + 64);
        var at = 0;
        foreach (var (start, end, text) in rewrite._splices.OrderBy(splice => splice.Start).ThenBy(splice => splice.End))
        {
            result.Append(rewrite.Between(at, start)).Append(text);
            at = end;
        }
        return result.Append(rewrite.Between(at, utf8.Length)).ToString();
    }

    private void Value(JsonPart part, YamlNode wanted)
    {
        if (YamlEquality.Instance.Equals(part.Value, wanted)) return;
        switch (part.Value, wanted)
        {
            case (YamlMapping, YamlMapping mapping) when part.Members.Any(member => mapping[member.Name] is not null):
                var added = mapping.Entries.Where(entry => part.Members.All(member => member.Name != entry.Key));
                Elements(
                    [.. part.Members.Select(member => (member.Start, member.Value.End, mapping[member.Name] is not null))],
                    part.Members.Length - 1,
                    [.. added.Select(entry => Quote(entry.Key) + _colon + Text(entry.Value, part.Members[^1].Start))],
                    part);
                foreach (var member in part.Members)
                    if (mapping[member.Name] is { } value)
                        Value(member.Value, value);
                break;
            case (YamlSequence, YamlSequence { Items.IsEmpty: false } sequence) when !part.Items.IsEmpty:
                Array(part, sequence.Items);
                break;
            default:
                _splices.Add((part.Start, part.End, Text(wanted, part.Start)));
                break;
        }
    }

    /// <summary>Items that are the same at both ends keep their text; of the rest, as many as there are on both sides take each other's place.</summary>
    private void Array(JsonPart part, ImmutableArray<YamlNode> wanted)
    {
        var (old, same) = (part.Items, YamlEquality.Instance);
        var shorter = Math.Min(old.Length, wanted.Length);
        var head = 0;
        while (head < shorter && same.Equals(old[head].Value, wanted[head])) head++;
        var tail = 0;
        while (tail < shorter - head && same.Equals(old[^(tail + 1)].Value, wanted[^(tail + 1)])) tail++;
        var pairs = shorter - head - tail;
        var kept = old.Select((item, i) => (item.Start, item.End, i < head + pairs || i >= old.Length - tail)).ToArray();
        var added = wanted[(head + pairs)..(wanted.Length - tail)].Select(value => Text(value, old[0].Start)).ToArray();
        if (!kept.Any(one => one.Item3)) _splices.Add((part.Start, part.End, Text(new YamlSequence(wanted), part.Start)));
        else Elements(kept, head + pairs - 1, added, part);
        for (var i = head; i < head + pairs; i++) Value(old[i], wanted[i]);
    }

    /// <summary>Takes elements away, together with their commas, and puts others behind one of them.</summary>
    private void Elements((int Start, int End, bool IsKept)[] elements, int after, string[] added, JsonPart part)
    {
        var last = System.Array.FindLastIndex(elements, element => element.IsKept);
        for (var i = 0; i < last; i++)
            if (!elements[i].IsKept)
                _splices.Add((elements[i].Start, elements[i + 1].Start, ""));
        if (last < elements.Length - 1) _splices.Add((elements[last].End, elements[^1].End, ""));
        if (added.Length == 0) return;
        var separator = "," + Lead(elements, part);
        after = Math.Min(after, last);
        var text = after < 0 ? string.Concat(added.Select(one => one + separator)) : string.Concat(added.Select(one => separator + one));
        var place = after < 0 ? elements[0].Start : elements[after].End;
        _splices.Add((place, place, text));
    }

    /// <summary>The blanks before an element.</summary>
    private string Lead((int Start, int End, bool IsKept)[] elements, JsonPart part)
    {
        if (elements.Length > 1 && Between(elements[^2].End, elements[^1].Start) is var between) return between[(between.IndexOf(',', StringComparison.Ordinal) + 1)..];
        var first = Between(part.Start + 1, elements[0].Start);
        return first.Contains('\n', StringComparison.Ordinal) ? first : _colon.EndsWith(' ') ? " " : "";
    }

    private string Text(YamlNode value, int at)
    {
        var text = new StringBuilder();
        Write(text, value, _isInLines ? Indentation(at) : null);
        return text.ToString();
    }

    private void Write(StringBuilder text, YamlNode value, string? indentation)
    {
        switch (value)
        {
            case YamlMapping mapping:
                Write(text, '{', '}', mapping.Entries, indentation, (entry, inner) => Write(text.Append(Quote(entry.Key)).Append(_colon), entry.Value, inner));
                break;
            case YamlSequence sequence:
                Write(text, '[', ']', sequence.Items, indentation, (item, inner) => Write(text, item, inner));
                break;
            case YamlScalar { Kind: ScalarKind.String } scalar:
                text.Append(Quote(scalar.Value));
                break;
            case YamlScalar { Kind: ScalarKind.Float, Value: [.., 'f' or 'n'] } scalar:
                throw new JsonException($"JSON has no number {scalar.Value}");
            default:
                text.Append(((YamlScalar)value).Value);
                break;
        }
    }

    private void Write<T>(StringBuilder text, char open, char close, ImmutableArray<T> elements, string? indentation, Action<T, string?> write)
    {
        text.Append(open);
        var inner = indentation is null ? null : indentation + _unit;
        for (var i = 0; i < elements.Length; i++)
        {
            if (i > 0) text.Append(inner is null && _colon.EndsWith(' ') ? ", " : ",");
            if (inner is not null) text.Append('\n').Append(inner);
            write(elements[i], inner);
        }
        if (inner is not null && elements.Length > 0) text.Append('\n').Append(indentation);
        text.Append(close);
    }

    /// <summary>The blanks at the start of the line of a place.</summary>
    private string Indentation(int at)
    {
        var start = _utf8.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
        var end = start;
        while (end < at && _utf8[end] is (byte)' ' or (byte)'\t') end++;
        return Between(start, end);
    }

    private string Between(int start, int end) => Encoding.UTF8.GetString(_utf8.AsSpan(start..end));

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
