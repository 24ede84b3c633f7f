using System.Collections.Immutable;
using System.Globalization;

namespace Meshlift.Core.Selecting;

/// <summary>How a requirement looks at a label.</summary>
public enum LabelOperator
{
    /// <summary>The label is there, with one of the values.</summary>
    In,
    /// <summary>The label is not there, or has none of the values.</summary>
    NotIn,
    /// <summary>The label is there.</summary>
    Exists,
    /// <summary>The label is not there.</summary>
    DoesNotExist,
    /// <summary>The label is there, with a whole number above the value. Only in queries, not in objects.</summary>
    GreaterThan,
    /// <summary>The label is there, with a whole number below the value. Only in queries, not in objects.</summary>
    LessThan,
}

/// <summary>One demand of a selector.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">How it is looked at.</param>
/// <param name="Values">For <see cref="LabelOperator.In"/> and <see cref="LabelOperator.NotIn"/> at least one; a whole number for the comparisons; otherwise empty.</param>
public sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    /// <summary>True when labels meet it.</summary>
    public bool Matches(Labels labels) => Matches(labels[Key]);

    /// <summary>True when a label meets it.</summary>
    /// <remarks>apimachinery, labels.Requirement.Matches: a label that is not there meets <c>NotIn</c>, and one that is no number meets no comparison.</remarks>
    /// <param name="value">The label's value; null when the label is not there.</param>
    public bool Matches(string? value) => Operator switch
    {
        LabelOperator.In => value is not null && Values.Contains(value, StringComparer.Ordinal),
        LabelOperator.NotIn => value is null || !Values.Contains(value, StringComparer.Ordinal),
        LabelOperator.Exists => value is not null,
        LabelOperator.DoesNotExist => value is null,
        LabelOperator.GreaterThan => Compare(value) > 0,
        _ => Compare(value) < 0,
    };

    /// <summary>As kubectl writes it: <c>app=web</c>, <c>env in (a,b)</c>, <c>!legacy</c>.</summary>
    public override string ToString() => Operator switch
    {
        LabelOperator.In => Values is [var only] ? $"{Key}={only}" : $"{Key} in ({string.Join(',', Values)})",
        LabelOperator.NotIn => Values is [var only] ? $"{Key}!={only}" : $"{Key} notin ({string.Join(',', Values)})",
        LabelOperator.Exists => Key,
        LabelOperator.DoesNotExist => "!" + Key,
        LabelOperator.GreaterThan => $"{Key}>{Values[0]}",
        _ => $"{Key}<{Values[0]}",
    };

    private int? Compare(string? value) => Number(value) is { } number ? number.CompareTo(Number(Values[0])) : null;

    private static long? Number(string? text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
