using System.Buffers;

namespace Meshlift.Core.Configuration;

/// <summary>A name in which <c>*</c> stands for any characters, also none: <c>istio-egress*</c>. Capitals count. Nothing else is special.</summary>
public sealed record Glob
{
    /// <summary>A regular expression for the written form.</summary>
    internal const string Pattern = @"^[^\s?\[\]{}!|^$()+\\]*$";

    // What other pattern languages use; no Kubernetes name holds any of them, so one that stands here was meant to do something.
    private static readonly SearchValues<char> Foreign = SearchValues.Create("?[]{}!|^$()+\\ \t\r\n");

    private Glob(string text) => Text = text;

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>True when every name matches.</summary>
    public bool MatchesAll => Text.Length > 0 && !Text.AsSpan().ContainsAnyExcept('*');

    /// <summary>Parses a pattern. The empty one matches the empty text only, which is the name of Kubernetes' core group.</summary>
    /// <exception cref="UserException">The text holds a character that no name has.</exception>
    public static Glob Parse(string text) => text.AsSpan().IndexOfAny(Foreign) is var at and >= 0
        ? throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a pattern: '{text[at]}' stands in no name",
            "use '*' for any characters; for several patterns write several items")
        : new Glob(text);

    /// <summary>True when the whole name fits the pattern. Takes at most pattern times name steps.</summary>
    public bool Matches(string name)
    {
        var (pattern, text) = (0, 0);
        var (star, resume) = (-1, 0);
        while (text < name.Length)
        {
            if (pattern < Text.Length && Text[pattern] == '*')
            {
                // Only the last star needs to be tried again: what an earlier one took cannot help a later one.
                (star, resume) = (pattern++, text);
            }
            else if (pattern < Text.Length && Text[pattern] == name[text])
            {
                pattern++;
                text++;
            }
            else if (star >= 0)
            {
                (pattern, text) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }
        return !Text.AsSpan(pattern).ContainsAnyExcept('*');
    }

    /// <summary>The pattern as it was written.</summary>
    public override string ToString() => Text;
}
