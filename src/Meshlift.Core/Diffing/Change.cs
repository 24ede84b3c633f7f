using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>What became of a place.</summary>
public enum DiffKind
{
    /// <summary>It was not there before.</summary>
    Added,
    /// <summary>It is not there any more.</summary>
    Removed,
    /// <summary>It is another value.</summary>
    Changed,
    /// <summary>An item stands elsewhere in its list.</summary>
    Moved,
}

/// <summary>How dangerous a change is, from the least to the most.</summary>
public enum DiffRisk
{
    /// <summary>It changes nothing that runs.</summary>
    None,
    /// <summary>It is worth a glance.</summary>
    Low,
    /// <summary>It changes how something behaves.</summary>
    Medium,
    /// <summary>It may break something, or open it.</summary>
    High,
}

/// <summary>Why a change says nothing about the upgrade itself.</summary>
public enum DiffNoise
{
    /// <summary>The version in a label, or wherever else only the version differs.</summary>
    Version,
    /// <summary>The tag of an image that follows the version.</summary>
    ImageTag,
    /// <summary>The name of the revision.</summary>
    Revision,
    /// <summary>The order in a list whose order means nothing.</summary>
    Order,
    /// <summary>The text of a description.</summary>
    Documentation,
    /// <summary>A value that is written out on one side, and on the other is meant without it.</summary>
    Default,
    /// <summary>Blank lines of a text.</summary>
    Blank,
}

/// <summary>One difference within a resource.</summary>
/// <param name="Path">Where.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Before">The value before; null when it was not there. For lines, their text.</param>
/// <param name="After">The value after; null when it is not there any more. For lines, their text.</param>
public sealed record Change(DiffPath Path, DiffKind Kind, YamlNode? Before, YamlNode? After)
{
    /// <summary>Set when the change is folded away.</summary>
    public DiffNoise? Noise { get; init; }

    /// <summary>How dangerous; <see cref="DiffRisk.None"/> for noise.</summary>
    public DiffRisk Risk { get; init; }

    /// <summary>Why it is that dangerous; a clause without a full stop. Empty where there is nothing to say.</summary>
    public string Reason { get; init; } = "";
}
