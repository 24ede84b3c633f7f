using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>The scalars of a value.</summary>
internal static class Walk
{
    /// <summary>Every scalar below a value, and every empty mapping or list, with the place as <see cref="DiffPath.Place"/> writes it.</summary>
    /// <param name="node">The value.</param>
    /// <param name="place">Its own place; empty for a root.</param>
    /// <returns>Place and value; the value is null for what is empty.</returns>
    public static IEnumerable<(string Place, string? Value)> Leaves(YamlNode node, string place = "")
    {
        switch (node)
        {
            case YamlMapping { Entries.IsEmpty: false } mapping:
                foreach (var entry in mapping.Entries)
                    foreach (var leaf in Leaves(entry.Value, Join(place, entry.Key)))
                        yield return leaf;
                break;
            case YamlSequence { Items.IsEmpty: false } sequence:
                foreach (var item in sequence.Items)
                    foreach (var leaf in Leaves(item, Join(place, "*")))
                        yield return leaf;
                break;
            default:
                yield return (place, (node as YamlScalar)?.Value);
                break;
        }
    }

    private static string Join(string place, string key) => place.Length == 0 ? key : $"{place}/{key}";
}
