using System.Buffers;

namespace Meshlift.Core.Charts;

/// <summary>Digests as chart repositories and registries write them.</summary>
public static class ChartDigest
{
    private const string Prefix = "sha256:";
    private const int DigitCount = 64;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>
    /// The digest as <c>sha256:</c> and 64 lower-case digits; null when the text is none of SHA-256. Helm's own index holds the digits alone, OCI has the
    /// algorithm before them.
    /// </summary>
    public static string? Normal(string? text)
    {
        if (text is null) return null;
        var digits = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        return digits.Length == DigitCount && !digits.AsSpan().ContainsAnyExcept(Digits) ? Prefix + digits.ToLowerInvariant() : null;
    }
}
