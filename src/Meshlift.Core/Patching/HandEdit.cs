using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Patching;

/// <summary>A generated file that a person edited, added or deleted in the checkout.</summary>
/// <param name="Path">Where it stands, relative to the folder of <c>meshlift.yaml</c>.</param>
/// <param name="PatchPath">Its path in the folder that patches are written against; see <see cref="PatchTree"/>.</param>
/// <param name="Recorded">The digest of what Meshlift wrote there; null for a file that it did not write.</param>
/// <param name="Edited">What stands there now; null for a file that is gone.</param>
public sealed record HandEdit(string Path, string PatchPath, string? Recorded, ReadOnlyMemory<byte>? Edited)
{
    /// <summary>The edits in what one revision rendered: in its own folder, and in <c>common/</c> and <c>active/</c> as far as these are from its rendering.</summary>
    /// <param name="folder">The cluster's folder, relative to the folder of <c>meshlift.yaml</c>.</param>
    /// <param name="tree">What stands in it, with the generated files of the revision.</param>
    /// <param name="inventory">What Meshlift wrote into <c>common/</c> and <c>active/</c>.</param>
    /// <param name="own">What Meshlift wrote into the revision's folder; null when it has none any more.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="version">Its version.</param>
    /// <returns>In ordinal order of <see cref="Path"/>.</returns>
    public static ImmutableArray<HandEdit> Find(string folder, ClusterTree tree, ClusterInventory inventory, RevisionInventory? own, RevisionName revision, IstioVersion version)
    {
        var edits = ImmutableArray.CreateBuilder<HandEdit>();
        foreach (var entry in own?.Files ?? []) Compare($"{revision}/{entry.Path}", entry.Path, entry.Digest);
        foreach (var entry in inventory.Files.Where(entry => entry.Owner == revision && entry.Version == version))
            Compare(entry.Path, InPatches(entry.Path), entry.Digest);
        if (own is not null)
            foreach (var (path, bytes) in Added(tree, own).Where(added => inventory.Delivery.All(entry => entry.Path != added.Key)))
                edits.Add(new HandEdit($"{folder}/{path}", path[(own.Revision.Value.Length + 1)..], null, bytes));
        return [.. edits.OrderBy(edit => edit.Path, StringComparer.Ordinal)];

        void Compare(string path, string patchPath, string digest)
        {
            if (!tree.Files.TryGetValue(path, out var standing)) edits.Add(new HandEdit($"{folder}/{path}", patchPath, digest, null));
            else if (ContentDigest.Of(standing.Span) != digest) edits.Add(new HandEdit($"{folder}/{path}", patchPath, digest, standing));
        }
    }

    /// <summary>The resource in the edited file; null when the file is gone.</summary>
    /// <exception cref="UserException">It is not one Kubernetes object.</exception>
    public Resource? Read() => Edited is not { } bytes ? null
        : ManifestStream.Split(bytes, Path) is [var resource] ? resource
        : throw new UserException(ErrorKind.Input, $"{Path} holds more or less than one resource", "leave one in it; to remove a resource, delete its file, and to add one, put it into a file of its own");

    private static IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Added(ClusterTree tree, RevisionInventory own)
    {
        var known = own.Files.Select(entry => $"{own.Revision}/{entry.Path}").ToHashSet(StringComparer.Ordinal);
        return new[] { ClusterTree.Generated, ClusterTree.Standby }
            .SelectMany(folder => tree.Below($"{own.Revision}/{folder}"))
            // A kustomization.yaml of a person's own is for kustomize, and no resource.
            .Where(file => file.Key.EndsWith(".yaml", StringComparison.Ordinal) && !file.Key.EndsWith("/kustomization.yaml", StringComparison.Ordinal) && !known.Contains(file.Key));
    }

    /// <summary>What is in charge in <c>active/</c> is a copy of what its revision holds in <c>standby/</c>.</summary>
    private static string InPatches(string path) =>
        path.StartsWith(ClusterTree.Active + "/", StringComparison.Ordinal) ? ClusterTree.Standby + path[ClusterTree.Active.Length..] : path;
}
