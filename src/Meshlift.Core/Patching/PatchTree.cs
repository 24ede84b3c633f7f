using System.Collections.Immutable;
using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Patching;

/// <summary>The folder that patches are written against: <c>generated/</c>, <c>standby/</c> and <c>common/</c> of one revision, in canonical form.</summary>
public static class PatchTree
{
    /// <summary>The path of a resource in the tree; the path that a patch names behind <c>a/</c> and <c>b/</c>.</summary>
    public static string PathOf(ClassifiedResource classified) => $"{FolderOf(classified.Class.Class)}/{classified.Path}";

    /// <summary>The folder of a class.</summary>
    public static string FolderOf(ResourceClass @class) => @class switch
    {
        ResourceClass.Crd or ResourceClass.Shared => ClusterTree.Common,
        ResourceClass.OnceOnly => ClusterTree.Standby,
        _ => ClusterTree.Generated,
    };

    /// <summary>The rendering after patches.</summary>
    /// <param name="rendering">The rendering before.</param>
    /// <param name="revision">Its revision, to classify what patches add.</param>
    /// <param name="touched">What stands now in each file that the patches name; null where the file is gone.</param>
    /// <returns>The resources in order of identity.</returns>
    /// <exception cref="UserException">A patched file is no longer one Kubernetes object of the identity that its path says.</exception>
    public static ImmutableArray<ClassifiedResource> Read(
        ImmutableArray<ClassifiedResource> rendering, RevisionName revision, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> touched)
    {
        var resources = ImmutableArray.CreateBuilder<ClassifiedResource>(rendering.Length);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var classified in rendering)
        {
            var path = PathOf(classified);
            known.Add(path);
            if (!touched.TryGetValue(path, out var bytes)) resources.Add(classified);
            else if (bytes is { } patched) resources.Add(classified.With(Object(path, patched, classified.Resource.Identity).Root));
        }
        foreach (var (path, bytes) in touched)
        {
            if (bytes is not { } added || known.Contains(path)) continue;
            var resource = Object(path, added, null);
            var classified = new ClassifiedResource(resource, Classifier.Classify(resource, revision));
            if (PathOf(classified) != path)
                throw new UserException(ErrorKind.Input, $"a patch puts {resource.Identity} into {path}, but it belongs into {PathOf(classified)}", "correct the path in the patch");
            resources.Add(classified);
        }
        return [.. resources.OrderBy(classified => classified.Resource.Identity)];
    }

    private static Resource Object(string path, ReadOnlyMemory<byte> bytes, ResourceIdentity? expected)
    {
        if (ManifestStream.Split(bytes, $"{path} (patched)") is not [var resource])
            throw new UserException(ErrorKind.Input, $"{path} holds more or less than one resource after the patches", "correct the patch; to remove a resource, delete its file in the patch");
        return expected is null || resource.Identity == expected
            ? resource
            : throw new UserException(ErrorKind.Input, $"{path} holds {resource.Identity} after the patches, not {expected}", "a patch cannot rename a resource; delete the file and add another one");
    }
}
