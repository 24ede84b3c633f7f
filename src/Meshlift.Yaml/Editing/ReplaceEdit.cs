namespace Meshlift.Yaml.Editing;

/// <summary>Ways to write another value in the place of one that is there, the most natural first.</summary>
internal static class ReplaceEdit
{
    public static IEnumerable<Splice[]> Ways(SourceDocument source, Location at, YamlNode value)
    {
        if (at.Parent is null) return Root(source, at, value);
        return at.IsInFlow ? Flow(source, at, value) : Block(source, at, value);
    }

    private static IEnumerable<Splice[]> Block(SourceDocument source, Location at, YamlNode value)
    {
        var slot = Slot.Of(source, at);
        var column = source.Column(slot.Owner);
        var content = source.ContentStart(at.Node);
        var quotes = at.Node is YamlScalar { Kind: ScalarKind.String, IsAlias: false } old ? old.Style : ScalarStyle.Plain;
        var layout = Layout(source, at, slot, value, column);
        foreach (var whole in new[] { false, true })
        {
            foreach (var literals in new[] { true, false })
            {
                var text = new BlockText(layout, literals);
                var lines = at.HasKey
                    ? text.UnderKey(value, column, quotes)
                    : text.BehindDash(value, column, slot.IsInline ? source.Column(content) : column + 2, quotes);
                yield return slot.With(source, at.Node, lines, whole);
            }
            yield return slot.With(source, at.Node, new BlockLines(FlowText.Of(value, quotes), []), whole);
        }
    }

    /// <summary>The layout around the place, or that of the block which is replaced by another of its kind.</summary>
    private static BlockLayout Layout(SourceDocument source, Location at, Slot slot, YamlNode value, int column)
    {
        var near = BlockLayout.Near(source, slot.Owner);
        if (slot.IsInline || at.Node.IsAlias || at.IsFlow) return near;
        var columns = source.Column(source.ContentStart(at.Node)) - column;
        return (at.Node, value) switch
        {
            (YamlMapping, YamlMapping) when columns > 0 => near with { Mapping = columns },
            (YamlSequence, YamlSequence) when columns >= 0 => near with { Sequence = columns },
            _ => near,
        };
    }

    private static IEnumerable<Splice[]> Flow(SourceDocument source, Location at, YamlNode value)
    {
        var start = source.ContentStart(at.Node);
        var end = source.ContentEnd(at.Node, whole: false);
        var quotes = at.Node is YamlScalar { Kind: ScalarKind.String, Style: ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted } old ? old.Style : FlowEdit.Quotes(source, at.Parent!);
        var text = FlowText.Of(value, quotes);
        if (end > start)
        {
            yield return [new Splice(start, end, text)];
            yield break;
        }
        // Nothing stands there: "{a}", "{a: }" or "{a:}".
        var key = at.Entry.KeySpan!.Value.End.Offset;
        var colon = source.SkipSpace(key);
        if (colon < source.Text.Length && source.Text[colon] == ':') yield return [new Splice(colon + 1, colon + 1, " " + text)];
        else yield return [new Splice(key, key, ": " + text)];
    }

    private static IEnumerable<Splice[]> Root(SourceDocument source, Location at, YamlNode value)
    {
        var blocks = new BlockText(BlockLayout.Near(source, 0), literals: true).BehindDash(value, 0, 0);
        if (at.Node.Span is { } span)
        {
            var lineBreak = source.LineBreak(span.Start.Offset);
            yield return [new Splice(span.Start.Offset, span.End.Offset, string.Join(lineBreak, [blocks.Head, .. blocks.Body]))];
            yield return [new Splice(span.Start.Offset, span.End.Offset, FlowText.Of(value))];
            yield break;
        }
        // An empty document ends at its end marker, if it has one.
        var end = source.Text.Length;
        for (var line = source.LineStart(0); line < source.Text.Length; line = source.NextLine(line))
            if (source.Text.AsSpan(line).StartsWith("..."))
                end = line;
        var newLine = source.LineBreak(end);
        var before = end > source.LineStart(end) ? newLine : "";
        yield return [new Splice(end, end, before + string.Join(newLine, [blocks.Head, .. blocks.Body]) + newLine)];
    }
}
