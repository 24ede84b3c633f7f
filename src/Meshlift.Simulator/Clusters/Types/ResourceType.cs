using System.Collections.Immutable;

namespace Meshlift.Simulator.Clusters.Types;

/// <summary>A resource as it is stored: the same for all versions in which it is served.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Plural">The name in paths, such as <c>pods</c>.</param>
public readonly record struct ResourceKey(string Group, string Plural)
{
    /// <summary>The form of messages: <c>deployments.apps</c>, or <c>pods</c>.</summary>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}

/// <summary>A column of <c>kubectl get</c>.</summary>
/// <param name="Name">Its head.</param>
/// <param name="Type">string, integer, number, boolean or date.</param>
/// <param name="Path">The JSONPath of its value, such as <c>.spec.replicas</c>.</param>
/// <param name="Priority">0 is always shown, 1 with <c>-o wide</c>.</param>
/// <param name="Description">For readers.</param>
/// <param name="Format">The OpenAPI format; may be empty.</param>
internal sealed record PrinterColumn(string Name, string Type, string Path, int Priority, string Description, string Format);

/// <summary>Where the scale sub-resource of a kind keeps its numbers.</summary>
internal sealed record ScalePaths(string SpecReplicas, string StatusReplicas, string? Selector);

/// <summary>One version of one kind that the API server answers for.</summary>
public sealed class ResourceType
{
    /// <summary>Group and plural.</summary>
    public required ResourceKey Key { get; init; }

    /// <summary>The version, such as <c>v1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The kind, such as <c>Pod</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The kind of a list, such as <c>PodList</c>.</summary>
    public required string ListKind { get; init; }

    /// <summary>The name for one, such as <c>pod</c>.</summary>
    public required string Singular { get; init; }

    /// <summary>False when its objects belong to the cluster.</summary>
    public required bool IsNamespaced { get; init; }

    /// <summary>Such as <c>po</c>.</summary>
    public ImmutableArray<string> ShortNames { get; init; } = [];

    /// <summary>Such as <c>all</c>.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>True for a type of Kubernetes itself, false for one of a CustomResourceDefinition.</summary>
    public bool IsBuiltIn { get; init; }

    /// <summary>True when status is written through its own sub-resource only.</summary>
    public bool HasStatus { get; init; }

    /// <summary>True when <c>metadata.generation</c> counts the changes of what is wanted.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>True for a kind that is answered, not stored, such as SelfSubjectAccessReview.</summary>
    public bool IsReview { get; init; }

    /// <summary>The apiVersion under which objects are stored.</summary>
    public required string StoredApiVersion { get; init; }

    /// <summary>The value of <c>apiVersion</c>.</summary>
    public string ApiVersion => Key.Group.Length == 0 ? Version : $"{Key.Group}/{Version}";

    /// <summary>The fields besides name and namespace by which field selectors may ask.</summary>
    public ImmutableArray<string> SelectableFields { get; init; } = [];

    internal ScalePaths? Scale { get; init; }

    internal FieldSchema Schema { get; init; } = FieldSchema.Anything;

    internal IReadOnlyList<PrinterColumn> Columns { get; init; } = [];

    /// <summary>The warning that goes with every answer; null for none.</summary>
    internal string? Deprecation { get; init; }

    /// <summary>Such as <c>apps/v1, Kind=Deployment</c>.</summary>
    public override string ToString() => $"{ApiVersion}, Kind={Kind}";
}
