using System.Collections.Immutable;

namespace Meshlift.Yaml.Editing;

/// <summary>Breaks the replacement of a collection up into edits of what differs, so that the rest keeps its lines and comments.</summary>
internal static class MinimalEdits
{
    // Beyond this the table of the comparison costs more than rewriting the list.
    private const int LargestTable = 250_000;

    /// <summary>The edits, in order; null when the value is better replaced as a whole.</summary>
    public static IEnumerable<ExactEdit>? Of(SourceDocument source, ExactEdit.Replace replace) =>
        (Location.Find(source, replace.Path.AsSpan()).Node, replace.Value) switch
        {
            ({ IsAlias: true }, _) => null,
            (YamlMapping old, YamlMapping value) => Mapping(replace.Path, old, value),
            (YamlSequence old, YamlSequence value) => Sequence(replace.Path, old.Items, value.Items),
            _ => null,
        };

    private static List<ExactEdit>? Mapping(ImmutableArray<YamlPathStep> path, YamlMapping old, YamlMapping value)
    {
        // With no key in common it would be emptied on the way, and nothing is kept.
        if (!value.Entries.Any(entry => old[entry.Key] is not null)) return null;
        var edits = new List<ExactEdit>();
        foreach (var (key, wanted, _) in value.Entries)
        {
            var place = path.Add(new YamlPathStep.Key(key));
            if (old[key] is not { } present) edits.Add(new ExactEdit.Insert(place, wanted));
            else if (!YamlEquality.Instance.Equals(present, wanted)) edits.Add(new ExactEdit.Replace(place, wanted));
        }
        edits.AddRange(old.Entries.Where(entry => value[entry.Key] is null).Select(entry => new ExactEdit.Remove(path.Add(new YamlPathStep.Key(entry.Key)))));
        return edits;
    }

    /// <summary>Pairs items that are the same or have the same name, from the end, so that indices stay right.</summary>
    private static List<ExactEdit>? Sequence(ImmutableArray<YamlPathStep> path, ImmutableArray<YamlNode> old, ImmutableArray<YamlNode> value)
    {
        if (old.IsEmpty || value.IsEmpty || (long)old.Length * value.Length > LargestTable) return null;
        var common = new int[old.Length + 1, value.Length + 1];
        for (var i = 0; i < old.Length; i++)
            for (var j = 0; j < value.Length; j++)
                common[i + 1, j + 1] = AreAlike(old[i], value[j]) ? common[i, j] + 1 : Math.Max(common[i, j + 1], common[i + 1, j]);
        var edits = new List<ExactEdit>();
        var (at, to) = (old.Length, value.Length);
        while (at > 0 || to > 0)
        {
            if (at > 0 && to > 0 && AreAlike(old[at - 1], value[to - 1]))
            {
                Pair(--at, --to);
                continue;
            }
            // A stretch without a pair: as many as there are on both sides take each other's place.
            var (oldEnd, valueEnd) = (at, to);
            while ((at > 0 || to > 0) && !(at > 0 && to > 0 && AreAlike(old[at - 1], value[to - 1])))
                if (at > 0 && (to == 0 || common[at - 1, to] >= common[at, to - 1])) at--;
                else to--;
            var both = Math.Min(oldEnd - at, valueEnd - to);
            for (var i = oldEnd - 1; i >= at + both; i--) edits.Add(new ExactEdit.Remove(path.Add(new YamlPathStep.Index(i))));
            for (var i = valueEnd - 1; i >= to + both; i--) edits.Add(new ExactEdit.Insert(path.Add(new YamlPathStep.Index(at + both)), value[i]));
            for (var i = both - 1; i >= 0; i--) Pair(at + i, to + i);
        }
        return edits;

        void Pair(int from, int into)
        {
            if (!YamlEquality.Instance.Equals(old[from], value[into])) edits.Add(new ExactEdit.Replace(path.Add(new YamlPathStep.Index(from)), value[into]));
        }
    }

    private static bool AreAlike(YamlNode a, YamlNode b) =>
        (a is YamlMapping { } x && b is YamlMapping { } y && x["name"] is YamlScalar { Kind: not ScalarKind.Null } name && y["name"] is YamlScalar other && name.Value == other.Value)
        || YamlEquality.Instance.Equals(a, b);
}
