using Meshlift.Yaml;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>Finds values by their path.</summary>
internal static class NodeSearch
{
    /// <summary>Every value at a path, in the order of the file.</summary>
    public static IEnumerable<YamlNode> All(YamlNode root, YamlPath path) =>
        path.Steps.Aggregate<YamlPathStep, IEnumerable<YamlNode>>([root], (nodes, step) => nodes.SelectMany(node => Next(node, step)));

    /// <summary>The value at a path, or the innermost that is there of the way to it.</summary>
    public static YamlNode Deepest(YamlNode root, YamlPath path)
    {
        var node = root;
        foreach (var step in path.Steps)
        {
            if (Next(node, step).FirstOrDefault() is not { } next) break;
            node = next;
        }
        return node;
    }

    private static IEnumerable<YamlNode> Next(YamlNode node, YamlPathStep step) => (node, step) switch
    {
        (YamlMapping mapping, YamlPathStep.Key(var name)) => mapping[name] is { } value ? [value] : [],
        (YamlSequence sequence, YamlPathStep.Index(var position)) => position < sequence.Items.Length ? [sequence.Items[position]] : [],
        (YamlSequence sequence, YamlPathStep.Every) => sequence.Items,
        (YamlSequence sequence, YamlPathStep.Match(var field, var text)) => sequence.Items.Where(item => item is YamlMapping mapping && mapping[field] is YamlScalar scalar && scalar.Value == text),
        _ => [],
    };
}
