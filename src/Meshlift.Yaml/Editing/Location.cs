namespace Meshlift.Yaml.Editing;

/// <summary>A value in its document, with all that encloses it.</summary>
/// <param name="Node">The value.</param>
/// <param name="Parent">The collection it stands in; null for the root.</param>
/// <param name="Index">Its index among the entries or items of the parent.</param>
internal sealed record Location(YamlNode Node, Location? Parent, int Index)
{
    /// <summary>True when braces or brackets enclose it, so that line breaks and indentation mean nothing.</summary>
    public bool IsInFlow => Parent is { } parent && (parent.IsFlow || parent.IsInFlow);

    /// <summary>True when it is a collection in braces or brackets.</summary>
    public bool IsFlow => Node is YamlMapping { IsFlow: true } or YamlSequence { IsFlow: true };

    /// <summary>The entry of the parent mapping; only for a value that has a key.</summary>
    public YamlEntry Entry => ((YamlMapping)Parent!.Node).Entries[Index];

    /// <summary>True when the value is one of a mapping, so that a key stands before it.</summary>
    public bool HasKey => Parent?.Node is YamlMapping;

    /// <summary>Finds a place.</summary>
    /// <exception cref="RefusedEdit">It stands in a value that is written elsewhere.</exception>
    public static Location Find(SourceDocument source, ReadOnlySpan<YamlPathStep> path)
    {
        var at = new Location(source.Root ?? YamlScalar.Null, null, 0);
        foreach (var step in path)
        {
            if (at.Node.IsAlias)
            {
                var name = source.Text[at.Node.Span!.Value.Start.Offset..at.Node.Span.Value.End.Offset];
                throw source.Refuse($"{name} stands for a value that is written, and used, elsewhere", at.Node.Span.Value.Start.Offset);
            }
            var index = step is YamlPathStep.Key(var key) ? ((YamlMapping)at.Node).IndexOf(key) : ((YamlPathStep.Index)step).Position;
            var child = at.Node is YamlMapping mapping ? mapping.Entries[index].Value : ((YamlSequence)at.Node).Items[index];
            at = new Location(child, at, index);
        }
        return at;
    }

    /// <summary>Refuses a value that came through a merge key.</summary>
    public void MustNotBeMerged(SourceDocument source)
    {
        for (var at = this; at.Parent is { } parent; at = parent)
            if (at.HasKey && at.Entry.KeySpan is null)
                throw source.Refuse($"the key {at.Entry.Key} comes through a merge key (<<) from a value that is written elsewhere", parent.Node.Span!.Value.Start.Offset);
    }

    /// <summary>The anchor of the innermost value around the place that has one, for messages; null when there is none.</summary>
    public (string Name, int Offset)? Anchor(SourceDocument source)
    {
        for (var at = this; at is not null; at = at.Parent)
        {
            if (at.Node.Span is not { } span || span.Start.Offset >= source.Text.Length || source.Text[span.Start.Offset] != '&') continue;
            var name = source.Text.AsSpan(span.Start.Offset);
            var end = name.IndexOfAny(" \t\r\n");
            return (name[..(end < 0 ? name.Length : end)].ToString(), span.Start.Offset);
        }
        return null;
    }

    /// <summary>Where the dash of an item of a block sequence stands.</summary>
    public static int Dash(SourceDocument source, YamlSequence sequence, int index)
    {
        var first = source.ContentStart(sequence);
        if (index == 0) return first;
        var column = source.Column(first);
        var line = source.NextLine(source.ContentEnd(sequence.Items[index - 1], whole: true));
        while (line < source.Text.Length && (source.SkipBlanks(line) is var at && (at - line != column || at == source.Text.Length || source.Text[at] != '-'))) line = source.NextLine(line);
        return line < source.Text.Length ? line + column : throw source.Refuse("the '-' of an item is not where the others are", first);
    }
}
