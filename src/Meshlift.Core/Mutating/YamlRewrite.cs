using System.Collections.Immutable;
using Meshlift.Yaml;
using Meshlift.Yaml.Editing;

namespace Meshlift.Core.Mutating;

/// <summary>Gives a YAML text another value by the edits that keep every other byte: comments, order, and the text of templates in block scalars.</summary>
internal static class YamlRewrite
{
    /// <summary>The text with another value.</summary>
    /// <exception cref="YamlEditException">It cannot be written without touching something else.</exception>
    public static string Apply(string text, YamlNode before, YamlNode wanted)
    {
        var changes = new List<YamlChange>();
        Compare(before, wanted, [], changes);
        return changes.Count == 0 ? text : YamlEdit.Apply(text, [.. changes]);
    }

    private static void Compare(YamlNode before, YamlNode wanted, ImmutableArray<YamlPathStep> path, List<YamlChange> changes)
    {
        if (YamlEquality.Instance.Equals(before, wanted)) return;
        switch (before, wanted)
        {
            case (YamlMapping or YamlScalar { Kind: ScalarKind.Null }, YamlMapping after) when before is YamlMapping || path.IsEmpty:
                var old = before as YamlMapping ?? YamlMapping.Empty;
                foreach (var entry in old.Entries)
                    if (after[entry.Key] is null)
                        changes.Add(new YamlChange.Remove(Path(path.Add(new YamlPathStep.Key(entry.Key)))));
                foreach (var entry in after.Entries)
                {
                    var place = path.Add(new YamlPathStep.Key(entry.Key));
                    if (old[entry.Key] is { } present) Compare(present, entry.Value, place, changes);
                    else changes.Add(new YamlChange.Set(Path(place), entry.Value));
                }
                break;
            case (YamlSequence sequence, YamlSequence after) when sequence.Items.Length == after.Items.Length:
                for (var i = 0; i < after.Items.Length; i++) Compare(sequence.Items[i], after.Items[i], path.Add(new YamlPathStep.Index(i)), changes);
                break;
            case (YamlSequence sequence, YamlSequence after) when path.IsEmpty:
                // The root has no path that could be set, so its items go one by one, from the end, so that indices stay right.
                for (var i = sequence.Items.Length - 1; i >= 0; i--)
                    if (!after.Items.Contains(sequence.Items[i], YamlEquality.Instance))
                        changes.Add(new YamlChange.Remove(Path([new YamlPathStep.Index(i)])));
                break;
            default:
                changes.Add(new YamlChange.Set(Path(path), wanted));
                break;
        }
    }

    private static YamlPath Path(ImmutableArray<YamlPathStep> steps) => YamlPath.Of(steps.AsSpan());
}
