using Meshlift.Yaml;

namespace Meshlift.Core.Patching;

/// <summary>Where two values differ, in words.</summary>
public static class ChangedPlaces
{
    /// <summary>The places, such as <c>spec.template.spec.containers[name=discovery].args[2] changed</c>, in the order of the values. No value is shown: it may be a secret.</summary>
    public static IEnumerable<string> Between(YamlMapping before, YamlMapping after) => Mappings(before, after, null);

    private static IEnumerable<string> Mappings(YamlMapping before, YamlMapping after, YamlPath? path)
    {
        foreach (var key in before.Entries.Select(entry => entry.Key).Union(after.Entries.Select(entry => entry.Key), StringComparer.Ordinal))
        {
            var place = path is null ? YamlPath.Keys(key) : path.Then(new YamlPathStep.Key(key));
            foreach (var line in Between(before[key], after[key], place)) yield return line;
        }
    }

    private static IEnumerable<string> Between(YamlNode? before, YamlNode? after, YamlPath path) => (before, after) switch
    {
        _ when YamlEquality.Instance.Equals(before, after) => [],
        (null, _) => [$"{path} added"],
        (_, null) => [$"{path} removed"],
        (YamlMapping a, YamlMapping b) => Mappings(a, b, path),
        (YamlSequence a, YamlSequence b) => Sequences(a, b, path),
        (YamlScalar a, YamlScalar b) when (a.Value + b.Value).Contains('\n', StringComparison.Ordinal) => [$"{path} changed, a text of {Lines(b)} lines"],
        _ => [$"{path} changed"],
    };

    private static IEnumerable<string> Sequences(YamlSequence before, YamlSequence after, YamlPath path)
    {
        if (Named(before) is { } olds && Named(after) is { } news)
            return olds.Keys.Union(news.Keys, StringComparer.Ordinal).SelectMany(name => Between(olds.GetValueOrDefault(name), news.GetValueOrDefault(name), path.Then(new YamlPathStep.Match("name", name))))
                .DefaultIfEmpty($"{path} reordered");
        if (before.Items.Length == after.Items.Length)
            return before.Items.Zip(after.Items).Index().SelectMany(item => Between(item.Item.First, item.Item.Second, path.Then(new YamlPathStep.Index(item.Index))));
        return [$"{path} changed, a list of {after.Items.Length} that was one of {before.Items.Length}"];
    }

    /// <summary>The items by their names; null when one has none, or two have the same.</summary>
    private static Dictionary<string, YamlNode>? Named(YamlSequence sequence)
    {
        var named = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var item in sequence.Items)
            if (item is not YamlMapping mapping || (mapping["name"] as YamlScalar)?.AsString is not { } name || !named.TryAdd(name, item))
                return null;
        return named;
    }

    private static int Lines(YamlScalar text) => text.Value.TrimEnd('\n').Split('\n').Length;
}
