using System.Collections.Immutable;

namespace Meshlift.Yaml;

/// <summary>
/// The places that a path leads to in a value that was rendered, changed. A value without such a place stays as it is: one path is held against many
/// resources. For one place in a file of a person, which must be there, see <see cref="Editing.YamlChange"/>.
/// </summary>
public static class YamlPlaces
{
    /// <summary>Sets the value at every place that a path names. Missing keys are made; a missing item of a sequence is not.</summary>
    /// <param name="root">The value.</param>
    /// <param name="path">Where.</param>
    /// <param name="value">The new value.</param>
    /// <param name="places">How many places now have the value; 0 when the path leads nowhere.</param>
    public static YamlNode Set(YamlNode root, YamlPath path, YamlNode value, out int places)
    {
        places = 0;
        return Set(root, path.Steps.AsSpan(), value, ref places) ?? root;
    }

    /// <summary>Removes every key or item that a path names.</summary>
    /// <param name="root">The value.</param>
    /// <param name="path">What.</param>
    /// <param name="places">How many were removed; 0 when the path leads nowhere.</param>
    public static YamlNode Remove(YamlNode root, YamlPath path, out int places)
    {
        places = 0;
        return Remove(root, path.Steps.AsSpan(), ref places);
    }

    /// <summary>Changes what stands at every place that a path names. Nothing is made: what is not there, or is null, is no place.</summary>
    /// <param name="root">The value.</param>
    /// <param name="path">Where.</param>
    /// <param name="change">Makes the new value of the old one.</param>
    /// <param name="places">How many places there are; 0 when the path leads nowhere.</param>
    public static YamlNode Change(YamlNode root, YamlPath path, Func<YamlNode, YamlNode> change, out int places)
    {
        places = 0;
        return Change(root, path.Steps.AsSpan(), change, ref places);
    }

    private static YamlNode Change(YamlNode node, ReadOnlySpan<YamlPathStep> steps, Func<YamlNode, YamlNode> change, ref int places)
    {
        if (node is YamlScalar { Kind: ScalarKind.Null }) return node;
        if (steps.IsEmpty)
        {
            places++;
            return change(node);
        }
        if (steps[0] is YamlPathStep.Key(var key)) return (node as YamlMapping)?[key] is { } child ? ((YamlMapping)node).With(key, Change(child, steps[1..], change, ref places)) : node;
        if (node is not YamlSequence sequence) return node;
        var items = sequence.Items;
        for (var i = 0; i < items.Length; i++)
            if (IsNamed(steps[0], i, items[i]))
                items = items.SetItem(i, Change(items[i], steps[1..], change, ref places));
        return sequence.With(items);
    }

    /// <returns>The changed node, or null when the path leads nowhere from here.</returns>
    private static YamlNode? Set(YamlNode? node, ReadOnlySpan<YamlPathStep> steps, YamlNode value, ref int places)
    {
        if (steps.IsEmpty)
        {
            places++;
            return value;
        }
        if (steps[0] is YamlPathStep.Key(var key))
        {
            // An explicit null counts as absent: Kubernetes treats both alike.
            var mapping = node is null or YamlScalar { Kind: ScalarKind.Null } ? YamlMapping.Empty : node as YamlMapping;
            return mapping is not null && Set(mapping[key], steps[1..], value, ref places) is { } child ? mapping.With(key, child) : null;
        }
        if (node is not YamlSequence sequence) return null;
        var items = sequence.Items;
        var found = false;
        for (var i = 0; i < items.Length; i++)
        {
            if (!IsNamed(steps[0], i, items[i]) || Set(items[i], steps[1..], value, ref places) is not { } item) continue;
            items = items.SetItem(i, item);
            found = true;
        }
        return found ? sequence.With(items) : null;
    }

    private static YamlNode Remove(YamlNode node, ReadOnlySpan<YamlPathStep> steps, ref int places)
    {
        switch (steps[0], node)
        {
            case (YamlPathStep.Key(var key), YamlMapping mapping) when mapping[key] is { } child:
                if (steps.Length > 1) return mapping.With(key, Remove(child, steps[1..], ref places));
                places++;
                return mapping.Without(key);
            case (not YamlPathStep.Key, YamlSequence sequence):
                var kept = ImmutableArray.CreateBuilder<YamlNode>(sequence.Items.Length);
                for (var i = 0; i < sequence.Items.Length; i++)
                {
                    var item = sequence.Items[i];
                    if (!IsNamed(steps[0], i, item)) kept.Add(item);
                    else if (steps.Length > 1) kept.Add(Remove(item, steps[1..], ref places));
                    else places++;
                }
                return sequence.With(kept.DrainToImmutable());
            default:
                return node;
        }
    }

    private static bool IsNamed(YamlPathStep step, int index, YamlNode item) => step switch
    {
        YamlPathStep.Index(var position) => position == index,
        YamlPathStep.Every => true,
        YamlPathStep.Match(var field, var value) => item is YamlMapping mapping && mapping[field] is YamlScalar scalar && scalar.Value == value,
        _ => false,
    };
}
