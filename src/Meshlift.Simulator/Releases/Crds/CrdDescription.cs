using System.Collections.Immutable;

namespace Meshlift.Simulator.Releases.Crds;

/// <summary>A custom resource as its <c>.crd</c> file describes it.</summary>
/// <param name="Group">The API group.</param>
/// <param name="Kind">The kind; the list kind and the singular follow from it.</param>
/// <param name="Plural">The resource name in URLs.</param>
/// <param name="ShortNames">What kubectl takes instead; may be empty.</param>
/// <param name="Versions">All served versions, with one schema.</param>
/// <param name="Stored">The version that is stored.</param>
/// <param name="Columns">What kubectl prints beside the name; may be empty.</param>
/// <param name="Spec">The schema of the field <c>spec</c>.</param>
internal sealed record CrdDescription(
    string Group,
    string Kind,
    string Plural,
    ImmutableArray<string> ShortNames,
    ImmutableArray<string> Versions,
    string Stored,
    ImmutableArray<PrinterColumn> Columns,
    SchemaNode Spec);

/// <summary>A column of <c>kubectl get</c>.</summary>
internal sealed record PrinterColumn(string Name, string Type, string Path, string Description);

/// <summary>A field, or a named type that fields refer to.</summary>
/// <param name="Name">The name of the field or type.</param>
/// <param name="Required">Whether the object is invalid without it.</param>
/// <param name="Type">A word of <see cref="CrdWriter"/> or the name of a type, behind <c>[]</c> for a list and <c>{}</c> for a map.</param>
/// <param name="Description">One paragraph; empty where there is none.</param>
/// <param name="Options">Constraints such as <c>maxLength=64</c> or <c>nullable</c>; <c>each.</c> in front means the elements.</param>
internal sealed record SchemaNode(string Name, bool Required, string Type, string Description, ImmutableArray<string> Options)
{
    /// <summary>The fields of the object, or of each object of the list or map.</summary>
    public List<SchemaNode> Fields { get; init; } = [];

    /// <summary>Sets of fields of which at most one may be there.</summary>
    public List<ImmutableArray<string>> Unions { get; init; } = [];

    /// <summary>Rules in the API server's expression language.</summary>
    public List<SchemaRule> Rules { get; init; } = [];
}

/// <summary>A rule and what is said when it is broken.</summary>
/// <param name="OfElement">Whether it is about the elements of a list or map, not about the whole.</param>
/// <param name="Message">For the author of the object.</param>
/// <param name="Expression">True where the rule is kept.</param>
internal sealed record SchemaRule(bool OfElement, string Message, string Expression);
