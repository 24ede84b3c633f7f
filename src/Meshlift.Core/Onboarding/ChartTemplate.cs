using System.Text;
using System.Text.RegularExpressions;

namespace Meshlift.Core.Onboarding;

/// <summary>A manifest that was put into a chart, its braces escaped so that Helm prints them.</summary>
internal static partial class ChartTemplate
{
    /// <summary>What Helm would print of a template that holds nothing but escaped texts and comments; null when only Helm can tell.</summary>
    public static ReadOnlyMemory<byte>? Plain(ReadOnlyMemory<byte> template)
    {
        if (template.Span.IndexOf("{{"u8) < 0) return template;
        var text = Encoding.UTF8.GetString(template.Span);
        var plain = new StringBuilder(text.Length);
        var at = 0;
        var trims = false;
        foreach (Match action in Action().Matches(text))
        {
            if (!Append(text[at..action.Index], action.Groups["left"].Success)) return null;
            if (action.Groups["raw"].Success) plain.Append(action.Groups["raw"].ValueSpan);
            else if (action.Groups["quoted"].Success)
            {
                if (Unquoted(action.Groups["quoted"].Value) is not { } literal) return null;
                plain.Append(literal);
            }
            trims = action.Groups["right"].Success;
            at = action.Index + action.Length;
        }
        // A null array would become an empty text, which is another answer than none.
        if (!Append(text[at..], trimsEnd: false)) return null;
        return Encoding.UTF8.GetBytes(plain.ToString());

        bool Append(string between, bool trimsEnd)
        {
            // Something other than a literal stands in braces.
            if (between.Contains("{{", StringComparison.Ordinal)) return false;
            if (trims) between = between.TrimStart();
            plain.Append(trimsEnd ? between.TrimEnd() : between);
            return true;
        }
    }

    private static string? Unquoted(string quoted)
    {
        var text = new StringBuilder();
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] != '\\')
            {
                text.Append(quoted[i]);
                continue;
            }
            if (++i == quoted.Length) return null;
            char? escaped = quoted[i] switch { '"' => '"', '\\' => '\\', 'n' => '\n', 't' => '\t', _ => null };
            if (escaped is null) return null;
            text.Append(escaped);
        }
        return text.ToString();
    }

    // Literals of Go's templates: "..." with escapes, `...` without, and comments.
    [GeneratedRegex("""\{\{(?<left>-\s)?\s*(`(?<raw>[^`]*)`|"(?<quoted>([^"\\\n]|\\.)*)"|/\*([^*]|\*(?!/))*\*/)\s*?(?<right>\s-)?\}\}""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Action();
}
