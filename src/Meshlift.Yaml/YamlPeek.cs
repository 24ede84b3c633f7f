using System.Text;

namespace Meshlift.Yaml;

/// <summary>Reads a few scalars near the top of a document from its bytes, without parsing it.</summary>
/// <remarks>
/// Sees only what cannot be mistaken: keys of a block mapping, one or two levels deep, with values on the key's own line. Everything else (flow style,
/// anchors, tags, escapes, continued lines) makes it give up, and the caller parses the document. Speed: one pass over the line starts.
/// </remarks>
public static class YamlPeek
{
    /// <summary>Reads the scalars at <paramref name="paths"/>.</summary>
    /// <param name="document">One document of UTF-8 YAML.</param>
    /// <param name="paths">Keys such as <c>kind</c> or <c>metadata.name</c>; two levels at most.</param>
    /// <returns>A value for each path, null where the key is certainly not there; or null when the document must be parsed to know.</returns>
    public static string?[]? Scalars(ReadOnlySpan<byte> document, params ReadOnlySpan<string> paths)
    {
        var values = new string?[paths.Length];
        var found = new bool[paths.Length];
        string? parent = null;
        var hasRoot = false;
        var childIndent = -1;
        var taken = int.MaxValue;
        if (document.StartsWith("\uFEFF"u8)) document = document[3..];
        if (HasOtherLineBreaks(document)) return null;
        while (!document.IsEmpty)
        {
            var end = document.IndexOf((byte)'\n');
            var line = (end < 0 ? document : document[..end]).TrimEnd(" \r"u8);
            document = end < 0 ? [] : document[(end + 1)..];
            var indent = line.IndexOfAnyExcept((byte)' ');
            if (indent < 0 || line[indent] == (byte)'#' || (indent == 0 && IsMarker(line))) continue;
            // A deeper line behind a value that was taken would continue it.
            if (indent > taken) return null;
            taken = int.MaxValue;
            if (indent > 0)
            {
                if (!hasRoot) return null;
                if (parent is null) continue;
                if (childIndent < 0) childIndent = indent;
                if (indent < childIndent) return null;
                if (indent > childIndent) continue;
            }
            var text = line[indent..];
            // A sequence may stand at its key's own column; it holds no key we look for.
            if (text[0] == (byte)'-' && (text.Length == 1 || text[1] == (byte)' ') && (indent > 0 || parent is not null)) continue;
            var colon = text.IndexOf((byte)':');
            if (colon <= 0 || !IsPlainKey(text[..colon]) || (colon + 1 < text.Length && text[colon + 1] != (byte)' ')) return null;
            var key = Encoding.UTF8.GetString(text[..colon]);
            var rest = text[(colon + 1)..].TrimStart((byte)' ');
            if (indent == 0)
            {
                hasRoot = true;
                parent = (rest.IsEmpty || rest[0] == (byte)'#') && !key.Contains('.', StringComparison.Ordinal) ? key : null;
                childIndent = -1;
            }
            // A dot in a key of the top level is no step.
            var path = indent > 0 ? $"{parent}.{key}" : key.Contains('.', StringComparison.Ordinal) ? null : key;
            for (var i = 0; i < paths.Length; i++)
            {
                if (indent == 0 && parent is null && paths[i].StartsWith(key + ".", StringComparison.Ordinal)) return null;
                if (paths[i] != path) continue;
                if (found[i] || Scalar(rest) is not { } value) return null;
                (found[i], values[i], taken) = (true, value, indent);
            }
        }
        return values;
    }

    /// <summary>True when a line ends in what only YAML takes for a line break: a lone carriage return, U+0085, U+2028 or U+2029.</summary>
    private static bool HasOtherLineBreaks(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOfAny((byte)'\r', (byte)0xC2, (byte)0xE2); at >= 0; at = text.IndexOfAny((byte)'\r', (byte)0xC2, (byte)0xE2))
        {
            text = text[at..];
            if (text[0] == (byte)'\r' ? !text.StartsWith("\r\n"u8) : text.StartsWith("\u0085"u8) || text.StartsWith("\u2028"u8) || text.StartsWith("\u2029"u8)) return true;
            text = text[1..];
        }
        return false;
    }

    private static bool IsMarker(ReadOnlySpan<byte> line) => line.SequenceEqual("---"u8) || line.SequenceEqual("..."u8) || line.StartsWith("--- #"u8);

    private static bool IsPlainKey(ReadOnlySpan<byte> key)
    {
        foreach (var b in key)
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'.' or (byte)'/' or (byte)'_' or (byte)'-'))
                return false;
        return !key.IsEmpty && key[0] != (byte)'-';
    }

    private static string? Scalar(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf(" #"u8) is var comment and >= 0) text = text[..comment].TrimEnd((byte)' ');
        if (text.Length >= 2 && text[0] is (byte)'"' or (byte)'\'' && text[^1] == text[0]) text = text[1..^1];
        else if (text.IsEmpty || PlainScalar.Resolve(Encoding.UTF8.GetString(text)).Kind != ScalarKind.String) return null;
        foreach (var b in text)
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'.' or (byte)'/' or (byte)'_' or (byte)'-' or (byte)':'))
                return null;
        return text.IsEmpty || text[^1] == (byte)':' ? null : Encoding.UTF8.GetString(text);
    }
}
