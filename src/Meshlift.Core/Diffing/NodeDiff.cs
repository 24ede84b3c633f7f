using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>Finds the changes between two values.</summary>
/// <param name="before">Names of the first side.</param>
/// <param name="after">Names of the second side.</param>
internal sealed class NodeDiff(Naming before, Naming after)
{
    private readonly List<Change> _changes = [];

    /// <summary>The changes between two values, in the order of their paths.</summary>
    public ImmutableArray<Change> Find(YamlNode old, YamlNode @new)
    {
        _changes.Clear();
        Compare(DiffPath.Root, "", old, @new);
        return [.. _changes.OrderBy(change => change.Path).ThenBy(change => change.Kind)];
    }

    private void Compare(DiffPath path, string list, YamlNode old, YamlNode @new)
    {
        switch (old, @new)
        {
            case (YamlMapping a, YamlMapping b):
                Compare(path, a, b);
                break;
            case (YamlSequence a, YamlSequence b):
                Compare(path, list, a, b);
                break;
            case (YamlScalar a, YamlScalar b):
                if (a.Kind != b.Kind || a.Value != b.Value) Compare(path, a, b);
                break;
            default:
                Add(path, DiffKind.Changed, old, @new);
                break;
        }
    }

    private void Compare(DiffPath path, YamlMapping old, YamlMapping @new)
    {
        for (var i = 0; i < old.Entries.Length; i++)
        {
            var (key, value) = (old.Entries[i].Key, old.Entries[i].Value);
            // Two versions of one object mostly have the same keys in the same order.
            var other = i < @new.Entries.Length && @new.Entries[i].Key == key ? @new.Entries[i].Value : @new[key];
            if (other is null) Add(path.Then(new DiffStep.Key(key)), DiffKind.Removed, value, null);
            else if (!Same(value, other)) Compare(path.Then(new DiffStep.Key(key)), key, value, other);
        }
        for (var i = 0; i < @new.Entries.Length; i++)
        {
            var key = @new.Entries[i].Key;
            if (!(i < old.Entries.Length && old.Entries[i].Key == key) && old.IndexOf(key) < 0) Add(path.Then(new DiffStep.Key(key)), DiffKind.Added, null, @new.Entries[i].Value);
        }
    }

    private static bool Same(YamlNode a, YamlNode b) => a is YamlScalar old && b is YamlScalar @new && old.Kind == @new.Kind && old.Value == @new.Value;

    private void Compare(DiffPath path, string list, YamlSequence old, YamlSequence @new)
    {
        // Most lists are the same, and to match them costs more than to see that.
        if (YamlEquality.Instance.Equals(old, @new)) return;
        var match = ListMatch.Of(list, old, before, @new, after);
        foreach (var (i, j) in match.Pairs)
        {
            var step = path.Then(new DiffStep.Item(match.AfterLabels[j] ?? match.BeforeLabels[i], i, j));
            if (match.Moved.Contains((i, j)))
                _changes.Add(new Change(step, DiffKind.Moved, old.Items[i], @new.Items[j]) { Noise = MergeKeys.IsUnordered(list, old.Items[i]) ? DiffNoise.Order : null });
            Compare(step, "", old.Items[i], @new.Items[j]);
        }
        foreach (var i in match.Removed) Add(path.Then(new DiffStep.Item(match.BeforeLabels[i], i, null)), DiffKind.Removed, old.Items[i], null);
        foreach (var j in match.Added) Add(path.Then(new DiffStep.Item(match.AfterLabels[j], null, j)), DiffKind.Added, null, @new.Items[j]);
    }

    private void Compare(DiffPath path, YamlScalar old, YamlScalar @new)
    {
        if (old.Kind != ScalarKind.String || @new.Kind != ScalarKind.String)
        {
            if (!YamlEquality.Instance.Equals(old, @new)) Add(path, DiffKind.Changed, old, @new);
            return;
        }
        if (EmbeddedText.Read(old.Value) is { } a && EmbeddedText.Read(@new.Value) is { } b && a.GetType() == b.GetType())
        {
            Compare(path.Then(new DiffStep.Document()), "", a, b);
            return;
        }
        if (old.Value.Contains('\n', StringComparison.Ordinal) && @new.Value.Contains('\n', StringComparison.Ordinal)) CompareLines(path, old.Value, @new.Value);
        else Add(path, DiffKind.Changed, old, @new);
    }

    private void CompareLines(DiffPath path, string old, string @new)
    {
        string[] a = old.Split('\n'), b = @new.Split('\n');
        var pairs = Alignment.Of([.. a.Select(before.Key)], [.. b.Select(after.Key)]);
        var (i, j) = (0, 0);
        foreach (var (nextA, nextB) in pairs.Append((a.Length, b.Length)))
        {
            if (nextA > i || nextB > j) AddLines(path, a[i..nextA], i, b[j..nextB], j);
            if (nextA < a.Length && a[nextA] != b[nextB]) AddLines(path, [a[nextA]], nextA, [b[nextB]], nextB);
            (i, j) = (nextA + 1, nextB + 1);
        }
    }

    private void AddLines(DiffPath path, string[] old, int line, string[] @new, int newLine) => Add(
        path.Then(new DiffStep.Lines(line, old.Length, newLine, @new.Length)),
        old.Length == 0 ? DiffKind.Added : @new.Length == 0 ? DiffKind.Removed : DiffKind.Changed,
        old.Length == 0 ? null : YamlScalar.String(string.Join('\n', old)),
        @new.Length == 0 ? null : YamlScalar.String(string.Join('\n', @new)));

    private void Add(DiffPath path, DiffKind kind, YamlNode? old, YamlNode? @new) =>
        _changes.Add(new Change(path, kind, old, @new) { Noise = NoiseRules.Of(path.Place, old, before, @new, after) });
}
