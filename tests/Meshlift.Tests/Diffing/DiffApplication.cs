using System.Collections.Immutable;
using Meshlift.Core.Diffing;
using Meshlift.Yaml;

namespace Meshlift.Tests.Diffing;

/// <summary>Makes the one side of a difference from the other: the proof that nothing was left out.</summary>
internal static class DiffApplication
{
    /// <summary>The value with all changes made, noise included.</summary>
    public static YamlNode Apply(YamlNode before, ImmutableArray<Change> changes) => Apply(before, changes, 0);

    /// <summary>The value with every text that holds a document replaced by that document, so that how it was written does not count.</summary>
    public static YamlNode Opened(YamlNode node) => node switch
    {
        YamlMapping mapping => new YamlMapping([.. mapping.Entries.Select(entry => entry with { Value = Opened(entry.Value) })]),
        YamlSequence sequence => YamlSequence.Of(sequence.Items.Select(Opened)),
        YamlScalar { AsString: { } text } when EmbeddedText.Read(text) is { } document => Opened(document),
        _ => node,
    };

    /// <summary>What a difference says, as texts; mirrored, what it would say the other way round.</summary>
    public static List<string> Facts(MeshDifference difference, bool mirrored) =>
    [
        .. difference.Resources.SelectMany(resource =>
        {
            var (before, after) = mirrored ? (resource.After, resource.Before) : (resource.Before, resource.After);
            var kind = Turned(resource.Kind, mirrored);
            return resource.Changes.Select(change => Fact(change, mirrored)).Prepend("").Select(fact => $"{kind} {before?.Identity} -> {after?.Identity} {fact}");
        }).Order(StringComparer.Ordinal),
    ];

    private static string Fact(Change change, bool mirrored)
    {
        var (before, after) = mirrored ? (change.After, change.Before) : (change.Before, change.After);
        var steps = (mirrored ? change.Path.Mirrored() : change.Path).Steps.Select(step => step is DiffStep.Item item ? $"{item.Before}-{item.After}" : step.ToString());
        return $"{Turned(change.Kind, mirrored)} {string.Join('/', steps)} {change.Noise} {Text(before)} {Text(after)}";
    }

    private static string Text(YamlNode? node) => node is null ? "" : System.Text.Encoding.UTF8.GetString(CanonicalYaml.Write(node).Span);

    private static DiffKind Turned(DiffKind kind, bool mirrored) => (kind, mirrored) switch
    {
        (DiffKind.Added, true) => DiffKind.Removed,
        (DiffKind.Removed, true) => DiffKind.Added,
        _ => kind,
    };

    private static YamlNode Apply(YamlNode node, IReadOnlyCollection<Change> changes, int depth)
    {
        if (changes.FirstOrDefault(change => change.Path.Steps.Length == depth && change.Kind != DiffKind.Moved) is { } leaf) return leaf.After!;
        var deeper = changes.Where(change => change.Path.Steps.Length > depth).ToList();
        if (deeper.Count == 0) return node;
        switch (deeper[0].Path.Steps[depth])
        {
            case DiffStep.Document:
                return Apply(EmbeddedText.Read(((YamlScalar)node).Value)!, deeper, depth + 1);
            case DiffStep.Lines:
                return Lines(((YamlScalar)node).Value, deeper, depth);
            case DiffStep.Key:
                var mapping = (YamlMapping)node;
                foreach (var group in deeper.GroupBy(change => ((DiffStep.Key)change.Path.Steps[depth]).Name))
                    mapping = group.ToList() is [{ After: null } gone] && gone.Path.Steps.Length == depth + 1
                        ? mapping.Without(group.Key)
                        : mapping.With(group.Key, Apply(mapping[group.Key] ?? YamlScalar.Null, [.. group], depth + 1));
                return mapping;
            default:
                return Items((YamlSequence)node, deeper, depth);
        }
    }

    private static YamlSequence Items(YamlSequence list, List<Change> changes, int depth)
    {
        var groups = changes.GroupBy(change => ((DiffStep.Item)change.Path.Steps[depth] is var item ? (item.Before, item.After) : default)).ToList();
        var items = list.Items.Cast<YamlNode?>().ToList();
        var placed = new SortedDictionary<int, YamlNode>();
        foreach (var group in groups)
        {
            var (before, after) = group.Key;
            var isMoved = group.Any(change => change.Kind == DiffKind.Moved && change.Path.Steps.Length == depth + 1);
            var value = after is null ? null : Apply(before is { } old ? list.Items[old] : YamlScalar.Null, [.. group], depth + 1);
            if (before is { } place) items[place] = isMoved || after is null ? null : value;
            if (after is { } target && (before is null || isMoved)) placed[target] = value!;
        }
        var result = items.OfType<YamlNode>().ToList();
        foreach (var (target, value) in placed) result.Insert(target, value);
        return YamlSequence.Of(result);
    }

    private static YamlScalar Lines(string text, List<Change> changes, int depth)
    {
        var lines = text.Split('\n').ToList();
        foreach (var (change, place) in changes.Select(change => (change, (DiffStep.Lines)change.Path.Steps[depth])).OrderByDescending(change => change.Item2.Before))
        {
            lines.RemoveRange(place.Before, place.BeforeCount);
            if (change.After is YamlScalar after) lines.InsertRange(place.Before, after.Value.Split('\n'));
        }
        return YamlScalar.String(string.Join('\n', lines));
    }
}
