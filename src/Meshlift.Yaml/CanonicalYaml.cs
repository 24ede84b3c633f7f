using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace Meshlift.Yaml;

/// <summary>Writes a value in the one form that every generated file has: the same value gives the same bytes.</summary>
/// <remarks>
/// Leading keys first, then keys in ordinal order; two spaces, sequences not indented; texts of several lines as literal blocks; quotes wherever YAML 1.1
/// or 1.2 would read a string as something else; <c>\n</c>; exactly one newline at the end. Comments, anchors and styles of a source are not kept.
/// </remarks>
public sealed class CanonicalYaml
{
    private readonly ArrayBufferWriter<byte> _output = new(4096);

    private CanonicalYaml() { }

    /// <summary>The canonical bytes of a document.</summary>
    /// <param name="root">The value.</param>
    /// <param name="leadingKeys">Keys of the root that come first, in this order.</param>
    /// <exception cref="ArgumentException">A string holds half of a surrogate pair, which no YAML reader accepts.</exception>
    public static ReadOnlyMemory<byte> Write(YamlNode root, params ReadOnlySpan<string> leadingKeys)
    {
        var writer = new CanonicalYaml();
        switch (root)
        {
            case YamlMapping { Entries.IsEmpty: false } mapping:
                writer.Mapping(Sorted(mapping, leadingKeys), 0, startsLine: true, isLast: true);
                break;
            case YamlSequence { Items.IsEmpty: false } sequence:
                writer.Sequence(sequence, 0, startsLine: true, isLast: true);
                break;
            default:
                writer.Inline(root);
                writer.Raw("\n"u8);
                break;
        }
        return writer._output.WrittenMemory;
    }

    private static ImmutableArray<YamlEntry> Sorted(YamlMapping mapping, ReadOnlySpan<string> leadingKeys = default)
    {
        var ordered = IsSorted(mapping.Entries) ? mapping.Entries : mapping.Entries.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        for (var i = leadingKeys.Length - 1; i >= 0; i--)
        {
            for (var at = 0; at < ordered.Length; at++)
            {
                if (ordered[at].Key != leadingKeys[i]) continue;
                var entry = ordered[at];
                ordered = ordered.RemoveAt(at).Insert(0, entry);
                break;
            }
        }
        return ordered;
    }

    private static bool IsSorted(ImmutableArray<YamlEntry> entries)
    {
        for (var i = 1; i < entries.Length; i++)
            if (string.CompareOrdinal(entries[i - 1].Key, entries[i].Key) > 0)
                return false;
        return true;
    }

    /// <param name="entries">What to write, in order; not empty.</param>
    /// <param name="indent">Columns before each key.</param>
    /// <param name="startsLine">False when the first key follows a "- " on its line.</param>
    /// <param name="isLast">True when nothing follows in the document.</param>
    private void Mapping(ImmutableArray<YamlEntry> entries, int indent, bool startsLine, bool isLast)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (i > 0 || startsLine) Indent(indent);
            var last = isLast && i == entries.Length - 1;
            // A key beyond 1024 characters must be marked as one (YAML 1.2.2, 7.4.2).
            const int longKey = 1000;
            if (entries[i].Key.Length > longKey)
            {
                Raw("? "u8);
                SingleLine(entries[i].Key);
                Raw("\n"u8);
                Indent(indent);
            }
            else
            {
                SingleLine(entries[i].Key);
            }
            Raw(":"u8);
            switch (entries[i].Value)
            {
                case YamlMapping { Entries.IsEmpty: false } mapping:
                    Raw("\n"u8);
                    Mapping(Sorted(mapping), indent + 2, startsLine: true, last);
                    break;
                case YamlSequence { Items.IsEmpty: false } sequence:
                    Raw("\n"u8);
                    Sequence(sequence, indent, startsLine: true, last);
                    break;
                default:
                    Raw(" "u8);
                    Value(entries[i].Value, indent, last);
                    break;
            }
        }
    }

    private void Sequence(YamlSequence sequence, int indent, bool startsLine, bool isLast)
    {
        for (var i = 0; i < sequence.Items.Length; i++)
        {
            if (i > 0 || startsLine) Indent(indent);
            Raw("- "u8);
            var last = isLast && i == sequence.Items.Length - 1;
            switch (sequence.Items[i])
            {
                case YamlMapping { Entries.IsEmpty: false } mapping:
                    Mapping(Sorted(mapping), indent + 2, startsLine: false, last);
                    break;
                case YamlSequence { Items.IsEmpty: false } inner:
                    Sequence(inner, indent + 2, startsLine: false, last);
                    break;
                default:
                    Value(sequence.Items[i], indent, last);
                    break;
            }
        }
    }

    private void Value(YamlNode value, int indent, bool isLast)
    {
        if (value is YamlScalar { Kind: ScalarKind.String } text && ScalarForm.IsLiteralBlock(text.Value, isLast))
        {
            Literal(text.Value, indent + 2);
            return;
        }
        Inline(value);
        Raw("\n"u8);
    }

    private void Inline(YamlNode value)
    {
        switch (value)
        {
            case YamlScalar { Kind: ScalarKind.String } text:
                SingleLine(text.Value);
                break;
            case YamlScalar scalar:
                Text(scalar.Value);
                break;
            case YamlMapping:
                Raw("{}"u8);
                break;
            default:
                Raw("[]"u8);
                break;
        }
    }

    private void SingleLine(string text) => Text(ScalarForm.SingleLine(text));

    private void Literal(string text, int indent)
    {
        Raw("|"u8);
        if (ScalarForm.NeedsIndentationIndicator(text)) Raw("2"u8);
        if (!text.EndsWith('\n')) Raw("-"u8);
        else if (text.EndsWith("\n\n", StringComparison.Ordinal)) Raw("+"u8);
        Raw("\n"u8);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf('\n');
            var line = end < 0 ? rest : rest[..end];
            if (!line.IsEmpty)
            {
                Indent(indent);
                Text(line);
            }
            Raw("\n"u8);
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
    }

    private void Indent(int columns)
    {
        _output.GetSpan(columns)[..columns].Fill((byte)' ');
        _output.Advance(columns);
    }

    private void Raw(ReadOnlySpan<byte> utf8) => _output.Write(utf8);

    private void Text(ReadOnlySpan<char> text) => _output.Advance(Encoding.UTF8.GetBytes(text, _output.GetSpan(text.Length * 3)));
}
