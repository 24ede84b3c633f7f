using System.Buffers;

namespace Meshlift.Yaml.Editing;

/// <summary>Values on one line, as they stand in braces and brackets.</summary>
internal static class FlowText
{
    // Plain text ends at these in braces and brackets; a colon is safe only before a letter or digit, which is not worth finding out.
    private static readonly SearchValues<char> Ends = SearchValues.Create(",[]{}:");

    /// <summary>A value on one line.</summary>
    /// <param name="value">The value.</param>
    /// <param name="quotes">The quotes of strings where there is a choice; plain to use them only where they are needed.</param>
    public static string Of(YamlNode value, ScalarStyle quotes = ScalarStyle.Plain) => value switch
    {
        YamlMapping mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{Text(entry.Key, quotes)}: {Of(entry.Value, quotes)}"))}}}",
        YamlSequence sequence => $"[{string.Join(", ", sequence.Items.Select(item => Of(item, quotes)))}]",
        YamlScalar { Kind: ScalarKind.String } text => Text(text.Value, quotes),
        YamlScalar scalar => scalar.Value,
        _ => throw new ArgumentException("a value is a mapping, a sequence or a scalar", nameof(value)),
    };

    /// <summary>A string or a key.</summary>
    public static string Text(string text, ScalarStyle quotes)
    {
        var written = ScalarForm.InQuotes(text, quotes);
        return written[0] is '"' or '\'' || !written.AsSpan().ContainsAny(Ends) ? written : ScalarForm.InQuotes(text, ScalarStyle.DoubleQuoted);
    }

    /// <summary>A value on one line for a message, cut when it is long.</summary>
    public static string Short(YamlNode value)
    {
        var text = Of(value);
        return text.Length <= 80 ? text : text[..77] + "...";
    }
}
