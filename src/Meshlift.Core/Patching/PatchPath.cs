using System.Text;

namespace Meshlift.Core.Patching;

/// <summary>Paths as Git writes them into patches.</summary>
internal static class PatchPath
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A path, quoted as C strings are or not; null when it cannot be read or is not UTF-8.</summary>
    public static string? Read(string text)
    {
        if (text.Length == 0 || text.Contains('\uFFFD', StringComparison.Ordinal)) return null;
        return text[0] == '"' ? Quoted(text, out _) : text;
    }

    /// <summary>A path as a patch holds it, in quotes where it would be misread without them.</summary>
    public static string Write(string path)
    {
        if (!path.AsSpan().ContainsAny('"', '\\') && !path.Any(char.IsControl)) return path;
        var text = new StringBuilder("\"");
        foreach (var b in Encoding.UTF8.GetBytes(path))
            _ = b is (byte)'"' or (byte)'\\' ? text.Append('\\').Append((char)b) : b is >= 0x20 and < 0x7f ? text.Append((char)b) : text.Append('\\').Append(Convert.ToString(b, 8).PadLeft(3, '0'));
        return text.Append('"').ToString();
    }

    /// <summary>Both paths of a <c>diff --git</c> line, without <c>a/</c> and <c>b/</c>; nulls when the line alone does not tell where one ends.</summary>
    public static (string? Old, string? New) OfGitHeader(string text)
    {
        string? first, second;
        if (text.StartsWith('"'))
        {
            first = Quoted(text, out var length);
            second = first is null ? null : Read(text[length..].TrimStart(' '));
        }
        else if (text.EndsWith('"') && text.IndexOf(" \"", StringComparison.Ordinal) is var quote and > 0)
        {
            (first, second) = (Read(text[..quote]), Read(text[(quote + 1)..]));
        }
        else
        {
            // Without quotes both names are the same, or other lines of the header name them.
            var half = text.Length / 2;
            var halves = text.Length % 2 == 1 && text[half] == ' ';
            (first, second) = halves ? (Read(text[..half]), Read(text[(half + 1)..])) : (null, null);
        }
        if (first is null || second is null) return (null, null);
        (first, second) = (WithoutPrefix(first), WithoutPrefix(second));
        return first == second ? (first, second) : (null, null);
    }

    /// <summary>The path without its first folder; null when it has none.</summary>
    public static string? WithoutPrefix(string path) =>
        path.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 && slash + 1 < path.Length ? path[(slash + 1)..] : null;

    private static string? Quoted(string text, out int length)
    {
        var bytes = new List<byte>(text.Length);
        length = 0;
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                length = at + 1;
                return Decode(bytes);
            }
            if (text[at] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, at, char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1));
                if (char.IsHighSurrogate(text[at])) at++;
            }
            else if (++at < text.Length && "abtnvfr\"\\".IndexOf(text[at], StringComparison.Ordinal) is var escape and >= 0)
            {
                bytes.Add("\a\b\t\n\v\f\r\"\\"u8[escape]);
            }
            else if (at + 2 < text.Length && text[at] is >= '0' and <= '3' && text[at + 1] is >= '0' and <= '7' && text[at + 2] is >= '0' and <= '7')
            {
                bytes.Add((byte)(((text[at] - '0') << 6) | ((text[at + 1] - '0') << 3) | (text[at + 2] - '0')));
                at += 2;
            }
            else
            {
                return null;
            }
        }
        return null;
    }

    private static string? Decode(List<byte> bytes)
    {
        try
        {
            return bytes.Count == 0 ? null : Strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
