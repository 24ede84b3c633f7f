using System.Collections.Immutable;
using Meshlift.Core.Delivery;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Yaml;

namespace Meshlift.Core.Drifting;

/// <summary>A file of Git.</summary>
/// <param name="Path">From the folder that was read, with '/' between its parts.</param>
/// <param name="ShownAs">What messages call it.</param>
/// <param name="Bytes">Its content.</param>
public readonly record struct StatedFile(string Path, string ShownAs, ReadOnlyMemory<byte> Bytes);

/// <summary>What Git says a cluster has.</summary>
/// <param name="Resources">The objects, each once.</param>
/// <param name="Unread">What could not be read, with its place: what it says is not known.</param>
public sealed record StatedManifests(ManifestSet Resources, ImmutableArray<string> Unread)
{
    // Inputs of kustomize and of the renderers, and Meshlift's own records, are no objects of a cluster.
    private static readonly string[] NotApplied = ["kustomize.config.k8s.io", "install.istio.io", "meshlift.dev"];

    /// <summary>Reads files. A document that is no Kubernetes object is passed over; one that is no YAML is told.</summary>
    /// <exception cref="UserException">An object is there twice.</exception>
    public static StatedManifests Of(IEnumerable<StatedFile> files)
    {
        var (resources, unread) = (new List<Resource>(), ImmutableArray.CreateBuilder<string>());
        foreach (var file in files)
            for (var reader = new YamlDocumentReader(file.Bytes.Span); reader.Read();)
            {
                if (YamlDocumentReader.IsEmpty(reader.Current)) continue;
                try
                {
                    if (YamlReader.Read(reader.Current, firstLine: reader.Line) is { } root) Add(root, file.ShownAs, resources);
                }
                catch (YamlSyntaxException e)
                {
                    unread.Add($"{file.ShownAs}:{e.Position}: {e.Message}");
                }
            }
        return new StatedManifests(ManifestSet.Create(resources), unread.DrainToImmutable());
    }

    /// <summary>Reads of a cluster's folder what its delivery engine applies: shared, active and each revision's resources, and what people put beside them.</summary>
    /// <param name="files">All YAML files of the cluster's folder.</param>
    /// <param name="followsKustomizations">True when a folder's <c>kustomization.yaml</c> decides what of it is applied, as with Flux.</param>
    /// <exception cref="UserException">An object is there twice.</exception>
    public static StatedManifests OfCluster(IReadOnlyCollection<StatedFile> files, bool followsKustomizations)
    {
        var byPath = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        var bytes = files.ToDictionary(file => file.Path, file => file.Bytes, StringComparer.Ordinal);
        var (chosen, problems) = (new SortedSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var folder in (string[])[ClusterTree.Crds, ClusterTree.Common, ClusterTree.Active, .. Revisions(files)])
            if (followsKustomizations && byPath.TryGetValue($"{folder}/kustomization.yaml", out var kustomization))
            {
                var named = KustomizedFolder.Of(folder, bytes);
                chosen.UnionWith(named.Files);
                // They begin with the path from the folder that was read.
                problems.AddRange(named.Problems.Select(problem => kustomization.ShownAs[..^kustomization.Path.Length] + problem));
            }
            else chosen.UnionWith(byPath.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal) && IsManifest(path.Split('/'))));
        var read = Of(chosen.Select(path => byPath[path]));
        return read with { Unread = read.Unread.AddRange(problems) };
    }

    /// <summary>The revisions that have a folder.</summary>
    public static ImmutableArray<string> Revisions(IEnumerable<StatedFile> files) =>
        [.. files.Select(file => file.Path.Split('/')).Where(parts => parts is [_, InventoryFile.Name]).Select(parts => parts[0])];

    // A chart's templates put the same files into a release.
    private static bool IsManifest(string[] parts) => !parts.Contains(ClusterTree.Standby, StringComparer.Ordinal) && parts is not [_, "templates", ..] and not [_, _, "templates", ..];

    private static void Add(YamlNode node, string file, List<Resource> resources)
    {
        if (node is not YamlMapping root) return;
        if ((root["kind"] as YamlScalar)?.Value.EndsWith("List", StringComparison.Ordinal) == true && root["items"] is YamlSequence items)
            foreach (var item in items.Items.OfType<YamlMapping>().Where(item => item["items"] is null)) Add(item, file, resources);
        else if (ManifestStream.IdentityOf(root) is { } identity && !NotApplied.Contains(identity.Group, StringComparer.Ordinal))
            resources.Add(new Resource(identity, root, root.Span is { } span ? $"{file}:{span.Start}" : file));
    }
}
