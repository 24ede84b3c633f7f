using Meshlift.Yaml;

namespace Meshlift.Core.Manifests;

/// <summary>One Kubernetes object of a rendered stream. Immutable.</summary>
public sealed class Resource
{
    private static readonly string[] LeadingKeys = ["apiVersion", "kind", "metadata"];

    // A resource that no step changes is written once, for the digest and for the file. Two threads at once write the same bytes.
    private byte[]? _canonical;

    /// <summary>A resource as it was read.</summary>
    /// <param name="identity">What it is; must agree with <paramref name="root"/>.</param>
    /// <param name="root">Its content.</param>
    /// <param name="origin">Where it was read, as <c>file:line:column</c>.</param>
    public Resource(ResourceIdentity identity, YamlMapping root, string origin) => (Identity, Root, Origin) = (identity, root, origin);

    /// <summary>What it is.</summary>
    public ResourceIdentity Identity { get; }

    /// <summary>Its content.</summary>
    public YamlMapping Root { get; }

    /// <summary>Where it was read, for messages only.</summary>
    public string Origin { get; }

    /// <summary>The same object with other content.</summary>
    public Resource With(YamlMapping root) => ReferenceEquals(root, Root) ? this : new Resource(Identity, root, Origin);

    /// <summary>The bytes of its file in Git.</summary>
    public ReadOnlyMemory<byte> ToCanonicalYaml() => _canonical ??= CanonicalYaml.Write(Root, LeadingKeys).ToArray();

    /// <summary>The value of a label; null when it is not there or not a string.</summary>
    public string? Label(string key) => Metadata("labels", key);

    /// <summary>The value of an annotation; null when it is not there or not a string.</summary>
    public string? Annotation(string key) => Metadata("annotations", key);

    private string? Metadata(string field, string key) =>
        ((Root["metadata"] as YamlMapping)?[field] as YamlMapping)?[key] is YamlScalar { Kind: ScalarKind.String } text ? text.Value : null;
}
