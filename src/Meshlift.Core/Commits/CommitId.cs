using System.Buffers;

namespace Meshlift.Core.Commits;

/// <summary>The full name of a Git commit: 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.</summary>
public sealed record CommitId
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private CommitId(string value) => Value = value;

    /// <summary>The digits, all of them.</summary>
    public string Value { get; }

    /// <summary>The first ten digits, for people.</summary>
    public string Short => Value[..10];

    /// <summary>Parses a full commit name.</summary>
    /// <exception cref="UserException">The text is not 40 or 64 hexadecimal digits.</exception>
    public static CommitId Parse(string text) =>
        text.Length is 40 or 64 && !text.AsSpan().ContainsAnyExcept(Digits)
            ? new(text)
            : throw new UserException(ErrorKind.Input, $"'{text}' is not a full commit name", "give all 40 (or 64) hexadecimal digits, as git rev-parse prints them");

    /// <summary>All digits.</summary>
    public override string ToString() => Value;
}
