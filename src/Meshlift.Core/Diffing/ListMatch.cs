using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>Which items of two lists are the same ones.</summary>
/// <param name="Pairs">Items on both sides, in the order before.</param>
/// <param name="Moved">Those of them whose order changed.</param>
/// <param name="Removed">Places before.</param>
/// <param name="Added">Places after.</param>
/// <param name="BeforeLabels">What tells the items apart; null entries where only the place does.</param>
/// <param name="AfterLabels">The same for the items after.</param>
internal sealed record ListMatch(
    ImmutableArray<(int Before, int After)> Pairs, ImmutableHashSet<(int Before, int After)> Moved, ImmutableArray<int> Removed, ImmutableArray<int> Added,
    IReadOnlyList<string?> BeforeLabels, IReadOnlyList<string?> AfterLabels)
{
    // Beyond this many leftovers on both sides together, likeness is not looked for: it takes time with the square of their number.
    private const int MostLeftovers = 200;

    /// <summary>Matches two lists. The other way round it gives the same, turned round.</summary>
    /// <param name="list">The name of the list.</param>
    /// <param name="before">The items before.</param>
    /// <param name="namingBefore">Names of that side.</param>
    /// <param name="after">The items after.</param>
    /// <param name="namingAfter">Names of that side.</param>
    public static ListMatch Of(string list, YamlSequence before, Naming namingBefore, YamlSequence after, Naming namingAfter)
    {
        string[] oldKeys = [.. before.Items.Select(namingBefore.Key)], newKeys = [.. after.Items.Select(namingAfter.Key)];
        // One of the two ways round is always the one that is worked on, so that ties are broken alike in both.
        if (Alignment.Compare(oldKeys, newKeys) > 0) return Match(list, after, namingAfter, newKeys, before, namingBefore, oldKeys).Mirrored();
        return Match(list, before, namingBefore, oldKeys, after, namingAfter, newKeys);
    }

    private static ListMatch Match(string list, YamlSequence before, Naming namingBefore, string[] oldKeys, YamlSequence after, Naming namingAfter, string[] newKeys)
    {
        var labels = MergeKeys.Labels(list, before, namingBefore, after, namingAfter);
        var pairs = labels is { } known ? ByLabel(known.Before, known.After) : ByContent(before, oldKeys, after, newKeys);
        pairs.Sort();
        var removed = Enumerable.Range(0, oldKeys.Length).Except(pairs.Select(pair => pair.Before));
        var added = Enumerable.Range(0, newKeys.Length).Except(pairs.Select(pair => pair.After));
        var isSet = labels is null && MergeKeys.IsSet(list);
        return new ListMatch([.. pairs], Alignment.Moved(pairs), [.. removed], [.. added], labels?.Before ?? Texts(before, isSet), labels?.After ?? Texts(after, isSet));
    }

    private ListMatch Mirrored() => new(
        [.. Pairs.Select(pair => (pair.After, pair.Before)).Order()], [.. Moved.Select(pair => (pair.After, pair.Before))], Added, Removed, AfterLabels, BeforeLabels);

    private static string?[] Texts(YamlSequence items, bool isSet) => [.. items.Items.Select(item => isSet && item is YamlScalar scalar ? scalar.Value : null)];

    private static List<(int Before, int After)> ByLabel(string[] before, string[] after)
    {
        var places = after.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);
        return [.. before.Index().Where(item => places.ContainsKey(item.Item)).Select(item => (item.Index, places[item.Item]))];
    }

    private static List<(int Before, int After)> ByContent(YamlSequence before, string[] oldKeys, YamlSequence after, string[] newKeys)
    {
        var pairs = Alignment.Of(oldKeys, newKeys);
        var removed = Enumerable.Range(0, oldKeys.Length).Except(pairs.Select(pair => pair.Before)).ToHashSet();
        var added = Enumerable.Range(0, newKeys.Length).Except(pairs.Select(pair => pair.After)).ToHashSet();
        // Equal items that are out of order have moved.
        var places = added.Order().GroupBy(place => newKeys[place], StringComparer.Ordinal).ToDictionary(group => group.Key, group => new Queue<int>(group), StringComparer.Ordinal);
        foreach (var place in removed.Order().ToList())
            if (places.TryGetValue(oldKeys[place], out var same) && same.TryDequeue(out var other))
                Take(place, other);
        if (removed.Count + added.Count > MostLeftovers) return pairs;
        // What is like an item of the other side is that item, changed.
        var likely =
            from old in removed
            from @new in added
            let likeness = Likeness(before.Items[old], after.Items[@new])
            where likeness >= 0.5
            orderby likeness descending, old, @new
            select (old, @new);
        foreach (var (old, @new) in likely.ToList())
            if (removed.Contains(old) && added.Contains(@new))
                Take(old, @new);
        return pairs;

        void Take(int old, int @new)
        {
            pairs.Add((old, @new));
            removed.Remove(old);
            added.Remove(@new);
        }
    }

    private static double Likeness(YamlNode before, YamlNode after) => (before, after) switch
    {
        (YamlScalar { AsString: { } old }, YamlScalar { AsString: { } @new }) => Flag(old) is { } flag && flag == Flag(@new) ? 1 : 0,
        (YamlScalar, _) or (_, YamlScalar) => 0,
        _ => Similarity.Of(before, after),
    };

    /// <summary>The name of a command line's flag: <c>--log_output_level</c>.</summary>
    private static string? Flag(string argument) => argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) is var end and > 2 ? argument[..end] : null;
}
