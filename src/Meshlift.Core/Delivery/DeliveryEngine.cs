using System.Collections.Immutable;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Delivery;

/// <summary>A revision's own resources.</summary>
/// <param name="Revision">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Generated">What stands in its <c>generated/</c>; paths begin with that folder.</param>
public sealed record DeliveredRevision(RevisionName Revision, IstioVersion Version, ImmutableArray<InventoryEntry> Generated);

/// <summary>What a delivery engine must know to find and order the files of one cluster.</summary>
/// <param name="Folder">The cluster's folder below the root of the repository, with '/' between its parts; empty for the root.</param>
/// <param name="Common">What stands in <c>common/</c>.</param>
/// <param name="Active">What stands in <c>active/</c>.</param>
/// <param name="Revisions">Every revision with a folder, oldest version first; at least one.</param>
/// <param name="HandWritten">
/// Files that people put beside the generated ones and that hold Kubernetes objects, by folder: <c>common</c>, <c>active</c>, or a revision's name.
/// </param>
public sealed record DeliveryInput(
    string Folder,
    ImmutableArray<InventoryEntry> Common,
    ImmutableArray<InventoryEntry> Active,
    ImmutableArray<DeliveredRevision> Revisions,
    ImmutableDictionary<string, ImmutableArray<string>> HandWritten)
{
    /// <summary>A folder of the cluster, from the root of the repository.</summary>
    public string FromRoot(string folder) => Folder.Length == 0 ? folder : $"{Folder}/{folder}";
}

/// <summary>A file of a delivery engine.</summary>
/// <param name="Path">Relative to the cluster's folder.</param>
/// <param name="Bytes">Its content.</param>
public readonly record struct DeliveryFile(string Path, ReadOnlyMemory<byte> Bytes);

/// <summary>How what stands in Git reaches the cluster, and in which order: CRDs, shared resources, each revision, then what is active.</summary>
public interface IDeliveryEngine
{
    /// <summary>The engine's own files for one cluster. The same input gives the same bytes; no resource's bytes are needed.</summary>
    /// <exception cref="UserException">The engine cannot deliver this: a name is too long for it, or a file has a name that it keeps for itself.</exception>
    ImmutableArray<DeliveryFile> Files(DeliveryInput input);
}

/// <summary>Folders alone: whoever applies them keeps the order.</summary>
public sealed class PlainDelivery : IDeliveryEngine
{
    /// <inheritdoc/>
    public ImmutableArray<DeliveryFile> Files(DeliveryInput input) => [];
}
