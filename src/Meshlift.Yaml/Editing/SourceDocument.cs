namespace Meshlift.Yaml.Editing;

/// <summary>Part of a text and what takes its place; an empty part is an insertion.</summary>
internal readonly record struct Splice(int Start, int End, string Text);

/// <summary>The text of one document together with its nodes: what an edit looks at.</summary>
/// <param name="text">The text.</param>
/// <param name="root">What it reads as; null when it is empty.</param>
/// <param name="firstLine">The line of the file at which it starts.</param>
internal sealed class SourceDocument(string text, YamlNode? root, int firstLine)
{
    public string Text { get; } = text;

    public YamlNode? Root { get; } = root;

    public int FirstLine { get; } = firstLine;

    /// <summary>The first carriage return that is not part of a CRLF; -1 when there is none. YAML takes it for a line break, editors do not.</summary>
    public int LoneCarriageReturn()
    {
        var at = Text.IndexOf('\r', StringComparison.Ordinal);
        while (at >= 0 && at + 1 < Text.Length && Text[at + 1] == '\n') at = Text.IndexOf('\r', at + 1);
        return at;
    }

    /// <summary>The start of a line, behind a byte order mark.</summary>
    public int LineStart(int at)
    {
        var start = at == 0 ? 0 : Text.LastIndexOf('\n', at - 1) + 1;
        return start == 0 && at > 0 && Text[0] == '\uFEFF' ? 1 : start;
    }

    /// <summary>The end of a line, before its line break.</summary>
    public int LineEnd(int at)
    {
        var end = Text.IndexOf('\n', at);
        if (end < 0) return Text.Length;
        return end > 0 && Text[end - 1] == '\r' ? end - 1 : end;
    }

    /// <summary>The start of the next line; the end of the text on its last line.</summary>
    public int NextLine(int at) => Text.IndexOf('\n', at) is var end and >= 0 ? end + 1 : Text.Length;

    public int Column(int at) => at - LineStart(at);

    /// <summary>The line break used around a place.</summary>
    public string LineBreak(int at)
    {
        var end = Text.IndexOf('\n', at);
        if (end < 0) end = at == 0 ? -1 : Text.LastIndexOf('\n', at - 1);
        return end > 0 && Text[end - 1] == '\r' ? "\r\n" : "\n";
    }

    /// <summary>True when only blanks stand between the start of its line and a place.</summary>
    public bool IsFirstOnLine(int at) => Text.AsSpan(LineStart(at)..at).Trim(' ').IsEmpty;

    /// <summary>The next place that is no blank, on the same line.</summary>
    public int SkipBlanks(int at)
    {
        while (at < Text.Length && Text[at] is ' ' or '\t') at++;
        return at;
    }

    /// <summary>The place before the blanks that end at a place.</summary>
    public int BeforeBlanks(int at)
    {
        while (at > 0 && Text[at - 1] is ' ' or '\t') at--;
        return at;
    }

    /// <summary>True when nothing but blanks or a comment follows on the line.</summary>
    public bool IsLastOnLine(int at)
    {
        var next = SkipBlanks(at);
        return next >= LineEnd(at) || (Text[next] == '#' && (next > at || at == LineStart(at)));
    }

    /// <summary>The next place that is neither blank, line break nor comment; the end of the text when there is none.</summary>
    public int SkipSpace(int at)
    {
        while (true)
        {
            at = SkipBlanks(at);
            if (at == Text.Length) return at;
            if (Text[at] == '#') at = NextLine(at);
            else if (Text[at] is '\r' or '\n') at++;
            else return at;
        }
    }

    /// <summary>True when a line holds a comment and nothing else; <paramref name="column"/> is where it begins.</summary>
    public bool IsComment(int lineStart, out int column)
    {
        var at = SkipBlanks(lineStart);
        column = at - lineStart;
        return at < Text.Length && Text[at] == '#';
    }

    /// <summary>Moves the end of a value's last line down over the comments below it that are indented by at least <paramref name="column"/>.</summary>
    public int BelowComments(int lineEnd, int column)
    {
        for (var line = NextLine(lineEnd); line < Text.Length; line = NextLine(line))
        {
            if (IsComment(line, out var indent))
            {
                if (indent < column) break;
                lineEnd = LineEnd(line);
            }
            else if (SkipBlanks(line) < LineEnd(line))
            {
                break;
            }
        }
        return lineEnd;
    }

    /// <summary>Moves the start of a line up over the comments directly above it that begin in the same column.</summary>
    public int AboveComments(int lineStart, int column)
    {
        while (lineStart > 0 && LineStart(lineStart - 1) is var above && above < lineStart && IsComment(above, out var indent) && indent == column) lineStart = above;
        return lineStart;
    }

    /// <summary>Where a value itself begins, behind its anchor and tag.</summary>
    public int ContentStart(YamlNode node)
    {
        var at = node.Span!.Value.Start.Offset;
        var end = node.Span.Value.End.Offset;
        while (at < end && Text[at] is '&' or '!') at = Math.Min(end, SkipSpace(WordEnd(at)));
        return at;
    }

    /// <summary>The end of a word: an anchor, a tag, the head of a block scalar.</summary>
    public int WordEnd(int at)
    {
        while (at < Text.Length && Text[at] is not (' ' or '\t' or '\r' or '\n')) at++;
        return at;
    }

    /// <summary>The place behind the last character of a value; blank lines behind it are not part of it, unless a block scalar keeps them.</summary>
    /// <param name="node">The value.</param>
    /// <param name="whole">True to count all lines that a block scalar at its end might own, blank ones included.</param>
    public int ContentEnd(YamlNode node, bool whole)
    {
        var span = node.Span!.Value;
        var end = span.End.Offset;
        if (!whole && !KeepsBlankLines(node)) return span.Start.Offset + Text.AsSpan(span.Start.Offset..end).TrimEnd(" \t\r\n").Length;
        return end > span.Start.Offset && Text[end - 1] == '\n' ? LineEnd(end - 1) : end;
    }

    private bool KeepsBlankLines(YamlNode node) => node switch
    {
        YamlMapping { IsFlow: false, Entries: [.., var last] } => last.KeySpan is not null && KeepsBlankLines(last.Value),
        YamlSequence { IsFlow: false, Items: [.., var last] } => KeepsBlankLines(last),
        YamlScalar { Style: ScalarStyle.Literal or ScalarStyle.Folded, IsAlias: false, Span: { } span } => Text.AsSpan(span.Start.Offset..LineEnd(span.Start.Offset)).Contains('+'),
        _ => false,
    };

    /// <summary>An edit that cannot be made, and the place that stands in the way.</summary>
    public RefusedEdit Refuse(string reason, int at) =>
        new(reason, new SourcePosition(at, FirstLine + Text.AsSpan(0, at).Count('\n'), Column(at) + 1));
}

/// <summary>Why an edit was refused; <see cref="YamlEdit"/> adds which change it was part of.</summary>
internal sealed class RefusedEdit(string reason, SourcePosition position) : Exception(reason)
{
    public SourcePosition Position { get; } = position;
}
