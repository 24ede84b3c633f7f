using System.Text;
using System.Text.RegularExpressions;

namespace Meshlift.Core.Schemas;

/// <summary>A regular expression of a schema. Kubernetes reads these as RE2 (Go's regexp); matching takes a bounded time whatever the expression is.</summary>
public sealed class Re2Pattern
{
    private const int Longest = 10_000;

    // Without backtracking the time grows with the text alone; the limit is for expressions whose automaton is huge.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Lazy<Regex?> _regex;

    internal Re2Pattern(string text)
    {
        Text = text;
        // Most patterns of a large schema are never met.
        _regex = new Lazy<Regex?>(() => Build(text));
    }

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether a text matches somewhere.</summary>
    /// <returns>Null when the expression cannot be evaluated, or not in the time that it may take.</returns>
    public bool? Matches(string text)
    {
        try
        {
            return _regex.Value?.IsMatch(text);
        }
        catch (Exception e) when (e is RegexMatchTimeoutException or InsufficientExecutionStackException)
        {
            return null;
        }
    }

    private static Regex? Build(string text)
    {
        try
        {
            return text.Length <= Longest && Translate(text) is { } translated
                ? new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Limit)
                : null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InsufficientExecutionStackException)
        {
            return null;
        }
    }

    /// <summary>The same in .NET's words; null for what has no counterpart.</summary>
    private static string? Translate(string text)
    {
        var result = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length)
            {
                var next = text[++i];
                // Go's classes are ASCII only; .NET's hold the whole of Unicode.
                var replaced = (next, inClass) switch
                {
                    ('d', true) => "0-9",
                    ('d', false) => "[0-9]",
                    ('w', true) => "0-9A-Za-z_",
                    ('w', false) => "[0-9A-Za-z_]",
                    ('s', true) => "\\t\\n\\f\\r ",
                    ('s', false) => "[\\t\\n\\f\\r ]",
                    ('D', false) => "[^0-9]",
                    ('W', false) => "[^0-9A-Za-z_]",
                    ('S', false) => "[^\\t\\n\\f\\r ]",
                    ('D' or 'W' or 'S' or 'b' or 'B', true) => null,
                    ('Q' or 'C' or 'E', _) => null,
                    ('b' or 'B', false) => "\\" + next,
                    ('z', false) => "\\z",
                    ('p' or 'P', _) when i + 1 < text.Length && text[i + 1] != '{' => $"\\{next}{{{text[++i]}}}",
                    ('x', _) when i + 1 < text.Length && text[i + 1] == '{' => null,
                    _ when char.IsAsciiDigit(next) => null,
                    _ => "\\" + next,
                };
                if (replaced is null) return null;
                result.Append(replaced);
            }
            else if (inClass)
            {
                if (c == '[' && i + 1 < text.Length && text[i + 1] == ':')
                {
                    var end = text.IndexOf(":]", i + 2, StringComparison.Ordinal);
                    if (end < 0 || Posix(text[(i + 2)..end]) is not { } set) return null;
                    result.Append(set);
                    i = end + 1;
                    continue;
                }
                // A bracket within brackets means itself in Go, and in .NET, behind a '-', another class.
                result.Append(c == '[' ? "\\[" : c.ToString());
                inClass = c != ']';
            }
            else if (c == '[')
            {
                inClass = true;
                result.Append(c);
                if (i + 1 < text.Length && text[i + 1] == '^') result.Append(text[++i]);
                // The first bracket of a class stands for itself.
                if (i + 1 < text.Length && text[i + 1] == ']')
                {
                    result.Append("\\]");
                    i++;
                }
            }
            else if (c == '$')
            {
                // .NET's '$' also matches before a last line break.
                result.Append("\\z");
            }
            else if (c == '(' && text.AsSpan(i).StartsWith("(?P<"))
            {
                result.Append("(?<");
                i += 3;
            }
            else
            {
                result.Append(c);
            }
        }
        return result.ToString();
    }

    private static string? Posix(string name) => name switch
    {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "digit" => "0-9",
        "lower" => "a-z",
        "upper" => "A-Z",
        "space" => "\\t\\n\\v\\f\\r ",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        "punct" => "!-/:-@\\[-`{-~",
        _ => null,
    };
}
