using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meshlift.Core.Selecting;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;

namespace Meshlift.Simulator.Clusters.Selectors;

/// <summary>A label selector: of a query (<c>app in (a, b), !old</c>) or of an object (<c>matchLabels</c>, <c>matchExpressions</c>).</summary>
public sealed class LabelSelector
{
    private readonly ImmutableArray<LabelRequirement> _requirements;

    private LabelSelector(ImmutableArray<LabelRequirement> requirements) => _requirements = requirements;

    /// <summary>Matches everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>Reads the text of a query.</summary>
    /// <exception cref="ApiException">400: it is no selector.</exception>
    public static LabelSelector Parse(string? text) => string.IsNullOrWhiteSpace(text) ? Everything : new(new LabelSelectorText(text).Read());

    /// <summary>Reads a LabelSelector of an object; null, as in an absent field, matches nothing.</summary>
    /// <exception cref="ApiException">400: an operator is not known.</exception>
    public static LabelSelector? Of(JsonObject? selector)
    {
        if (selector is null) return null;
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        foreach (var (key, value) in selector.Pairs("matchLabels")) requirements.Add(new(key, LabelOperator.In, [value]));
        foreach (var expression in selector.Items("matchExpressions").OfType<JsonObject>())
            requirements.Add(new(expression.Text("key") ?? "", expression.Text("operator") switch
            {
                "In" => LabelOperator.In,
                "NotIn" => LabelOperator.NotIn,
                "Exists" => LabelOperator.Exists,
                "DoesNotExist" => LabelOperator.DoesNotExist,
                var other => throw ApiErrors.BadRequest($"\"{other}\" is not a valid label selector operator"),
            }, [.. expression.Texts("values")]));
        return new(requirements.DrainToImmutable());
    }

    /// <summary>Whether labels match.</summary>
    /// <param name="find">The value of a label; null when there is none.</param>
    public bool Matches(Func<string, string?> find)
    {
        foreach (var requirement in _requirements)
            if (!requirement.Matches(find(requirement.Key))) return false;
        return true;
    }

    internal bool Matches(StoredObject item)
    {
        foreach (var requirement in _requirements)
            if (!requirement.Matches(item.Label(requirement.Key))) return false;
        return true;
    }

    /// <summary>The text of a query that asks the same.</summary>
    public override string ToString() => string.Join(',', _requirements);
}
