using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;

namespace Meshlift.Core.Tags;

/// <summary>A revision as it stands in Git, read back as the rendering that it was: what a tag is made of needs no renderer and no network.</summary>
internal static class GitRendering
{
    /// <summary>Reads a revision.</summary>
    /// <param name="tree">The cluster's folder, with the files of this revision.</param>
    /// <param name="revision">The revision's inventory.</param>
    /// <param name="name">The folder's name, for messages.</param>
    /// <exception cref="UserException">A file is missing, or is not what was written.</exception>
    public static RenderedRevision Read(ClusterTree tree, RevisionInventory revision, string name)
    {
        var resources = revision.Files.Select(entry => Read(tree, $"{revision.Revision}/{entry.Path}", entry, revision, name)).ToList();
        var common = tree.ReadInventory(name).Files.ToLookup(entry => entry.Resource);
        foreach (var shared in revision.Shared)
        {
            var entry = common[shared.Resource].FirstOrDefault(one => one.Class.Class is ResourceClass.Crd or ResourceClass.Shared)
                ?? throw new UserException(ErrorKind.Input, $"{name}/{InventoryFile.Name} does not know {shared.Resource}, which {revision.Revision} needs", Again(revision));
            resources.Add(Read(tree, entry.Path, entry, revision, name));
        }
        return new RenderedRevision(revision.Revision, revision.Version, revision.From, [.. resources.OrderBy(one => one.Resource.Identity)])
        {
            Inputs = [.. revision.Inputs.Select(input => new RevisionInput(input.Path, Unchanged(tree, $"{revision.Revision}/{input.Path}", input.Digest, revision, name)))],
        };
    }

    private static ReadOnlyMemory<byte> Unchanged(ClusterTree tree, string path, string digest, RevisionInventory revision, string name)
    {
        if (!tree.Files.TryGetValue(path, out var bytes)) throw new UserException(ErrorKind.Input, $"{name}/{path} is missing", Again(revision));
        return ContentDigest.Of(bytes.Span) == digest
            ? bytes
            : throw new UserException(ErrorKind.Refused, $"generated files were edited by hand\n  {name}/{path}", $"keep the edit as a patch beside the revision or in the patches folder, and {Again(revision)}; nothing was changed");
    }

    private static ClassifiedResource Read(ClusterTree tree, string path, InventoryEntry entry, RevisionInventory revision, string name)
    {
        var bytes = Unchanged(tree, path, entry.Digest, revision, name);
        return ManifestStream.Split(bytes, $"{name}/{path}") is [var resource]
            ? new ClassifiedResource(resource, entry.Class)
            : throw new UserException(ErrorKind.Input, $"{name}/{path} holds more or less than one resource", Again(revision));
    }

    private static string Again(RevisionInventory revision) => $"render {revision.Version} again";
}
