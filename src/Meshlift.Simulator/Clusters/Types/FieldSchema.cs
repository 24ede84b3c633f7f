using System.Text.Json.Nodes;

namespace Meshlift.Simulator.Clusters.Types;

/// <summary>The JSON form of a field.</summary>
internal enum FieldKind
{
    Any,
    Object,
    Map,
    List,
    String,
    Integer,
    Number,
    Boolean,
    IntOrString,
}

/// <summary>What a list is to server-side apply (<c>x-kubernetes-list-type</c>).</summary>
internal enum ListKind
{
    Atomic,
    Set,
    Map,
}

/// <summary>The schema of a value: one form for the types of Kubernetes and for those of CustomResourceDefinitions.</summary>
internal sealed class FieldSchema
{
    /// <summary>A value of any form, whose fields are all kept.</summary>
    public static FieldSchema Anything { get; } = new() { Kind = FieldKind.Any, KeepsUnknown = true };

    public FieldKind Kind { get; set; }

    /// <summary>The OpenAPI format, such as <c>int32</c>; null for none.</summary>
    public string? Format { get; set; }

    /// <summary>The name of the type in OpenAPI documents; null for a form that has no name.</summary>
    public string? TypeName { get; set; }

    /// <summary>The fields of an object, by name.</summary>
    public Dictionary<string, FieldSchema> Fields { get; private init; } = new(StringComparer.Ordinal);

    public HashSet<string> Required { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>The schema of the items of a list, or of the values of a map.</summary>
    public FieldSchema? Element { get; set; }

    public ListKind ListKind { get; set; }

    /// <summary>The fields that tell the items of a list of kind <see cref="ListKind.Map"/> apart.</summary>
    public IReadOnlyList<string> MapKeys { get; set; } = [];

    /// <summary>The field by which a strategic merge patch tells items apart; null where it replaces the list.</summary>
    public string? PatchKey { get; set; }

    /// <summary>Whether a strategic merge patch adds to this list of scalars instead of replacing it.</summary>
    public bool PatchMerges { get; set; }

    /// <summary>Whether a strategic merge patch may say <c>$retainKeys</c> here.</summary>
    public bool RetainsKeys { get; set; }

    /// <summary>Whether an object or a map is owned as a whole (<c>x-kubernetes-map-type: atomic</c>).</summary>
    public bool IsAtomic { get; set; }

    /// <summary>What is written where nothing was said; null for nothing.</summary>
    public JsonNode? Default { get; set; }

    /// <summary>The texts that are allowed; empty for any.</summary>
    public IReadOnlyList<string> Allowed { get; set; } = [];

    /// <summary>Whether fields that the schema does not name are kept.</summary>
    public bool KeepsUnknown { get; set; }

    /// <summary>Whether the value is a whole object, with apiVersion, kind and metadata of its own.</summary>
    public bool IsEmbeddedResource { get; set; }

    public bool IsNullable { get; set; }

    /// <summary>The JSON schema of a CustomResourceDefinition that this was read from, for what is not told above; null for Kubernetes' own types.</summary>
    public JsonObject? Source { get; set; }

    /// <summary>The schema of a field; null when there is no such field. A map has every field.</summary>
    public FieldSchema? Field(string name) => Kind switch
    {
        FieldKind.Map => Element,
        FieldKind.Any => Anything,
        _ => Fields.TryGetValue(name, out var field) ? field : KeepsUnknown ? Anything : null,
    };

    /// <summary>The same type for another use of it, whose defaults and patch rules may differ. The fields are shared.</summary>
    public FieldSchema ForUse() => (FieldSchema)MemberwiseClone();
}
