using Meshlift.Yaml;

namespace Meshlift.Tests;

/// <summary>Where two values differ first, for messages.</summary>
public static class YamlDifference
{
    /// <summary>The path of the first difference; null when there is none.</summary>
    /// <param name="a">One value.</param>
    /// <param name="b">The other.</param>
    /// <param name="nullIsAbsent">True where a reader that drops null (as Kubernetes does) is involved; empty mappings that held nothing else count as absent, too.</param>
    /// <param name="path">The path so far.</param>
    public static string? First(YamlNode? a, YamlNode? b, bool nullIsAbsent = false, string path = "")
    {
        if (nullIsAbsent && IsNothing(a) && IsNothing(b)) return null;
        switch (a, b)
        {
            case (YamlMapping x, YamlMapping y):
                foreach (var key in x.Entries.Select(entry => entry.Key).Union(y.Entries.Select(entry => entry.Key)))
                    if (First(x[key], y[key], nullIsAbsent, $"{path}.{key}") is { } place)
                        return place;
                return null;
            case (YamlSequence x, YamlSequence y) when x.Items.Length == y.Items.Length:
                for (var i = 0; i < x.Items.Length; i++)
                    if (First(x.Items[i], y.Items[i], nullIsAbsent, $"{path}[{i}]") is { } place)
                        return place;
                return null;
            default:
                return YamlEquality.Instance.Equals(a, b) ? null : $"{path}: {Show(a)} is not {Show(b)}";
        }
    }

    private static bool IsNothing(YamlNode? node) => node is null or YamlScalar { Kind: ScalarKind.Null } || (node is YamlMapping mapping && mapping.Entries.All(entry => IsNothing(entry.Value)));

    private static string Show(YamlNode? node) => node is null ? "nothing" : System.Text.Encoding.UTF8.GetString(CanonicalYaml.Write(node).Span).Trim();
}
