namespace Meshlift.Yaml;

/// <summary>Walks the documents of a UTF-8 YAML stream. The documents, joined, are the source byte for byte.</summary>
/// <remarks>
/// A document begins at a <c>---</c> line, or behind a <c>...</c> line, or at the start. YAML forbids both markers in column 0 inside any scalar
/// (YAML 1.2.2, 9.1.2), so a byte search cannot cut a scalar in two. A piece may hold no content at all: nothing but comments, blanks or markers.
/// </remarks>
public ref struct YamlDocumentReader(ReadOnlySpan<byte> utf8)
{
    private readonly ReadOnlySpan<byte> _source = utf8;
    private int _next;
    private int _nextLine = 1;

    /// <summary>The bytes of the document, markers and comments included.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Where <see cref="Current"/> starts in the source, in bytes.</summary>
    public int Start { get; private set; }

    /// <summary>The line of the source at which <see cref="Current"/> starts; 1-based.</summary>
    public int Line { get; private set; }

    /// <summary>Moves to the next document.</summary>
    /// <returns>False at the end of the source.</returns>
    public bool Read()
    {
        if (_next == _source.Length) return false;
        Start = _next;
        Line = _nextLine;
        // Directives (%YAML) belong to the document whose marker follows them.
        var directives = StartsWithDirective(_source[_next..]);
        for (var end = Start; ;)
        {
            var hit = _source[end..].IndexOf((byte)'\n');
            if (hit < 0)
            {
                _next = _source.Length;
                break;
            }
            end += hit + 1;
            var rest = _source[end..];
            if (IsMarker(rest, (byte)'-'))
            {
                if (directives)
                {
                    directives = false;
                    continue;
                }
                _next = end;
                break;
            }
            if (IsMarker(rest, (byte)'.'))
            {
                var behind = rest.IndexOf((byte)'\n');
                _next = behind < 0 ? _source.Length : end + behind + 1;
                break;
            }
        }
        Current = _source[Start.._next];
        _nextLine += Current.Count((byte)'\n');
        return true;
    }

    /// <summary>True when the document holds nothing but blanks, comments, directives and markers.</summary>
    public static bool IsEmpty(ReadOnlySpan<byte> document)
    {
        if (document.StartsWith("\uFEFF"u8)) document = document[3..];
        while (!document.IsEmpty)
        {
            var end = document.IndexOf((byte)'\n');
            var line = end < 0 ? document : document[..end];
            document = end < 0 ? [] : document[(end + 1)..];
            if (IsMarker(line, (byte)'-') || IsMarker(line, (byte)'.')) line = line[3..];
            else if (!line.IsEmpty && line[0] == (byte)'%') continue;
            line = line.Trim(" \t\r"u8);
            if (!line.IsEmpty && line[0] != (byte)'#') return false;
        }
        return true;
    }

    private static bool StartsWithDirective(ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("\uFEFF"u8)) rest = rest[3..];
        while (!rest.IsEmpty)
        {
            if (rest[0] == (byte)'%') return true;
            var end = rest.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8);
            if (!line.IsEmpty && line[0] != (byte)'#') return false;
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
        return false;
    }

    private static bool IsMarker(ReadOnlySpan<byte> line, byte mark) =>
        line.Length >= 3 && line[0] == mark && line[1] == mark && line[2] == mark
        && (line.Length == 3 || line[3] is (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t');
}
