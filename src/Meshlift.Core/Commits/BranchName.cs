using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Meshlift.Core.Commits;

/// <summary>The short name of a branch, such as <c>meshlift/render/1-30-3/testing</c>.</summary>
/// <remarks>Always valid as <c>git check-ref-format --branch</c> defines it.</remarks>
public sealed record BranchName
{
    private const int LongestPart = 60;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [' ', '~', '^', ':', '?', '*', '[', '\\', '\u007f', .. Enumerable.Range(0, 32).Select(code => (char)code)]);
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    private BranchName(string value) => Value = value;

    /// <summary>The short name, without <c>refs/heads/</c>.</summary>
    public string Value { get; }

    /// <summary>The full name, <c>refs/heads/...</c>.</summary>
    public string Reference => "refs/heads/" + Value;

    /// <summary>The branch of a step: <c>meshlift/</c> and the parts, in order. The same parts give the same name, other parts another one.</summary>
    /// <remarks>
    /// A part that is lower-case letters, digits, '-', '_' and inner dots stands as it is. Of any other part the legal characters are kept and a digest
    /// of the whole part is added, so that "Team A" and "team-a" stay apart, also where file names ignore case. Steps of one kind have the same
    /// number of parts: Git cannot hold a branch beneath another branch.
    /// </remarks>
    /// <exception cref="ArgumentException">No part was given.</exception>
    public static BranchName For(params ReadOnlySpan<string> parts)
    {
        if (parts.IsEmpty) throw new ArgumentException("a step has at least one part", nameof(parts));
        var name = new StringBuilder("meshlift");
        foreach (var part in parts) name.Append('/').Append(Component(part));
        return new BranchName(name.ToString());
    }

    /// <summary>Takes a name as a person or Git wrote it.</summary>
    /// <exception cref="UserException">Git does not allow such a branch.</exception>
    public static BranchName Parse(string text) =>
        IsValid(text)
            ? new(text)
            : throw new UserException(ErrorKind.Input, $"'{text}' is not a branch name that Git allows", "use letters, digits, '-', '_', '.' and '/', for example meshlift/render/1-30-3");

    /// <summary>The short name.</summary>
    public override string ToString() => Value;

    // The rules of git-check-ref-format(1), in its order, and of its --branch option.
    private static bool IsValid(string text)
    {
        if (text is "" or "HEAD" || text[0] == '-') return false;
        foreach (var component in text.Split('/'))
            if (component is "" || component[0] == '.' || component.EndsWith(".lock", StringComparison.Ordinal)) return false;
        return !text.Contains("..", StringComparison.Ordinal)
            && !text.AsSpan().ContainsAny(Forbidden)
            && text[^1] != '.'
            && !text.Contains("@{", StringComparison.Ordinal);
    }

    private static string Component(string part)
    {
        var slug = new StringBuilder(part.Length);
        foreach (var character in part.AsSpan(0, Math.Min(part.Length, LongestPart)))
        {
            var kept = Plain.Contains(char.ToLowerInvariant(character)) ? char.ToLowerInvariant(character) : '-';
            if (kept is '-' or '.' && slug.Length > 0 && slug[^1] is '-' or '.') continue;
            slug.Append(kept);
        }
        var text = slug.ToString().Trim('-', '.');
        if (text.Length > 0 && text == part && IsValid(part)) return part;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(part)))[..8];
        return text.Length == 0 ? digest : $"{text}-{digest}";
    }
}
