namespace Meshlift.Yaml.Editing;

/// <summary>Where the value of a key or an item stands in block style.</summary>
/// <param name="Owner">The key or the dash.</param>
/// <param name="Head">The place behind the colon or dash, and behind the value's anchor if it has one.</param>
/// <param name="IsInline">True when the value begins on that line.</param>
internal readonly record struct Slot(int Owner, int Head, bool IsInline)
{
    public static Slot Of(SourceDocument source, Location at)
    {
        int owner, head;
        if (at.HasKey)
        {
            owner = at.Entry.KeySpan!.Value.Start.Offset;
            head = source.SkipSpace(at.Entry.KeySpan.Value.End.Offset);
            if (head >= source.Text.Length || source.Text[head] != ':') throw source.Refuse("no ':' stands behind its key", owner);
        }
        else
        {
            owner = Location.Dash(source, (YamlSequence)at.Parent!.Node, at.Index);
            head = owner;
        }
        head++;
        var next = source.SkipBlanks(head);
        if (next < source.Text.Length && source.Text[next] == '&' && !at.Node.IsAlias) head = source.WordEnd(next);
        next = source.SkipBlanks(head);
        if (next < source.Text.Length && source.Text[next] == '!') throw source.Refuse("its value has a tag", next);
        return new Slot(owner, head, next < source.LineEnd(next) && source.Text[next] != '#');
    }

    /// <summary>Puts another value into the slot.</summary>
    /// <param name="source">The document.</param>
    /// <param name="old">The value in the slot.</param>
    /// <param name="lines">What takes its place.</param>
    /// <param name="whole">True to replace all lines that a block scalar at the end of the old value might own.</param>
    public Splice[] With(SourceDocument source, YamlNode old, BlockLines lines, bool whole)
    {
        var start = source.ContentStart(old);
        var end = source.ContentEnd(old, whole);
        var isBlock = !old.IsAlias && old is YamlMapping { IsFlow: false } or YamlSequence { IsFlow: false };
        var isBlockScalar = !old.IsAlias && old is YamlScalar { Style: ScalarStyle.Literal or ScalarStyle.Folded };
        int from = Head, to = Head;
        var bodyStart = source.LineEnd(Head);
        var bodyEnd = bodyStart;
        if (end <= Head)
        {
            // Nothing stands there.
        }
        else if (isBlock)
        {
            bodyEnd = source.BelowComments(source.LineEnd(end), Math.Max(source.Column(start), source.Column(Owner) + 1));
            // "- key: value": what begins behind the dash goes with its line; the line's comment is about what goes.
            if (IsInline) (from, to, bodyStart) = (start, bodyEnd, bodyEnd);
        }
        else if (isBlockScalar)
        {
            (from, to, bodyEnd) = (start, source.WordEnd(start), source.LineEnd(end));
        }
        else if (IsInline || lines.Body.Count == 0)
        {
            (from, to) = (start, end);
            bodyStart = bodyEnd = source.LineEnd(end);
        }
        else
        {
            bodyEnd = source.LineEnd(end);
        }
        var head = lines.Head;
        if (head.Length == 0) from = Math.Min(from, source.SkipBlanks(Head) == from ? Head : from);
        else if (from == Head) head = " " + head;
        var newLine = source.LineBreak(Head);
        var body = string.Concat(lines.Body.Select(line => newLine + line));
        return [new Splice(from, to, head), new Splice(bodyStart, bodyEnd, body)];
    }
}
