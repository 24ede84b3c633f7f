using System.Collections.Immutable;

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
}

/// <summary>One demand of a selector.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">How it is looked at.</param>
/// <param name="Values">For <see cref="LabelOperator.In"/> and <see cref="LabelOperator.NotIn"/> at least one; otherwise empty.</param>
public sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    /// <summary>True when labels meet it.</summary>
    /// <remarks>apimachinery, labels.Requirement.Matches: a label that is not there meets <c>NotIn</c>.</remarks>
    public bool Matches(Labels labels) => Operator switch
    {
        LabelOperator.In => labels[Key] is { } value && Values.Contains(value, StringComparer.Ordinal),
        LabelOperator.NotIn => labels[Key] is not { } value || !Values.Contains(value, StringComparer.Ordinal),
        LabelOperator.Exists => labels[Key] is not null,
        _ => labels[Key] is null,
    };

    /// <summary>As kubectl writes it: <c>app=web</c>, <c>env in (a,b)</c>, <c>!legacy</c>.</summary>
    public override string ToString() => Operator switch
    {
        LabelOperator.In => Values is [var only] ? $"{Key}={only}" : $"{Key} in ({string.Join(',', Values)})",
        LabelOperator.NotIn => Values is [var only] ? $"{Key}!={only}" : $"{Key} notin ({string.Join(',', Values)})",
        LabelOperator.Exists => Key,
        _ => "!" + Key,
    };
}
