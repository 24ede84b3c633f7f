using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Store;

namespace Meshlift.Simulator.Clusters.Selectors;

/// <summary>What a selector asks of one label.</summary>
internal enum LabelOperator
{
    In,
    NotIn,
    Exists,
    DoesNotExist,
    GreaterThan,
    LessThan,
}

internal sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    /// <param name="value">The label's value; null when the object has no such label.</param>
    public bool Matches(string? value) => Operator switch
    {
        LabelOperator.In => value is not null && Values.Contains(value, StringComparer.Ordinal),
        // What has no such label is not in the set either (k8s.io/apimachinery, pkg/labels).
        LabelOperator.NotIn => value is null || !Values.Contains(value, StringComparer.Ordinal),
        LabelOperator.Exists => value is not null,
        LabelOperator.DoesNotExist => value is null,
        LabelOperator.GreaterThan => Compare(value) > 0,
        _ => Compare(value) < 0,
    };

    private int? Compare(string? value) => long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number)
        ? number.CompareTo(long.Parse(Values[0], System.Globalization.CultureInfo.InvariantCulture)) : null;
}

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
    public override string ToString() => string.Join(',', _requirements.Select(requirement => requirement.Operator switch
    {
        LabelOperator.In when requirement.Values.Length == 1 => $"{requirement.Key}={requirement.Values[0]}",
        LabelOperator.In => $"{requirement.Key} in ({string.Join(',', requirement.Values)})",
        LabelOperator.NotIn when requirement.Values.Length == 1 => $"{requirement.Key}!={requirement.Values[0]}",
        LabelOperator.NotIn => $"{requirement.Key} notin ({string.Join(',', requirement.Values)})",
        LabelOperator.Exists => requirement.Key,
        LabelOperator.DoesNotExist => "!" + requirement.Key,
        LabelOperator.GreaterThan => $"{requirement.Key}>{requirement.Values[0]}",
        _ => $"{requirement.Key}<{requirement.Values[0]}",
    }));
}
