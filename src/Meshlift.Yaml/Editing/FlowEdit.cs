namespace Meshlift.Yaml.Editing;

/// <summary>New and removed elements between braces or brackets.</summary>
internal static class FlowEdit
{
    /// <summary>The quotes of new strings: those of the first key or string, so that JSON stays JSON.</summary>
    public static ScalarStyle Quotes(SourceDocument source, Location at) => at.Node switch
    {
        YamlMapping { Entries: [{ KeySpan: { } key }, ..] } => source.Text[key.Start.Offset] == '"' ? ScalarStyle.DoubleQuoted : ScalarStyle.Plain,
        YamlSequence { Items: [YamlScalar, ..] } sequence => InsertEdit.Quotes(sequence),
        _ => ScalarStyle.Plain,
    };

    /// <param name="source">The document.</param>
    /// <param name="at">The collection in brackets.</param>
    /// <param name="index">The element before which to insert; their number to append.</param>
    /// <param name="key">The key; null for an item.</param>
    /// <param name="value">The value.</param>
    public static IEnumerable<Splice[]> Insert(SourceDocument source, Location at, int index, string? key, YamlNode value)
    {
        var quotes = Quotes(source, at);
        var text = key is null ? FlowText.Of(value, quotes) : $"{FlowText.Text(key, quotes)}: {FlowText.Of(value, quotes)}";
        var elements = Elements(source, at.Node);
        if (elements.Count == 0)
        {
            var close = source.ContentEnd(at.Node, whole: false) - 1;
            yield return [new Splice(close, close, text)];
            yield break;
        }
        if (index < elements.Count)
        {
            var next = elements[index].Start;
            var line = source.AboveComments(source.LineStart(next), source.Column(next));
            yield return source.IsFirstOnLine(next)
                ? [new Splice(line, line, source.Text[source.LineStart(next)..next] + text + "," + source.LineBreak(next))]
                : [new Splice(next, next, text + ", ")];
            yield break;
        }
        var (start, end) = elements[^1];
        var comma = Comma(source, end);
        var behind = comma < 0 ? end : comma + 1;
        if (source.IsFirstOnLine(start) && source.IsLastOnLine(behind))
        {
            var lineEnd = source.LineEnd(behind);
            var line = source.LineBreak(lineEnd) + source.Text[source.LineStart(start)..start] + text;
            yield return comma < 0 ? [new Splice(end, end, ","), new Splice(lineEnd, lineEnd, line)] : [new Splice(lineEnd, lineEnd, line + ",")];
        }
        else
        {
            yield return comma < 0 ? [new Splice(end, end, ", " + text)] : [new Splice(behind, behind, " " + text + ",")];
        }
    }

    public static IEnumerable<Splice[]> Remove(SourceDocument source, Location at, int index)
    {
        var elements = Elements(source, at.Node);
        var (start, end) = elements[index];
        var comma = Comma(source, end);
        var behind = comma < 0 ? end : comma + 1;
        var isLast = index == elements.Count - 1;
        // The comma before the last element goes with it, but for one that was there behind it too.
        var orphan = isLast && comma < 0 && index > 0 ? Comma(source, elements[index - 1].End) : -1;
        if (source.IsFirstOnLine(start) && source.IsLastOnLine(behind) && elements.Count > 1)
        {
            var lines = new Splice(source.LineStart(start), source.NextLine(behind), "");
            yield return orphan < 0 ? [lines] : [new Splice(orphan, orphan + 1, ""), lines];
        }
        else if (isLast)
        {
            if (orphan >= 0 && source.BeforeBlanks(start) == orphan + 1) yield return [new Splice(orphan, end, "")];
            else if (orphan >= 0) yield return [new Splice(orphan, orphan + 1, ""), new Splice(start, end, "")];
            else yield return [new Splice(index > 0 ? source.BeforeBlanks(start) : start, behind, "")];
        }
        else
        {
            var next = source.SkipBlanks(behind);
            yield return next == elements[index + 1].Start ? [new Splice(start, next, "")] : [new Splice(start, behind, "")];
        }
    }

    private static List<(int Start, int End)> Elements(SourceDocument source, YamlNode node)
    {
        if (node is YamlSequence sequence) return [.. sequence.Items.Select(item => (item.Span!.Value.Start.Offset, source.ContentEnd(item, whole: false)))];
        var entries = new List<(int Start, int End)>();
        foreach (var entry in ((YamlMapping)node).Entries)
        {
            if (entry.KeySpan is not { } key) continue;
            var end = key.End.Offset;
            if (source.SkipSpace(end) is var colon && source.Text[colon] == ':') end = colon + 1;
            entries.Add((key.Start.Offset, Math.Max(end, source.ContentEnd(entry.Value, whole: false))));
        }
        return entries;
    }

    /// <summary>The comma behind an element; -1 when there is none.</summary>
    private static int Comma(SourceDocument source, int end) => source.SkipSpace(end) is var at && source.Text[at] == ',' ? at : -1;
}
