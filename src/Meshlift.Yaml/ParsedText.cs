using YamlDotNet.Core;

namespace Meshlift.Yaml;

/// <summary>A document's text on its way through the parser: what the parser is given of it, and what the parser's marks and messages mean in it.</summary>
internal sealed class ParsedText(string text, int firstLine)
{
    private readonly int _skipped = text.StartsWith('\uFEFF') ? 1 : 0;
    private readonly List<(int At, int Length)> _blanks = [];

    /// <summary>A parser at the start of the text.</summary>
    public Parser Parser()
    {
        var given = text;
        for (var i = _blanks.Count - 1; i >= 0; i--) given = given.Remove(_blanks[i].At, _blanks[i].Length);
        return new Parser(new Scanner(new StringReader(given[_skipped..]), skipComments: true));
    }

    /// <summary>True when the text has this character at a mark.</summary>
    public bool Is(char c, Mark mark) => Position(mark).Offset is var at && at < text.Length && text[at] == c;

    /// <summary>The place of a mark. An editor does not show the byte order mark, so it counts in the offset alone.</summary>
    public SourcePosition Position(Mark mark)
    {
        var offset = (int)mark.Index + _skipped;
        foreach (var (at, length) in _blanks)
            if (at < offset)
                offset += length;
        return new SourcePosition(offset, (int)mark.Line + firstLine - 1, (int)mark.Column);
    }

    /// <summary>Where to look: the parser names the value it was reading, which of a tab may be lines above, and of a text that ends too soon beyond the end.</summary>
    public SourcePosition Place(YamlException e)
    {
        var at = Math.Min(Position(e.Start).Offset, text.Length);
        if (e.Message.Contains(" tab ", StringComparison.Ordinal) && TabbedIndentation(at) is { } tab) at = tab;
        return PositionAt(text, at, firstLine);
    }

    /// <summary>The place of a character, counted as editors do.</summary>
    public static SourcePosition PositionAt(string text, int offset, int firstLine)
    {
        var before = text.AsSpan(0, offset);
        var lineStart = Math.Max(before.LastIndexOf('\n') + 1, before.StartsWith('\uFEFF') ? 1 : 0);
        return new SourcePosition(offset, firstLine + before.Count('\n'), offset - lineStart + 1);
    }

    /// <summary>The next tab that indents a line.</summary>
    private int? TabbedIndentation(int from)
    {
        for (var line = text.IndexOf('\n', from); line >= 0; line = text.IndexOf('\n', line + 1))
        {
            var indent = text.AsSpan(line + 1).IndexOfAnyExcept(' ');
            if (indent >= 0 && text[line + 1 + indent] == '\t') return line + 1 + indent;
        }
        return null;
    }

    /// <summary>The parser's reason without the positions it puts in front.</summary>
    public static string Reason(YamlException e)
    {
        var text = (e.InnerException as YamlException ?? e).Message;
        var cut = text.StartsWith("(Line:", StringComparison.Ordinal) ? text.IndexOf("): ", StringComparison.Ordinal) : -1;
        text = (cut < 0 ? text : text[(cut + 3)..]).TrimEnd('.', ' ');
        return text.Length == 0 ? "this is not YAML" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    /// <summary>
    /// YamlDotNet 16.3 refuses a literal block that begins with a line of blanks, which templates often leave behind and every other reader takes for an
    /// empty line. Such blanks are kept from it.
    /// </summary>
    /// <returns>True when the failure was this one and the text should be parsed again.</returns>
    public bool HideBlanks(YamlSyntaxException failure)
    {
        const int most = 100; // each costs a reading of the document
        if (failure.InnerException is not SemanticErrorException || !failure.Message.EndsWith("extra spaces in first line", StringComparison.Ordinal)) return false;
        var content = failure.Position.Offset;
        var indent = text.AsSpan(content).IndexOfAnyExcept(' ');
        var found = new List<(int At, int Length)>();
        for (var end = content; end > 0;)
        {
            var line = text.LastIndexOf('\n', Math.Max(0, end - 2)) + 1;
            var length = text.AsSpan(line..end).TrimEnd("\r\n").Length;
            if (text.AsSpan(line, length).ContainsAnyExcept(' ')) break;
            if (length > indent) return false;
            if (length > 0) found.Add((line, length));
            end = line;
        }
        _blanks.AddRange(found);
        _blanks.Sort();
        return found.Count > 0 && _blanks.Count <= most;
    }
}
