using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Placing;

/// <summary>A generated file: ownership is what the inventory says, never a label (a rendered object often has none).</summary>
/// <param name="Path">Relative to the folder of the inventory, with '/' between its parts.</param>
/// <param name="Resource">What stands in it.</param>
/// <param name="Class">The class of the resource.</param>
/// <param name="Digest">The digest of its bytes when they were written.</param>
/// <param name="Owner">Which revision's rendering it is.</param>
/// <param name="Version">The version of that rendering.</param>
public sealed record InventoryEntry(string Path, ResourceIdentity Resource, Classification Class, string Digest, RevisionName Owner, IstioVersion Version);

/// <summary>A shared resource that a revision rendered; it stands in <c>common/</c>, perhaps from a newer revision.</summary>
/// <param name="Resource">Its identity.</param>
/// <param name="Class">Either <see cref="ResourceClass.Crd"/> or <see cref="ResourceClass.Shared"/>.</param>
public sealed record SharedEntry(ResourceIdentity Resource, ResourceClass Class);

/// <summary>What a revision was rendered from.</summary>
/// <param name="Renderer">The renderer's name in <c>meshlift.yaml</c>.</param>
/// <param name="Source">Where the input came from, without secrets.</param>
/// <param name="Digest">The digest of the rendered stream, however its documents were ordered.</param>
public sealed record RenderedFrom(string Renderer, string Source, string Digest);

/// <summary><c>inventory.yaml</c> of a revision folder.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Version">Its version.</param>
/// <param name="From">Its input.</param>
/// <param name="Files">Every generated file of the folder.</param>
/// <param name="Shared">Every shared resource that the revision needs.</param>
/// <param name="Inputs">The renderer's input as it was used, kept in the folder.</param>
public sealed record RevisionInventory(
    RevisionName Revision, IstioVersion Version, RenderedFrom From, IReadOnlyList<InventoryEntry> Files, IReadOnlyList<SharedEntry> Shared, IReadOnlyList<RecordedFile> Inputs);

/// <summary>A file that Meshlift wrote and that holds no resource of Istio: one of the delivery engine (a kustomization, an application), or a renderer's input.</summary>
/// <param name="Path">Relative to the folder of the inventory.</param>
/// <param name="Digest">The digest of its bytes when they were written.</param>
public sealed record RecordedFile(string Path, string Digest);

/// <summary><c>inventory.yaml</c> of a cluster's folder: everything generated outside the revisions' own files.</summary>
/// <param name="Files">What stands in <c>common/</c> and <c>active/</c>.</param>
/// <param name="Delivery">The delivery engine's files.</param>
public sealed record ClusterInventory(IReadOnlyList<InventoryEntry> Files, IReadOnlyList<RecordedFile> Delivery)
{
    /// <summary>Of a folder where nothing was generated yet.</summary>
    public static ClusterInventory Empty { get; } = new([], []);
}
