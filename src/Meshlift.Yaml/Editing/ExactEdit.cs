using System.Collections.Immutable;

namespace Meshlift.Yaml.Editing;

/// <summary>A change at one place that is there: its path holds keys and indices only, and an empty path is the root.</summary>
internal abstract record ExactEdit(ImmutableArray<YamlPathStep> Path)
{
    /// <summary>Another value for a place that has one.</summary>
    public sealed record Replace(ImmutableArray<YamlPathStep> Path, YamlNode Value) : ExactEdit(Path);

    /// <summary>A key or an item that is not there yet, in a collection that is.</summary>
    public sealed record Insert(ImmutableArray<YamlPathStep> Path, YamlNode Value) : ExactEdit(Path);

    /// <summary>A key or an item that goes.</summary>
    public sealed record Remove(ImmutableArray<YamlPathStep> Path) : ExactEdit(Path);

    /// <summary>Another name for a key.</summary>
    public sealed record Rename(ImmutableArray<YamlPathStep> Path, string NewKey) : ExactEdit(Path);

    /// <summary>What a change means for this document, in the order in which to do it: the last place first, so that indices stay right.</summary>
    /// <exception cref="YamlEditException">The path does not fit the document.</exception>
    public static ImmutableArray<ExactEdit> Of(YamlChange change, YamlNode? root)
    {
        var edits = ImmutableArray.CreateBuilder<ExactEdit>();
        new PathResolver(change, edits).Visit(root, []);
        edits.Reverse();
        return edits.ToImmutable();
    }

    /// <summary>The root after the edit.</summary>
    public YamlNode ApplyTo(YamlNode? root) => At(root, 0);

    private YamlNode At(YamlNode? node, int depth)
    {
        if (depth == Path.Length) return ((Replace)this).Value;
        var isLast = depth == Path.Length - 1;
        switch (Path[depth], node)
        {
            case (YamlPathStep.Key(var key), YamlMapping mapping):
                if (!isLast) return mapping.With(key, At(mapping[key], depth + 1));
                return this switch
                {
                    Remove => mapping.Without(key),
                    Rename rename => new YamlMapping([.. mapping.Entries.Select(entry => entry.Key == key ? entry with { Key = rename.NewKey } : entry)]),
                    Replace replace => mapping.With(key, replace.Value),
                    _ => mapping.With(key, ((Insert)this).Value),
                };
            case (YamlPathStep.Index(var index), YamlSequence sequence):
                if (!isLast) return sequence.With(sequence.Items.SetItem(index, At(sequence.Items[index], depth + 1)));
                return sequence.With(this switch
                {
                    Remove => sequence.Items.RemoveAt(index),
                    Replace replace => sequence.Items.SetItem(index, replace.Value),
                    _ => sequence.Items.Insert(index, ((Insert)this).Value),
                });
            default:
                throw new InvalidOperationException($"an exact path does not fit its document at step {depth}");
        }
    }
}
