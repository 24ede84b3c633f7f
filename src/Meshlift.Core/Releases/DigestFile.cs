using System.Buffers;
using System.Text;

namespace Meshlift.Core.Releases;

/// <summary>The file that stands beside each archive and holds its SHA-256.</summary>
public static class DigestFile
{
    private const int DigitCount = 64;

    /// <summary>No digest file is larger, in bytes.</summary>
    public const int Largest = 4096;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Reads a digest file: one line, the digest in hexadecimal, a separator and the name of the archive.</summary>
    /// <remarks>
    /// The separator is that of <c>sha256sum</c> (two spaces, or a space and an asterisk) or one space, which is what Istio's own build writes
    /// (istio/release-builder, <c>pkg/util/files.go</c>, <c>CreateSha</c>). Nothing else is accepted: a digest whose file is not named may be another file's.
    /// </remarks>
    /// <param name="content">The file.</param>
    /// <param name="archive">The name of the archive that it must speak of.</param>
    /// <param name="source">Where the digest file came from, for messages.</param>
    /// <returns><c>sha256:</c> and 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="UserException">The file is anything else.</exception>
    public static string Parse(ReadOnlySpan<byte> content, string archive, string source)
    {
        if (content.TrimStart(" \t\r\n"u8).StartsWith("<"u8)) throw Wrong(source, "is a web page, not a digest", "a login page or an error page often answers in place of a file; open the address by hand");
        if (content.Length > Largest) throw Wrong(source, "is far longer than a digest");
        if (content.IndexOfAnyExceptInRange((byte)0, (byte)127) >= 0) throw Wrong(source, "is no text");
        var text = Encoding.ASCII.GetString(content).TrimEnd('\r', '\n');
        if (text.Length <= DigitCount || text.AsSpan(0, DigitCount).ContainsAnyExcept(Digits)) throw Wrong(source, "does not begin with the 64 digits of a SHA-256 and a file name");
        var name = text.AsSpan(DigitCount) switch
        {
            [' ', ' ' or '*', .. var rest] => rest,
            [' ', .. var rest] => rest,
            _ => throw Wrong(source, "has no space behind the digits"),
        };
        if (!name.SequenceEqual(archive)) throw Wrong(source, $"is the digest of {Shown(name)}");
        return "sha256:" + text[..DigitCount].ToLowerInvariant();

        UserException Wrong(string where, string what, string? remedy = null) =>
            new(ErrorKind.Environment, $"{where} {what}", remedy ?? $"it must hold one line: the SHA-256, two spaces, {archive}; write it with 'sha256sum {archive} > {archive}.sha256'");
    }

    private static string Shown(ReadOnlySpan<char> name)
    {
        var shown = new StringBuilder("'");
        foreach (var c in name[..Math.Min(name.Length, 80)]) shown.Append(char.IsControl(c) ? ' ' : c);
        return shown.Append(name.Length > 80 ? "...'" : "'").ToString();
    }
}
