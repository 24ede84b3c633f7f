using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Tags;

/// <summary>What an object is to its tag.</summary>
public enum TagObjectKind
{
    /// <summary>The MutatingWebhookConfiguration.</summary>
    Webhook,
    /// <summary>The Service.</summary>
    Service,
    /// <summary>The validation that belongs to the tag <c>default</c>.</summary>
    Validator,
}

/// <summary>An object of a tag that stands in <c>active/</c>.</summary>
/// <param name="Tag">The tag, as its label says.</param>
/// <param name="Kind">What it is to the tag.</param>
/// <param name="Entry">Whose rendering it is.</param>
/// <param name="Resource">The object.</param>
public sealed record TagObject(string Tag, TagObjectKind Kind, InventoryEntry Entry, Resource Resource);

/// <summary>The tags of one cluster: a tag is what stands in <c>active/</c>, and nothing else says where it points.</summary>
/// <param name="Objects">Their objects, in order of path.</param>
/// <param name="IsFirst">True where no revision was rendered yet.</param>
public sealed record ClusterTags(ImmutableArray<TagObject> Objects, bool IsFirst)
{
    private const string TagLabel = "istio.io/tag";

    /// <summary>Reads them.</summary>
    /// <param name="tree">The cluster's folder.</param>
    /// <param name="name">The folder's name, for messages.</param>
    /// <exception cref="UserException">The inventory is damaged, or a file in <c>active/</c> is no object any more.</exception>
    public static ClusterTags Read(ClusterTree tree, string name)
    {
        var objects = ImmutableArray.CreateBuilder<TagObject>();
        foreach (var entry in tree.ReadInventory(name).Files)
        {
            if (entry.Class is not { Class: ResourceClass.OnceOnly, Part: OncePart.Tags or OncePart.Validator } || !tree.Files.TryGetValue(entry.Path, out var bytes)) continue;
            if (ManifestStream.Split(bytes, $"{name}/{entry.Path}") is not [var resource] || resource.Label(TagLabel) is not { } tag) continue;
            TagObjectKind? kind = resource.Identity.Kind switch
            {
                "MutatingWebhookConfiguration" => TagObjectKind.Webhook,
                "Service" => TagObjectKind.Service,
                "ValidatingWebhookConfiguration" => TagObjectKind.Validator,
                _ => null,
            };
            if (kind is { } known) objects.Add(new TagObject(tag, known, entry, resource));
        }
        return new ClusterTags(objects.DrainToImmutable(), !tree.Files.Keys.Any(path => path.EndsWith("/" + InventoryFile.Name, StringComparison.Ordinal)));
    }

    /// <summary>The names, in ordinal order; those that Meshlift could not give are left out.</summary>
    public IEnumerable<TagName> Names => Objects.Select(one => TagName.ParseOrNull(one.Tag)).OfType<TagName>().Distinct().Order();

    /// <summary>True when the tag has such an object.</summary>
    public bool Has(TagName tag, TagObjectKind kind) => Objects.Any(one => one.Tag == tag.Value && one.Kind == kind);

    /// <summary>The revision whose webhook the tag has; null when it has none.</summary>
    public RevisionName? OwnerOf(TagName tag) => Objects.FirstOrDefault(one => one.Tag == tag.Value && one.Kind == TagObjectKind.Webhook)?.Entry.Owner;

    /// <summary>The tags but for one.</summary>
    public ClusterTags Without(TagName tag) => this with { Objects = Objects.RemoveAll(one => one.Tag == tag.Value) };
}
