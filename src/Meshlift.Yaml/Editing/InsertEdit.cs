namespace Meshlift.Yaml.Editing;

/// <summary>Ways to write a new key or item into a collection, the most natural first.</summary>
internal static class InsertEdit
{
    /// <param name="source">The document.</param>
    /// <param name="at">The collection.</param>
    /// <param name="step">The new key, or the index of the new item.</param>
    /// <param name="value">The value.</param>
    public static IEnumerable<Splice[]> Ways(SourceDocument source, Location at, YamlPathStep step, YamlNode value)
    {
        if (at.Node.IsAlias) throw source.Refuse("it stands for a value that is written, and used, elsewhere", at.Node.Span!.Value.Start.Offset);
        if (at.Node is YamlSequence sequence)
        {
            var index = ((YamlPathStep.Index)step).Position;
            if (at.IsFlow) return IsEmpty(source, at) ? ReplaceEdit.Ways(source, at, new YamlSequence([value])) : FlowEdit.Insert(source, at, index, null, value);
            return index == 0 ? First(source, sequence, value) : Behind(source, sequence, index - 1, value);
        }
        var key = ((YamlPathStep.Key)step).Name;
        if (at.IsFlow) return IsEmpty(source, at) ? ReplaceEdit.Ways(source, at, new YamlMapping([new YamlEntry(key, value)])) : FlowEdit.Insert(source, at, ((YamlMapping)at.Node).Entries.Length, key, value);
        return Last(source, (YamlMapping)at.Node, key, value);
    }

    /// <summary>True for brackets with nothing in them that may be opened into a block.</summary>
    private static bool IsEmpty(SourceDocument source, Location at)
    {
        var start = source.ContentStart(at.Node);
        return !at.IsInFlow && source.Text.AsSpan((start + 1)..(source.ContentEnd(at.Node, whole: false) - 1)).Trim(" \t\r\n").IsEmpty;
    }

    private static IEnumerable<Splice[]> Last(SourceDocument source, YamlMapping mapping, string key, YamlNode value)
    {
        var first = mapping.Entries.Where(entry => entry.KeySpan is not null).Select(entry => entry.KeySpan!.Value.Start.Offset).DefaultIfEmpty(source.ContentStart(mapping)).Min();
        var column = source.Column(first);
        foreach (var whole in new[] { false, true })
        {
            var end = source.BelowComments(source.LineEnd(source.ContentEnd(mapping, whole)), column + 1);
            foreach (var literals in new[] { true, false })
                yield return Below(source, end, new BlockText(BlockLayout.Near(source, end), literals).Entry(key, value, column));
        }
        // Behind a block scalar that ends with the text there is no room: a line break would become part of it.
        if (source.IsFirstOnLine(first))
        {
            var line = source.LineStart(first);
            var newLine = source.LineBreak(line);
            yield return [new Splice(line, line, string.Concat(new BlockText(BlockLayout.Near(source, line), literals: false).Entry(key, value, column).Select(text => text + newLine)))];
        }
    }

    private static IEnumerable<Splice[]> Behind(SourceDocument source, YamlSequence sequence, int index, YamlNode value)
    {
        var dash = source.Column(Location.Dash(source, sequence, index));
        var column = dash + Gap(source, sequence);
        foreach (var whole in new[] { false, true })
        {
            var end = source.BelowComments(source.LineEnd(source.ContentEnd(sequence.Items[index], whole)), dash + 1);
            foreach (var literals in new[] { true, false })
                yield return Below(source, end, new BlockText(BlockLayout.Near(source, end), literals).Item(value, dash, column, Quotes(sequence)));
        }
    }

    private static IEnumerable<Splice[]> First(SourceDocument source, YamlSequence sequence, YamlNode value)
    {
        var first = Location.Dash(source, sequence, 0);
        var dash = source.Column(first);
        var newLine = source.LineBreak(first);
        foreach (var literals in new[] { true, false })
        {
            var lines = new BlockText(BlockLayout.Near(source, first), literals).Item(value, dash, dash + Gap(source, sequence), Quotes(sequence));
            if (source.IsFirstOnLine(first))
            {
                // The comments above the first item are about it.
                var line = source.AboveComments(source.LineStart(first), dash);
                yield return [new Splice(line, line, string.Concat(lines.Select(text => text + newLine)))];
            }
            else
            {
                yield return [new Splice(first, first, string.Concat(lines.Select(text => text + newLine)).TrimStart(' ') + new string(' ', dash))];
            }
        }
    }

    private static Splice[] Below(SourceDocument source, int lineEnd, IEnumerable<string> lines)
    {
        var newLine = source.LineBreak(lineEnd);
        return [new Splice(lineEnd, lineEnd, string.Concat(lines.Select(text => newLine + text)))];
    }

    /// <summary>Columns between a dash and its item, as the first item has them.</summary>
    private static int Gap(SourceDocument source, YamlSequence sequence)
    {
        var dash = source.ContentStart(sequence);
        var item = source.SkipBlanks(dash + 1);
        return item < source.LineEnd(dash) && source.Text[item] != '#' ? item - dash : 2;
    }

    /// <summary>The quotes that all strings of a sequence have.</summary>
    public static ScalarStyle Quotes(YamlSequence sequence) =>
        sequence.Items is [YamlScalar { Kind: ScalarKind.String, Style: ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted } first, ..]
        && sequence.Items.All(item => item is YamlScalar { Kind: ScalarKind.String } text && text.Style == first.Style)
            ? first.Style
            : ScalarStyle.Plain;
}
