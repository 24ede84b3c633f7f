using System.Collections.Immutable;

namespace Meshlift.Core.Commits;

/// <summary>Finds the trailers of a message by the rules of git-interpret-trailers(1), comment lines included.</summary>
internal static class TrailerBlock
{
    private static readonly string[] WrittenByGit = ["Signed-off-by: ", "(cherry picked from commit "];

    /// <summary>Where the block starts (the length of the text when there is none) and its trailers. Lines end in <c>\n</c>.</summary>
    public static (int Start, ImmutableArray<Trailer> Trailers) Find(string text)
    {
        var lines = text.Split('\n');
        var end = lines.Length;
        while (end > 0 && (IsBlank(lines[end - 1]) || IsComment(lines[end - 1]))) end--;
        var first = FirstLine(lines, end);
        if (first == end) return (text.Length, []);
        return (lines.Take(first).Sum(line => line.Length + 1), Read(lines.AsSpan(first, end - first)));
    }

    // All lines are trailers, or Git wrote one of them and at least a quarter are; the subject's paragraph never is.
    private static int FirstLine(string[] lines, int end)
    {
        var title = Array.FindIndex(lines, line => !IsComment(line) && IsBlank(line));
        if (title < 0) return end;
        var (trailers, others, continuations, byGit) = (0, 0, 0, false);
        for (var at = end - 1; at >= title; at--)
        {
            var line = lines[at];
            if (IsComment(line))
            {
                others += continuations;
                continuations = 0;
            }
            else if (IsBlank(line))
            {
                others += continuations;
                return (byGit && trailers * 3 >= others) || (trailers > 0 && others == 0) ? at + 1 : end;
            }
            else if (WrittenByGit.Any(prefix => line.StartsWith(prefix, StringComparison.Ordinal)))
            {
                (trailers, continuations, byGit) = (trailers + 1, 0, true);
            }
            else if (Separator(line) > 0)
            {
                (trailers, continuations) = (trailers + 1, 0);
            }
            else if (char.IsWhiteSpace(line[0]))
            {
                continuations++;
            }
            else
            {
                others += 1 + continuations;
                continuations = 0;
            }
        }
        return end;
    }

    private static ImmutableArray<Trailer> Read(ReadOnlySpan<string> lines)
    {
        var found = ImmutableArray.CreateBuilder<Trailer>();
        for (var at = 0; at < lines.Length; at++)
        {
            var separator = IsComment(lines[at]) ? -1 : Separator(lines[at]);
            if (separator <= 0) continue;
            var key = lines[at][..separator].TrimEnd(' ', '\t');
            var value = lines[at][(separator + 1)..];
            while (at + 1 < lines.Length && lines[at + 1].Length > 0 && char.IsWhiteSpace(lines[at + 1][0])) value += ' ' + lines[++at];
            if (!string.IsNullOrWhiteSpace(CommitMessage.OneLine(value))) found.Add(new Trailer(key, value));
        }
        return found.ToImmutable();
    }

    // The place of the ':' behind a key, which blanks may separate from it; -1 when the line is no trailer.
    private static int Separator(string line)
    {
        var blank = false;
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == ':') return at;
            if (at > 0 && line[at] is ' ' or '\t') blank = true;
            else if (blank || !(char.IsAsciiLetterOrDigit(line[at]) || line[at] == '-')) return -1;
        }
        return -1;
    }

    private static bool IsBlank(string line) => string.IsNullOrWhiteSpace(line);

    private static bool IsComment(string line) => line.StartsWith('#');
}
