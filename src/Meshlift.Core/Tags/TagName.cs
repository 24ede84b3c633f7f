using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Tags;

/// <summary>The name of a revision tag, as namespaces write it into <c>istio.io/rev</c>: <c>prod-stable</c>.</summary>
/// <remarks>A DNS label of at most 43 characters, because the tag's Service is called <c>istiod-revision-tag-NAME</c> and may have 63.</remarks>
public sealed record TagName : IComparable<TagName>
{
    internal const string Pattern = "^[a-z0-9]([-a-z0-9]{0,41}[a-z0-9])?$";
    private const int Longest = 43;

    private TagName(string value) => Value = value;

    /// <summary>The tag of those that ask for no revision: <c>istio-injection=enabled</c>, unlabelled configuration, unlabelled gateways.</summary>
    public static TagName Default { get; } = new(RevisionName.Default.Value);

    /// <summary>The name.</summary>
    public string Value { get; }

    /// <summary>True for the tag <c>default</c>.</summary>
    public bool IsDefault => Value == Default.Value;

    /// <summary>Parses a name.</summary>
    /// <exception cref="UserException">The text is not such a name.</exception>
    public static TagName Parse(string text) => ParseOrNull(text)
        ?? throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not the name of a tag", $"use at most {Longest} of a-z, 0-9 and '-', beginning and ending with a letter or digit, for example prod-stable");

    /// <summary>The name, or null where the text is none.</summary>
    public static TagName? ParseOrNull(string? text) => text is { Length: <= Longest } && KubernetesSyntax.IsDnsLabel(text) ? new(text) : null;

    /// <summary>Ordinal order.</summary>
    public int CompareTo(TagName? other) => string.CompareOrdinal(Value, other?.Value);

    /// <summary>The name.</summary>
    public override string ToString() => Value;
}
