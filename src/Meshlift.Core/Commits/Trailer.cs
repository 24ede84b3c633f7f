using System.Buffers;

namespace Meshlift.Core.Commits;

/// <summary>One <c>Key: value</c> line at the end of a commit message.</summary>
public sealed record Trailer
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>A trailer.</summary>
    /// <param name="key">Letters, digits and '-'.</param>
    /// <param name="value">Any text; line breaks and control characters become spaces.</param>
    /// <exception cref="ArgumentException">The key is not one, or the value is blank.</exception>
    public Trailer(string key, string value)
    {
        if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(KeyCharacters)) throw new ArgumentException($"'{key}' is not a trailer key", nameof(key));
        Key = key;
        Value = CommitMessage.OneLine(value) is { Length: > 0 } line ? line : throw new ArgumentException($"the trailer {key} has no value", nameof(value));
    }

    /// <summary>The key as written; Git compares keys without regard to case.</summary>
    public string Key { get; }

    /// <summary>The value: one line, not blank, no white space at either end.</summary>
    public string Value { get; }

    /// <summary><c>Key: value</c>.</summary>
    public override string ToString() => $"{Key}: {Value}";
}
