namespace Meshlift.Yaml.Editing;

/// <summary>Ways to take a key or an item out of a document, the most natural first.</summary>
/// <remarks>
/// With it go its own line's comment, and the comments inside it: those below that are indented as its content. Comments above it stay, because nobody
/// but a person can tell whether they are about it, about what follows, or about all that follows.
/// </remarks>
internal static class RemoveEdit
{
    public static IEnumerable<Splice[]> Ways(SourceDocument source, Location at)
    {
        var parent = at.Parent!;
        if (parent.IsFlow) return FlowEdit.Remove(source, parent, at.Index);
        var start = at.HasKey ? at.Entry.KeySpan!.Value.Start.Offset : Location.Dash(source, (YamlSequence)parent.Node, at.Index);
        if (source.Text.AsSpan(source.LineStart(start)..start).TrimEnd(" \t").EndsWith("?")) throw source.Refuse("its key is written with '?'", start);
        var isOnly = parent.Node switch
        {
            YamlMapping mapping => mapping.Entries.Length == 1,
            _ => ((YamlSequence)parent.Node).Items.Length == 1,
        };
        return isOnly ? Only(source, at, start) : OneOfMany(source, at, start);
    }

    private static IEnumerable<Splice[]> OneOfMany(SourceDocument source, Location at, int start)
    {
        foreach (var whole in new[] { false, true })
        {
            var end = End(source, at, start, whole);
            if (source.IsFirstOnLine(start))
            {
                yield return [Lines(source, start, end)];
                continue;
            }
            // "- key: value": what follows moves up behind the dash, unless a comment is in between.
            var next = source.SkipBlanks(source.NextLine(end));
            if (source.Column(next) == source.Column(start) && !source.IsComment(source.LineStart(next), out _)) yield return [new Splice(start, next, "")];
            yield return [new Splice(source.BeforeBlanks(start), end, "")];
        }
    }

    private static IEnumerable<Splice[]> Only(SourceDocument source, Location at, int start)
    {
        var parent = at.Parent!;
        var empty = parent.Node is YamlMapping ? "{}" : "[]";
        foreach (var whole in new[] { false, true })
        {
            var end = End(source, at, start, whole);
            if (parent.Parent is not null && Slot.Of(source, parent) is { IsInline: false } slot) yield return [new Splice(slot.Head, slot.Head, " " + empty), Lines(source, start, end)];
            else yield return [new Splice(start, end, empty)];
        }
    }

    /// <summary>The end of the last line that goes.</summary>
    private static int End(SourceDocument source, Location at, int start, bool whole)
    {
        var content = at.Node.Span!.Value.Length == 0 ? start : source.ContentStart(at.Node);
        var isBlock = !at.Node.IsAlias && !at.IsFlow && at.Node is not YamlScalar;
        var end = source.LineEnd(Math.Max(source.ContentEnd(at.Node, whole), start));
        return isBlock ? source.BelowComments(end, Math.Max(source.Column(content), source.Column(start) + 1)) : end;
    }

    /// <summary>Whole lines; at the end of a text without a final line break, the break before them goes instead.</summary>
    private static Splice Lines(SourceDocument source, int start, int end)
    {
        var line = source.LineStart(start);
        var next = source.NextLine(end);
        return next == end && line > 0 ? new Splice(source.LineEnd(line - 1), end, "") : new Splice(line, next, "");
    }
}
