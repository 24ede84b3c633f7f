using System.Buffers;
using System.Globalization;
using System.Text;

namespace Meshlift.Simulator.Releases;

/// <summary>
/// Strings as the renderer's YAML library writes them: plain where that is safe, folded after column 80, a block for several lines.
/// </summary>
internal static class ScalarText
{
    private const int BestWidth = 80;
    private static readonly SearchValues<char> Indicators = SearchValues.Create("#,[]{}&*!|>'\"%@`");
    private static readonly SearchValues<string> Words =
        SearchValues.Create(["true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"], StringComparison.OrdinalIgnoreCase);

    /// <summary>One line that reads back as this string: the string itself, or quoted.</summary>
    public static string Plain(string text) =>
        IsOtherType(text) ? $"\"{text}\""
        : NeedsQuotes(text) ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'"
        : text;

    /// <summary>Writes <c>key: text</c> with its line break, over several lines where the text is long or has line breaks.</summary>
    public static void Append(StringBuilder to, int indent, string key, string text)
    {
        to.Append(' ', indent).Append(key).Append(": ");
        if (text.Contains('\n', StringComparison.Ordinal))
            AppendBlock(to, indent + 2, text);
        else
            AppendFolded(to, indent + 2, indent + key.Length + 2, Plain(text));
    }

    private static void AppendBlock(StringBuilder to, int indent, string text)
    {
        to.Append("|-\n");
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length > 0) to.Append(' ', indent).Append(line);
            to.Append('\n');
        }
    }

    private static void AppendFolded(StringBuilder to, int indent, int column, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            // A break reads back as one space, so only a single space may become one.
            if (text[i] == ' ' && column > BestWidth && i + 1 < text.Length && text[i - 1] != ' ' && text[i + 1] != ' ')
            {
                to.Append('\n').Append(' ', indent);
                column = indent;
            }
            else
            {
                to.Append(text[i]);
                column++;
            }
        }
        to.Append('\n');
    }

    /// <summary>Whether the text would read back as a number.</summary>
    public static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static bool IsOtherType(string text) => text.Length == 0 || Words.Contains(text) || IsNumber(text);

    private static bool NeedsQuotes(string text) =>
        Indicators.Contains(text[0]) || text[0] == ' ' || text[^1] is ' ' or ':'
        || (text[0] is '-' or '?' or ':' && (text.Length == 1 || text[1] == ' '))
        || text.Contains(": ", StringComparison.Ordinal) || text.Contains(" #", StringComparison.Ordinal);
}
