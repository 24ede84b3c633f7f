namespace Meshlift.Core.Forges;

/// <summary>A line that is not shown, by which Meshlift finds a text of its own again and edits it, rather than writing it twice.</summary>
public static class CommentMarker
{
    /// <summary>What stands in the text of a pull request that Meshlift itself closed.</summary>
    public const string Withdrawn = "<!-- meshlift:withdrawn -->";

    /// <summary>A comment, with the line that marks it.</summary>
    /// <param name="key">What the comment is about, such as <c>deadline</c>: letters, digits and '-'. There is one comment of each key.</param>
    /// <param name="text">Markdown.</param>
    /// <exception cref="ArgumentException">The key would not stay in its line.</exception>
    public static string Mark(string key, string text) => $"{Line(key)}\n{text.TrimEnd()}";

    /// <summary>Whether a comment is the one of a key. A person who quotes it has other characters before it.</summary>
    public static bool IsOf(string key, string comment) => comment.StartsWith(Line(key), StringComparison.Ordinal);

    /// <summary>Whether two comments say the same, whatever the forge did to line breaks.</summary>
    public static bool SaysTheSame(string one, string other) => ChangeUpdate.Plain(one) == ChangeUpdate.Plain(other);

    /// <summary>The text of a pull request that is about to be closed by Meshlift.</summary>
    public static string Withdraw(string body) => body.Contains(Withdrawn, StringComparison.Ordinal) ? body : $"{body.TrimEnd()}\n\n{Withdrawn}";

    private static string Line(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && !key.Contains("--", StringComparison.Ordinal)
            ? $"<!-- meshlift:comment:{key} -->"
            : throw new ArgumentException($"'{key}' is not a key of a comment", nameof(key));
}
