using System.Collections.Immutable;
using Meshlift.Core.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Core.Selecting;

/// <summary>Chooses objects by their labels: all demands must be met.</summary>
/// <param name="Requirements">The demands; none for what chooses everything.</param>
public sealed record LabelSelector(ImmutableArray<LabelRequirement> Requirements)
{
    /// <summary>Chooses everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>Reads a selector of a manifest (<c>matchLabels</c> and <c>matchExpressions</c>).</summary>
    /// <param name="node">The selector; one that is not there or empty chooses everything, as in a webhook.</param>
    /// <param name="where">What it is the selector of, for messages.</param>
    /// <exception cref="UserException">It is none that the API server takes.</exception>
    public static LabelSelector Read(YamlNode? node, string where)
    {
        if (node is null or YamlScalar { Kind: ScalarKind.Null }) return Everything;
        if (node is not YamlMapping mapping) throw Bad(node, where, "a selector is a mapping of matchLabels and matchExpressions");
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        foreach (var entry in mapping.Entries)
        {
            if (entry.Value is YamlScalar { Kind: ScalarKind.Null }) continue;
            switch (entry.Key)
            {
                case "matchLabels":
                    foreach (var label in (entry.Value as YamlMapping ?? throw Bad(entry.Value, where, "matchLabels is a mapping")).Entries)
                        requirements.Add(new LabelRequirement(label.Key, LabelOperator.In, [Text(label.Value, where)]));
                    break;
                case "matchExpressions":
                    foreach (var item in (entry.Value as YamlSequence ?? throw Bad(entry.Value, where, "matchExpressions is a list")).Items) requirements.Add(Expression(item, where));
                    break;
                default:
                    throw Bad(entry.Value, where, $"there is no {Quoted.Text(entry.Key)} in a selector");
            }
        }
        return requirements.Count == 0 ? Everything : new LabelSelector(requirements.DrainToImmutable());
    }

    /// <summary>True when labels meet all demands.</summary>
    public bool Matches(Labels labels) => FirstUnmet(labels) is null;

    /// <summary>The first demand that labels do not meet; null when they meet all.</summary>
    public LabelRequirement? FirstUnmet(Labels labels)
    {
        foreach (var requirement in Requirements)
            if (!requirement.Matches(labels))
                return requirement;
        return null;
    }

    /// <summary>As kubectl writes it: <c>app=web,env in (a,b)</c>.</summary>
    public override string ToString() => string.Join(',', Requirements);

    private static LabelRequirement Expression(YamlNode item, string where)
    {
        if (item is not YamlMapping expression) throw Bad(item, where, "an expression has a key, an operator and values");
        var key = Text(expression["key"] ?? expression, where);
        var word = Text(expression["operator"] ?? expression, where);
        if (word is not (nameof(LabelOperator.In) or nameof(LabelOperator.NotIn) or nameof(LabelOperator.Exists) or nameof(LabelOperator.DoesNotExist))) throw Bad(expression["operator"]!, where, $"there is no operator {Quoted.Text(word)}; it is In, NotIn, Exists or DoesNotExist");
        var chosen = Enum.Parse<LabelOperator>(word);
        ImmutableArray<string> values = expression["values"] switch
        {
            YamlSequence list => [.. list.Items.Select(value => Text(value, where))],
            null or YamlScalar { Kind: ScalarKind.Null } => [],
            var other => throw Bad(other, where, "values is a list"),
        };
        var needsValues = chosen is LabelOperator.In or LabelOperator.NotIn;
        return needsValues != values.IsEmpty
            ? new LabelRequirement(key, chosen, values)
            : throw Bad(item, where, needsValues ? $"{word} needs values" : $"{word} takes no values");
    }

    private static string Text(YamlNode node, string where) => (node as YamlScalar)?.AsString ?? throw Bad(node, where, "a key, an operator and a value are strings");

    private static UserException Bad(YamlNode node, string where, string message) =>
        new(ErrorKind.Input, $"{where}{(node.Span is { } span ? $", line {span.Start.Line}" : "")}: {message}", "the API server refuses it as well: correct it");
}
