using System.Buffers;
using System.Globalization;
using System.Text;

namespace Meshlift.Yaml;

/// <summary>Which form a string needs so that YAML 1.1 and YAML 1.2 readers both get the same string back.</summary>
internal static class ScalarForm
{
    // YAML 1.2.2, 5.1, without the surrogates, which are looked at in pairs.
    private const string NotPrintable =
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\v\f\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f"
        + "\u0080\u0081\u0082\u0083\u0084\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f"
        + "\ufffe\uffff";

    private static readonly SearchValues<char> Unprintable = SearchValues.Create(NotPrintable);

    // Line breaks of YAML 1.1 that are none in 1.2, and the byte order mark, are never written as they are.
    private static readonly SearchValues<char> MustEscape = SearchValues.Create(NotPrintable + "\r\u0085\u2028\u2029\ufeff");

    private static readonly SearchValues<char> NumberLike = SearchValues.Create("0123456789_,:.+-");

    /// <summary>True for a text of several lines that a literal block can carry unchanged.</summary>
    /// <param name="text">The string.</param>
    /// <param name="isLast">True at the end of a document, where a text that ends in blank lines would leave them at the end of the file.</param>
    public static bool IsLiteralBlock(string text, bool isLast) =>
        text.Contains('\n', StringComparison.Ordinal)
        && text[0] != '\t'
        && !(text[0] == ' ' && text.AsSpan(0, text.IndexOf('\n', StringComparison.Ordinal)).Trim(' ').IsEmpty) // readers disagree on blanks in the first line
        && !(isLast && text.EndsWith("\n\n", StringComparison.Ordinal))
        && text.AsSpan().ContainsAnyExcept('\n')
        && !text.AsSpan().ContainsAny(MustEscape)
        && HasOnlyWholeCharacters(text)
        && !StartsWithTabbedBlankLine(text);

    /// <summary>True when the first line that is not empty begins with a space, so that the indentation cannot be told from it (YAML 1.2.2, 8.1.1.1).</summary>
    public static bool NeedsIndentationIndicator(string text) => text.AsSpan().TrimStart('\n') is [' ', ..];

    private static bool StartsWithTabbedBlankLine(string text) => text.AsSpan().TrimStart('\n') is ['\t', ..];

    /// <summary>The string on one line: plain where that is safe, else in the quotes that need fewer escapes.</summary>
    /// <exception cref="ArgumentException">The string holds half of a surrogate pair.</exception>
    public static string SingleLine(string text)
    {
        if (IsPlain(text)) return text;
        if (text.AsSpan().ContainsAny(MustEscape) || text.AsSpan().ContainsAny('\n', '\t') || !HasOnlyWholeCharacters(text)) return Escaped(text);
        return text.AsSpan().ContainsAny('"', '\\') ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : $"\"{text}\"";
    }

    /// <summary>The string on one line, in the wanted quotes where they can hold it.</summary>
    /// <exception cref="ArgumentException">The string holds half of a surrogate pair.</exception>
    public static string InQuotes(string text, ScalarStyle quotes) => quotes switch
    {
        ScalarStyle.DoubleQuoted => Escaped(text),
        ScalarStyle.SingleQuoted when !text.AsSpan().ContainsAny(MustEscape) && !text.Contains('\n', StringComparison.Ordinal) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        _ => SingleLine(text),
    };

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || text[^1] is ' ' or ':') return false;
        switch (text[0])
        {
            case ' ' or '?' or ':' or ',' or '[' or ']' or '{' or '}' or '#' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`' or '=' or '<':
                return false;
            case '-' when text.Length == 1 || text[1] == ' ' || text.StartsWith("---", StringComparison.Ordinal):
            case '.' when text.StartsWith("...", StringComparison.Ordinal):
                return false;
        }
        if (text.AsSpan().ContainsAny(MustEscape) || text.AsSpan().ContainsAny('\n', '\t')) return false;
        if (text.Contains(": ", StringComparison.Ordinal) || text.Contains(" #", StringComparison.Ordinal)) return false;
        return PlainScalar.Resolve(text).Kind == ScalarKind.String && !IsSpecialInYaml11(text) && HasOnlyWholeCharacters(text);
    }

    /// <summary>Timestamps, sexagesimal numbers, grouped digits, numbers beyond 64 bits: strings to Kubernetes, something else to other YAML 1.1 readers.</summary>
    private static bool IsSpecialInYaml11(string text)
    {
        if (!char.IsAsciiDigit(text[0]) && text[0] is not ('+' or '-' or '.')) return false;
        if (text is [_, _, _, _, '-', _, ..] && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2]) && char.IsAsciiDigit(text[3]) && char.IsAsciiDigit(text[5])) return true;
        return PlainScalar.HasNumberForm(text) || (!text.AsSpan().ContainsAnyExcept(NumberLike) && text.AsSpan().ContainsAny(',', ':', '_'));
    }

    /// <summary>The index of the first character that YAML does not allow, half a surrogate pair included; -1 when there is none.</summary>
    public static int IndexOfUnprintable(string text)
    {
        var control = text.AsSpan().IndexOfAny(Unprintable);
        var half = IndexOfLoneSurrogate(text);
        return half < 0 || (control >= 0 && control < half) ? control : half;
    }

    private static bool HasOnlyWholeCharacters(string text) => IndexOfLoneSurrogate(text) < 0;

    private static int IndexOfLoneSurrogate(string text)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return i;
            i++;
        }
        return -1;
    }

    private static string Escaped(string text)
    {
        // No reader takes half a pair, escaped or not; no text that came as UTF-8 has one.
        if (IndexOfLoneSurrogate(text) is var half and >= 0)
            throw new ArgumentException($"the text holds half of a surrogate pair (U+{(int)text[half]:X4}), which YAML cannot say", nameof(text));
        var escaped = new StringBuilder(text.Length + 16).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\n' => escaped.Append("\\n"),
                '\t' => escaped.Append("\\t"),
                '\r' => escaped.Append("\\r"),
                _ when MustEscape.Contains(c) => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }
        return escaped.Append('"').ToString();
    }
}
