using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>How alike two values are.</summary>
internal static class Similarity
{
    /// <summary>The share of their scalars, at their places, that both have: 0 to 1.</summary>
    public static double Of(YamlNode a, YamlNode b) => Of(Leaves(a, null), Leaves(b, null));

    /// <inheritdoc cref="Of(YamlNode,YamlNode)"/>
    public static double Of(Dictionary<(string Place, string? Value), int> a, Dictionary<(string Place, string? Value), int> b)
    {
        var common = a.Sum(leaf => Math.Min(leaf.Value, b.GetValueOrDefault(leaf.Key)));
        var all = a.Values.Sum() + b.Values.Sum();
        return all == 0 ? 0 : 2.0 * common / all;
    }

    /// <summary>The scalars of a value and how often each is there.</summary>
    /// <param name="node">The value.</param>
    /// <param name="naming">Takes names out; null to compare texts as they are.</param>
    public static Dictionary<(string Place, string? Value), int> Leaves(YamlNode node, Naming? naming) =>
        Walk.Leaves(node).CountBy(leaf => (leaf.Place, leaf.Value is { } value && naming is not null ? naming.Key(value) : leaf.Value)).ToDictionary();
}
