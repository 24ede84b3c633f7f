using System.Text;

namespace Meshlift.Yaml.Editing;

/// <summary>Changes a value in a person's document and no other byte: comments, order, quotes, indentation and line breaks stay.</summary>
/// <remarks>
/// <para>The new text is read again and must have exactly the value that the change gives (<see cref="YamlChange.ApplyTo"/>). Where no way of
/// writing it does, such as within a value that is also used elsewhere through an alias, the edit is refused: it never does something else.</para>
/// <para>What is written anew follows its neighbours: their indentation, their quotes, block or brackets. The comment on a line that goes, goes with it;
/// comments above a removed key stay. A replaced value keeps its quotes and the comment behind it.</para>
/// </remarks>
public static class YamlEdit
{
    /// <summary>Makes the changes, one after the other.</summary>
    /// <param name="document">The text of one document.</param>
    /// <param name="changes">What to change.</param>
    /// <returns>The new text; the same when everything is as wanted already.</returns>
    /// <exception cref="YamlSyntaxException">The text is not one YAML document.</exception>
    /// <exception cref="YamlEditException">A change does not fit the document, or cannot be written without touching something else.</exception>
    public static string Apply(string document, params ReadOnlySpan<YamlChange> changes) => Apply(document, 1, changes);

    /// <inheritdoc cref="Apply(string, ReadOnlySpan{YamlChange})"/>
    /// <param name="document">The text of one document.</param>
    /// <param name="firstLine">The line of the file at which it starts, for positions.</param>
    /// <param name="changes">What to change.</param>
    public static string Apply(string document, int firstLine, params ReadOnlySpan<YamlChange> changes)
    {
        var source = new SourceDocument(document, YamlReader.Read(document, firstLine: firstLine), firstLine);
        foreach (var change in changes)
        {
            try
            {
                if (source.LoneCarriageReturn() is var at and >= 0) throw source.Refuse("a carriage return ends a line without a line feed", at);
                foreach (var edit in ExactEdit.Of(change, source.Root)) source = Make(source, edit);
            }
            catch (RefusedEdit e)
            {
                throw YamlEditException.Because(e.Message, change, e.Position);
            }
        }
        return source.Text;
    }

    private static SourceDocument Make(SourceDocument source, ExactEdit edit)
    {
        RefusedEdit? inPart = null;
        if (edit is ExactEdit.Replace { Path.IsEmpty: false } replace && MinimalEdits.Of(source, replace) is { } parts)
        {
            try
            {
                return parts.Aggregate(source, (current, part) => Make(current, part));
            }
            catch (RefusedEdit e)
            {
                // The part cannot be changed alone; the whole value may still be.
                inPart = e;
            }
        }
        var wanted = edit.ApplyTo(source.Root);
        foreach (var way in Ways(source, edit))
        {
            var text = With(source.Text, way);
            if (Read(source, text, wanted) is { } result) return result;
            // A block scalar at the very end needs its last line break.
            if (!text.EndsWith('\n') && Read(source, text + source.LineBreak(source.Text.Length), wanted) is { } ended) return ended;
        }
        if (inPart is not null) throw inPart;
        var place = Location.Find(source, edit is ExactEdit.Insert ? edit.Path.AsSpan()[..^1] : edit.Path.AsSpan());
        throw place.Anchor(source) is { } anchor
            ? source.Refuse($"it stands in a value named {anchor.Name}, which is used elsewhere too", anchor.Offset)
            : source.Refuse(source.Text.EndsWith('\n') ? "no way to write it here leaves all other values as they are" : "the last line of the document has no line break", place.Node.Span?.Start.Offset ?? 0);
    }

    private static IEnumerable<Splice[]> Ways(SourceDocument source, ExactEdit edit)
    {
        switch (edit)
        {
            case ExactEdit.Insert insert:
                return Insert(source, insert.Path.AsSpan(), insert.Value);
            // A key of its own wins over the same key from a merge.
            case ExactEdit.Replace { Path: [.., YamlPathStep.Key] } replace when Location.Find(source, replace.Path.AsSpan()) is var merged && merged.Entry.KeySpan is null:
                return Insert(source, replace.Path.AsSpan(), replace.Value);
        }
        var at = Location.Find(source, edit.Path.AsSpan());
        at.MustNotBeMerged(source);
        return edit switch
        {
            ExactEdit.Replace replace => ReplaceEdit.Ways(source, at, replace.Value),
            ExactEdit.Remove => RemoveEdit.Ways(source, at),
            _ => Rename(source, at, ((ExactEdit.Rename)edit).NewKey),
        };
    }

    private static IEnumerable<Splice[]> Insert(SourceDocument source, ReadOnlySpan<YamlPathStep> path, YamlNode value)
    {
        var at = Location.Find(source, path[..^1]);
        at.MustNotBeMerged(source);
        return InsertEdit.Ways(source, at, path[^1], value);
    }

    private static IEnumerable<Splice[]> Rename(SourceDocument source, Location at, string newKey)
    {
        var key = at.Entry.KeySpan!.Value;
        var quotes = source.Text[key.Start.Offset] switch { '"' => ScalarStyle.DoubleQuoted, '\'' => ScalarStyle.SingleQuoted, _ => ScalarStyle.Plain };
        yield return [new Splice(key.Start.Offset, key.End.Offset, at.IsInFlow ? FlowText.Text(newKey, quotes) : ScalarForm.InQuotes(newKey, quotes))];
    }

    /// <summary>The text with the splices in it; they do not overlap.</summary>
    private static string With(string text, Splice[] splices)
    {
        var result = new StringBuilder(text.Length + 256);
        var at = 0;
        foreach (var splice in splices.OrderBy(splice => splice.Start).ThenBy(splice => splice.End))
        {
            result.Append(text, at, splice.Start - at).Append(splice.Text);
            at = splice.End;
        }
        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>The edited document; null when it has not the wanted value.</summary>
    private static SourceDocument? Read(SourceDocument before, string text, YamlNode wanted)
    {
        try
        {
            var root = YamlReader.Read(text, firstLine: before.FirstLine);
            return YamlEquality.Instance.Equals(root, wanted) ? new SourceDocument(text, root, before.FirstLine) : null;
        }
        catch (YamlSyntaxException)
        {
            return null;
        }
    }
}
