using System.Text;

namespace Meshlift.Simulator.Prometheus.Query;

internal enum TokenKind
{
    End,
    Name,
    Number,
    Duration,
    Text,
    Sign,
}

internal readonly record struct Token(TokenKind Kind, string Text, int At);

/// <summary>Cuts a query into tokens.</summary>
internal static class Lexer
{
    private static readonly string[] Signs = ["==", "!=", "=~", "!~", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "%", "^", "(", ")", "{", "}", "[", "]", ",", ":", "@"];

    /// <exception cref="QueryException">Something belongs to no query.</exception>
    public static List<Token> Read(string query)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < query.Length;)
        {
            var c = query[at];
            var start = at;
            if (char.IsWhiteSpace(c)) at++;
            else if (c == '#') at = query.IndexOf('\n', at) is >= 0 and var end ? end : query.Length;
            else if (char.IsAsciiLetter(c) || c is '_' || (c == ':' && at + 1 < query.Length && IsWord(query[at + 1]) && !char.IsAsciiDigit(query[at + 1])))
            {
                while (at < query.Length && (IsWord(query[at]) || query[at] == ':')) at++;
                tokens.Add(new(TokenKind.Name, query[start..at], start));
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < query.Length && char.IsAsciiDigit(query[at + 1])))
            {
                while (at < query.Length && (IsWord(query[at]) || query[at] == '.' || (query[at] is '+' or '-' && query[at - 1] is 'e' or 'E'))) at++;
                var text = query[start..at];
                tokens.Add(new(text[^1] is 's' or 'm' or 'h' or 'd' or 'w' or 'y' ? TokenKind.Duration : TokenKind.Number, text, start));
            }
            else if (c is '"' or '\'' or '`') tokens.Add(new(TokenKind.Text, Quoted(query, ref at), start));
            else if (Array.Find(Signs, sign => string.CompareOrdinal(query, start, sign, 0, sign.Length) == 0) is { } found)
            {
                at += found.Length;
                tokens.Add(new(TokenKind.Sign, found, start));
            }
            else throw new QueryException($"1:{at + 1}: parse error: unexpected character: '{c}'");
        }
        tokens.Add(new(TokenKind.End, "end of input", query.Length));
        return tokens;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static string Quoted(string query, ref int at)
    {
        var quote = query[at];
        var start = at;
        var text = new StringBuilder();
        for (at++; at < query.Length && query[at] != quote; at++)
        {
            if (query[at] != '\\' || quote == '`') text.Append(query[at]);
            else if (++at < query.Length)
                text.Append(query[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '\\' or '"' or '\'' => query[at], var other => throw new QueryException($"1:{at + 1}: parse error: unknown escape sequence '\\{other}'") });
        }
        if (at >= query.Length) throw new QueryException($"1:{start + 1}: parse error: unterminated quoted string");
        at++;
        return text.ToString();
    }
}
