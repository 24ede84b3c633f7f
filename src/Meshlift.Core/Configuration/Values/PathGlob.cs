namespace Meshlift.Core.Configuration;

/// <summary>A pattern of files of the repository, as a line of <c>.gitignore</c> (gitignore(5), "PATTERN FORMAT").</summary>
/// <remarks>
/// <c>*</c> and <c>?</c> stand for anything but <c>/</c>, <c>[a-z]</c> for one of a set, <c>**</c> for any folders. A pattern with a <c>/</c> before its end begins at the
/// root, one without matches in any folder. What matches a folder matches all below it. A <c>!</c> in front takes out again what patterns before it matched.
/// </remarks>
public sealed class PathGlob
{
    private readonly string[] _segments;
    private readonly bool _isFolderOnly;

    private PathGlob(string text, string[] segments, bool isNegated, bool isFolderOnly) => (Text, _segments, IsNegated, _isFolderOnly) = (text, segments, isNegated, isFolderOnly);

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>True when it begins with <c>!</c>.</summary>
    public bool IsNegated { get; }

    /// <summary>Parses a pattern.</summary>
    /// <exception cref="UserException">It is empty, or leads out of the repository.</exception>
    public static PathGlob Parse(string text)
    {
        var isNegated = text.StartsWith('!');
        var rest = isNegated ? text[1..] : text;
        var isFolderOnly = rest.EndsWith('/');
        var isAnchored = rest.TrimEnd('/').Contains('/', StringComparison.Ordinal);
        var segments = rest.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToArray();
        if (segments.Length == 0) throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a pattern of paths", "write for example apps/legacy/**");
        if (segments.Contains("..", StringComparer.Ordinal)) throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} leads out of the repository", "write a pattern from the folder of this file on, for example apps/legacy/**");
        return new PathGlob(text, isAnchored ? segments : ["**", .. segments], isNegated, isFolderOnly);
    }

    /// <summary>True when the last of the patterns that matches a file does not begin with <c>!</c>.</summary>
    /// <param name="patterns">The patterns, in order.</param>
    /// <param name="path">A file, relative to the root, with <c>/</c>.</param>
    public static bool Matches(IEnumerable<PathGlob> patterns, string path)
    {
        var segments = path.Split('/');
        var matches = false;
        foreach (var pattern in patterns)
            if (pattern.IsNegated == matches && pattern.Covers(segments))
                matches = !pattern.IsNegated;
        return matches;
    }

    /// <summary>The pattern as it was written.</summary>
    public override string ToString() => Text;

    private bool Covers(string[] path)
    {
        for (var length = _isFolderOnly ? path.Length - 1 : path.Length; length > 0; length--)
            if (MatchesAll(path.AsSpan(0, length)))
                return true;
        return false;
    }

    private bool MatchesAll(ReadOnlySpan<string> path)
    {
        var (pattern, at) = (0, 0);
        var (star, resume) = (-1, 0);
        while (at < path.Length)
        {
            if (pattern < _segments.Length && _segments[pattern] == "**")
            {
                // Only the last one needs to be tried again: what an earlier one took cannot help a later one.
                (star, resume) = (pattern++, at);
            }
            else if (pattern < _segments.Length && MatchesOne(_segments[pattern], path[at]))
            {
                pattern++;
                at++;
            }
            else if (star >= 0)
            {
                (pattern, at) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }
        return pattern == _segments.Length;
    }

    private static bool MatchesOne(string pattern, string name)
    {
        var (p, n) = (0, 0);
        var (star, resume) = (-1, 0);
        while (n < name.Length)
        {
            var next = p;
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, n);
            }
            else if (p < pattern.Length && MatchesCharacter(pattern, ref next, name[n]))
            {
                p = next;
                n++;
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }
        return !pattern.AsSpan(p).ContainsAnyExcept('*');
    }

    private static bool MatchesCharacter(string pattern, ref int at, char c)
    {
        var first = pattern[at++];
        switch (first)
        {
            case '?':
                return true;
            case '\\' when at < pattern.Length:
                return pattern[at++] == c;
            case '[' when SetEnd(pattern, at) is var end and > 0:
                var matches = InSet(pattern.AsSpan(at, end - at), c);
                at = end + 1;
                return matches;
            default:
                return first == c;
        }
    }

    /// <returns>Where the bracket closes; 0 when it does not, and then it means itself.</returns>
    private static int SetEnd(string pattern, int from)
    {
        // A bracket that stands first in a set means itself.
        var start = from < pattern.Length && pattern[from] is '!' or '^' ? from + 1 : from;
        return start < pattern.Length ? Math.Max(0, pattern.IndexOf(']', start + 1)) : 0;
    }

    private static bool InSet(ReadOnlySpan<char> set, char c)
    {
        var isNegated = set[0] is '!' or '^';
        if (isNegated) set = set[1..];
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (c >= set[i] && c <= set[i + 2]) return !isNegated;
                i += 2;
            }
            else if (set[i] == c) return !isNegated;
        }
        return isNegated;
    }
}
