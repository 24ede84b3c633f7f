using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Placing;

/// <summary>Files that people put beside the generated ones, such as <c>1-30-3/ingress.yaml</c> or <c>common/istiod-svc.yaml</c>. Never written, never removed.</summary>
/// <param name="Paths">All of them, relative to the cluster's folder.</param>
/// <param name="ByFolder">Those that hold Kubernetes objects, relative to their folder, by folder.</param>
/// <param name="Resources">Which object stands where.</param>
internal sealed record HandWrittenFiles(
    ImmutableHashSet<string> Paths, ImmutableDictionary<string, ImmutableArray<string>> ByFolder, ImmutableArray<(ResourceIdentity Resource, string Path)> Resources)
{
    public static HandWrittenFiles Find(ClusterTree tree, ClusterInventory inventory, IEnumerable<RevisionInventory> revisions, IEnumerable<string> desired)
    {
        var generated = inventory.Files.Select(entry => entry.Path).Concat(inventory.Delivery.Select(entry => entry.Path)).Append(InventoryFile.Name).ToHashSet(StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal) { ClusterTree.Common, ClusterTree.Active };
        foreach (var revision in revisions)
        {
            folders.Add(revision.Revision.Value);
            generated.Add($"{revision.Revision}/{InventoryFile.Name}");
            generated.UnionWith(revision.Files.Select(file => $"{revision.Revision}/{file.Path}").Concat(revision.Inputs.Select(input => $"{revision.Revision}/{input.Path}")));
        }
        folders.UnionWith(desired.Select(path => path.Split('/')[0]).Where(folder => !folder.EndsWith(".yaml", StringComparison.Ordinal)));
        var paths = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var byFolder = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        var resources = ImmutableArray.CreateBuilder<(ResourceIdentity, string)>();
        foreach (var (path, bytes) in tree.Files)
        {
            if (generated.Contains(path) || tree.Unfinished.Contains(path)) continue;
            paths.Add(path);
            var folder = path.Split('/')[0];
            if (folder.Length == path.Length || !folders.Contains(folder) || !IsManifest(path[(folder.Length + 1)..])) continue;
            var found = Objects(bytes);
            if (found.Count == 0) continue;
            resources.AddRange(found.Select(one => (one, path)));
            byFolder[folder] = byFolder.GetValueOrDefault(folder, []).Add(path[(folder.Length + 1)..]);
        }
        return new HandWrittenFiles(paths.ToImmutable(), byFolder.ToImmutable(), resources.DrainToImmutable());
    }

    /// <summary>A file that an engine would apply: no input of a renderer, nothing in the folders that Meshlift keeps for itself.</summary>
    private static bool IsManifest(string path) =>
        (path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal))
        && !path.StartsWith(ClusterTree.Generated + "/", StringComparison.Ordinal)
        && !path.StartsWith(ClusterTree.Standby + "/", StringComparison.Ordinal);

    private static List<ResourceIdentity> Objects(ReadOnlyMemory<byte> utf8)
    {
        var found = new List<ResourceIdentity>();
        for (var reader = new YamlDocumentReader(utf8.Span); reader.Read();)
            if (!YamlDocumentReader.IsEmpty(reader.Current))
                // Inputs of kustomize and of the renderers are no objects of the cluster.
                found.AddRange(Identities(utf8.Slice(reader.Start, reader.Current.Length)).Where(identity => identity.Group is not ("kustomize.config.k8s.io" or "install.istio.io" or "meshlift.dev")));
        return found;
    }

    private static IEnumerable<ResourceIdentity> Identities(ReadOnlyMemory<byte> document)
    {
        if (YamlPeek.Scalars(document.Span, "apiVersion", "kind", "metadata.name", "metadata.namespace") is [{ } apiVersion, { } kind, { } name, var @namespace])
            return [new ResourceIdentity(ResourceIdentity.GroupOf(apiVersion), kind, @namespace ?? "", name)];
        try
        {
            return ManifestStream.Split(document, "").Select(resource => resource.Identity);
        }
        catch (UserException)
        {
            // Helm values, or a file that is no YAML: not ours to refuse, and it collides with nothing.
            return [];
        }
    }
}
