using System.Text;
using System.Text.RegularExpressions;

namespace Meshlift.Core.Enrolment;

/// <summary>Whose reading of a <c>CODEOWNERS</c> file counts.</summary>
public enum OwnersDialect
{
    /// <summary>GitHub's: patterns as in .gitignore without <c>!</c> and <c>[ ]</c>; the last match wins.</summary>
    GitHub,
    /// <summary>GitLab's: sections, each with a last match of its own; a path without a leading <c>/</c> matches in any folder.</summary>
    GitLab,
    /// <summary>That of Gitea and Forgejo: regular expressions; every match counts.</summary>
    Gitea,
}

/// <summary>The pattern of a line of <c>CODEOWNERS</c>.</summary>
/// <remarks>docs.github.com "About code owners", docs.gitlab.com "CODEOWNERS syntax", docs.gitea.com "Code owners". Matching takes time in proportion to the path.</remarks>
internal sealed class OwnerPattern
{
    private readonly Regex _regex;

    private OwnerPattern(string regex, bool isNegated) =>
        (_regex, IsNegated) = (new Regex(regex, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)), isNegated);

    /// <summary>True when it takes out again what others matched.</summary>
    public bool IsNegated { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern, its escaped blanks already blanks.</param>
    /// <param name="dialect">Who reads it.</param>
    /// <param name="problem">Why it is none; null when it is one.</param>
    /// <returns>Null when it is none.</returns>
    public static OwnerPattern? Read(string text, OwnersDialect dialect, out string? problem)
    {
        problem = null;
        var isNegated = text.StartsWith('!') && dialect != OwnersDialect.GitHub;
        var rest = isNegated ? text[1..] : text;
        try
        {
            switch (dialect)
            {
                case OwnersDialect.Gitea:
                    return new OwnerPattern($"^(?:{rest})$", isNegated);
                case OwnersDialect.GitHub when rest.StartsWith('!'):
                    problem = "a pattern cannot begin with '!' here";
                    return null;
                case OwnersDialect.GitHub when rest.AsSpan().ContainsAny('[', ']'):
                    problem = "[ ] stands for no set of characters here";
                    return null;
                default:
                    return new OwnerPattern(Paths(rest, dialect), isNegated);
            }
        }
        // Look-arounds and back references are not regular, and Gitea's own engine has none either.
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problem = "it is no regular expression";
            return null;
        }
    }

    /// <summary>True when it matches a file.</summary>
    /// <param name="path">From the root, with '/' between its parts.</param>
    public bool Matches(string path) => _regex.IsMatch(path);

    private static string Paths(string text, OwnersDialect dialect)
    {
        var isFolder = text.EndsWith('/');
        var body = text.Trim('/');
        // On GitHub a slash inside binds a pattern to the root, as in .gitignore; on GitLab only one in front does.
        var isAnchored = text.StartsWith('/') || (dialect == OwnersDialect.GitHub && body.Contains('/', StringComparison.Ordinal));
        var regex = new StringBuilder(isAnchored ? "^" : "^(?:.*/)?");
        var segments = body.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] == "**")
            {
                regex.Append(isLast ? ".+" : "(?:[^/]+/)*");
                continue;
            }
            foreach (var c in segments[i])
                regex.Append(c switch { '*' => "[^/]*", '?' => "[^/]", _ => Regex.Escape(c.ToString()) });
            if (!isLast) regex.Append('/');
        }
        // "docs/*" means the files of docs and not those below its folders, unlike in .gitignore. GitLab goes below a folder only behind a '/'.
        var goesBelow = isFolder ? "/.+" : segments[^1] == "*" || dialect == OwnersDialect.GitLab ? "" : "(?:/.+)?";
        return regex.Append(goesBelow).Append('$').ToString();
    }
}
