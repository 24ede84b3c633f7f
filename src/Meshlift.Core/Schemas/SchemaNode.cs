using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Schemas;

/// <summary>The types of JSON that a value may have; several at once.</summary>
[Flags]
public enum ValueTypes
{
    /// <summary>The schema names no type: any will do.</summary>
    None = 0,
    /// <summary>Keys with values.</summary>
    Object = 1,
    /// <summary>Values in order.</summary>
    Array = 2,
    /// <summary>Text.</summary>
    String = 4,
    /// <summary>A whole number.</summary>
    Integer = 8,
    /// <summary>Any number.</summary>
    Number = 16,
    /// <summary>True or false.</summary>
    Boolean = 32,
}

/// <summary>What a value must be, as Kubernetes' structural schemas say it, without descriptions. Schemas may refer to themselves.</summary>
/// <remarks>Not changed once its reader has returned, so that many threads may validate with it.</remarks>
public sealed class SchemaNode
{
    internal SchemaNode()
    {
    }

    /// <summary>The types; <see cref="ValueTypes.None"/> for any.</summary>
    public ValueTypes Types { get; internal set; }

    /// <summary>True when null is as good as a value.</summary>
    public bool IsNullable { get; internal set; }

    /// <summary>True when keys that are not named here are kept.</summary>
    public bool AllowsUnknown { get; internal set; }

    /// <summary>True for a whole Kubernetes object: apiVersion, kind and metadata are there without being named.</summary>
    public bool IsResource { get; internal set; }

    /// <summary>True when Kubernetes fills in a value where there is none.</summary>
    public YamlNode? Default { get; internal set; }

    /// <summary>The named keys; null when none is named.</summary>
    public IReadOnlyDictionary<string, SchemaNode>? Properties { get; internal set; }

    /// <summary>What the values of all other keys must be; null when nothing is said about them.</summary>
    public SchemaNode? AdditionalProperties { get; internal set; }

    /// <summary>What each item must be; null when nothing is said.</summary>
    public SchemaNode? Items { get; internal set; }

    /// <summary>Keys that must be there.</summary>
    public ImmutableArray<string> Required { get; internal set; } = [];

    /// <summary>The only values allowed; empty when any is.</summary>
    public ImmutableArray<YamlNode> Enum { get; internal set; } = [];

    /// <summary>What a text must match; null when anything will do.</summary>
    public Re2Pattern? Pattern { get; internal set; }

    /// <summary>The name of a format, such as <c>date-time</c>; null when there is none.</summary>
    public string? Format { get; internal set; }

    /// <summary>Bounds of a number and of counts; null when nothing is bounded.</summary>
    public SchemaBounds? Bounds { get; internal set; }

    /// <summary>Keys by which items of a list are told apart; no two items agree in all of them. Empty for a plain list.</summary>
    public ImmutableArray<string> ListKeys { get; internal set; } = [];

    /// <summary>True when no two items may be equal.</summary>
    public bool IsSet { get; internal set; }

    /// <summary>All of these must hold.</summary>
    public ImmutableArray<SchemaNode> AllOf { get; internal set; } = [];

    /// <summary>At least one of these must hold; empty when nothing is asked.</summary>
    public ImmutableArray<SchemaNode> AnyOf { get; internal set; } = [];

    /// <summary>Exactly one of these must hold; empty when nothing is asked.</summary>
    public ImmutableArray<SchemaNode> OneOf { get; internal set; } = [];

    /// <summary>This must not hold; null when nothing is asked.</summary>
    public SchemaNode? Not { get; internal set; }

    /// <summary>Rules in the Common Expression Language, which only the API server evaluates.</summary>
    public ImmutableArray<string> CelRules { get; internal set; } = [];

    internal bool HasJunctors => !AllOf.IsEmpty || !AnyOf.IsEmpty || !OneOf.IsEmpty || Not is not null;
}

/// <summary>How large a value may be. Null means no bound.</summary>
public sealed record SchemaBounds
{
    /// <summary>The least number.</summary>
    public double? Minimum { get; init; }

    /// <summary>The greatest number.</summary>
    public double? Maximum { get; init; }

    /// <summary>True when the number must be more than <see cref="Minimum"/>.</summary>
    public bool IsMinimumExclusive { get; init; }

    /// <summary>True when the number must be less than <see cref="Maximum"/>.</summary>
    public bool IsMaximumExclusive { get; init; }

    /// <summary>The number must be a multiple of this.</summary>
    public double? MultipleOf { get; init; }

    /// <summary>The fewest characters of a text, counted as Unicode code points.</summary>
    public long? MinLength { get; init; }

    /// <summary>The most characters of a text, counted as Unicode code points.</summary>
    public long? MaxLength { get; init; }

    /// <summary>The fewest items.</summary>
    public long? MinItems { get; init; }

    /// <summary>The most items.</summary>
    public long? MaxItems { get; init; }

    /// <summary>The fewest keys.</summary>
    public long? MinProperties { get; init; }

    /// <summary>The most keys.</summary>
    public long? MaxProperties { get; init; }
}
