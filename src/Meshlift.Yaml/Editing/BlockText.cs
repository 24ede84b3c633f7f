namespace Meshlift.Yaml.Editing;

/// <summary>A value as lines: what stands behind its key or dash, and the lines below, which carry their indentation.</summary>
/// <param name="Head">What follows the key or dash on its line; empty when the value begins on the next line.</param>
/// <param name="Body">The lines below.</param>
internal readonly record struct BlockLines(string Head, IReadOnlyList<string> Body);

/// <summary>Writes values in block style as a person would in this document; keys stay in the order of the value.</summary>
/// <param name="layout">The indentation.</param>
/// <param name="literals">True to write texts of several lines as literal blocks, false to write them in quotes.</param>
internal sealed class BlockText(BlockLayout layout, bool literals)
{
    /// <summary>A value behind a key.</summary>
    /// <param name="value">The value.</param>
    /// <param name="column">The column of the key.</param>
    /// <param name="quotes">The quotes of a string where there is a choice.</param>
    public BlockLines UnderKey(YamlNode value, int column, ScalarStyle quotes = ScalarStyle.Plain) => value switch
    {
        YamlMapping { Entries.IsEmpty: false } mapping => new BlockLines("", Mapping(mapping, column + layout.Mapping)),
        YamlSequence { Items.IsEmpty: false } sequence => new BlockLines("", Sequence(sequence, column + layout.Sequence)),
        _ => Scalar(value, column, quotes),
    };

    /// <summary>A value behind a dash.</summary>
    /// <param name="value">The value.</param>
    /// <param name="dash">The column of the dash.</param>
    /// <param name="column">The column of the value.</param>
    /// <param name="quotes">The quotes of a string where there is a choice.</param>
    public BlockLines BehindDash(YamlNode value, int dash, int column, ScalarStyle quotes = ScalarStyle.Plain)
    {
        var lines = value switch
        {
            YamlMapping { Entries.IsEmpty: false } mapping => Mapping(mapping, column),
            YamlSequence { Items.IsEmpty: false } sequence => Sequence(sequence, column),
            _ => null,
        };
        return lines is null ? Scalar(value, dash, quotes) : new BlockLines(lines[0][column..], lines[1..]);
    }

    /// <summary>The lines of an entry.</summary>
    public List<string> Entry(string key, YamlNode value, int column)
    {
        var (head, body) = UnderKey(value, column);
        return [$"{Blanks(column)}{ScalarForm.SingleLine(key)}:{(head.Length == 0 ? "" : " ")}{head}", .. body];
    }

    /// <summary>The lines of an item.</summary>
    public List<string> Item(YamlNode value, int dash, int column, ScalarStyle quotes = ScalarStyle.Plain)
    {
        var (head, body) = BehindDash(value, dash, column, quotes);
        return [$"{Blanks(dash)}-{Blanks(column - dash - 1)}{head}", .. body];
    }

    private List<string> Mapping(YamlMapping mapping, int column) => [.. mapping.Entries.SelectMany(entry => Entry(entry.Key, entry.Value, column))];

    private List<string> Sequence(YamlSequence sequence, int column) => [.. sequence.Items.SelectMany(item => Item(item, column, column + 2))];

    private BlockLines Scalar(YamlNode value, int column, ScalarStyle quotes)
    {
        if (value is not YamlScalar { Kind: ScalarKind.String, Value: var text }) return new BlockLines(FlowText.Of(value), []);
        if (!literals || quotes is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted || !ScalarForm.IsLiteralBlock(text, isLast: false))
            return new BlockLines(ScalarForm.InQuotes(text, quotes), []);
        var indicator = ScalarForm.NeedsIndentationIndicator(text) ? layout.Mapping.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        var chomping = text.EndsWith("\n\n", StringComparison.Ordinal) ? "+" : text.EndsWith('\n') ? "" : "-";
        var lines = (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
        var indent = Blanks(column + layout.Mapping);
        return new BlockLines($"|{indicator}{chomping}", [.. lines.Select(line => line.Length == 0 ? "" : indent + line)]);
    }

    private static string Blanks(int columns) => new(' ', columns);
}
