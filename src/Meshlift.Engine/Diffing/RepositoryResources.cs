using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Core.Diffing;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Yaml;

namespace Meshlift.Engine.Diffing;

/// <summary>The custom resources of a repository, held against definitions that change.</summary>
public static class RepositoryResources
{
    /// <summary>Looks through a repository; nothing is read when no definition became stricter.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="root">The folder; null for none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Core.UserException">A folder or a file cannot be read.</exception>
    public static ImmutableArray<CustomResourceImpact> Impacts(MeshDifference difference, string? root, CancellationToken cancel)
    {
        if (root is null || CustomResourceImpact.Groups(difference) is not { IsEmpty: false } groups) return [];
        // In a folder of generated files stand the definitions themselves and no resource of theirs that a person wrote.
        var files = YamlFiles.Below(root, path => path.EndsWith("/" + ClusterTree.Standby, StringComparison.Ordinal) || path.EndsWith("/" + ClusterTree.Generated, StringComparison.Ordinal), cancel);
        return CustomResourceImpact.Of(difference, files.SelectMany(file => Read(file.Name, file.Bytes, groups)));
    }

    private static List<Resource> Read(string name, byte[] bytes, ImmutableHashSet<string> groups)
    {
        var found = new List<Resource>();
        for (var reader = new YamlDocumentReader(bytes); reader.Read();)
        {
            var (start, length) = (reader.Start, reader.Current.Length);
            if (!groups.Any(group => Holds(bytes.AsSpan(start, length), group))) continue;
            try
            {
                if (YamlReader.Read(reader.Current, firstLine: reader.Line) is YamlMapping root && ManifestStream.IdentityOf(root) is { } identity && groups.Contains(identity.Group))
                    found.Add(new Resource(identity, root, root.Span is { } span ? $"{name}:{span.Start}" : name));
            }
            catch (YamlSyntaxException)
            {
                // A template, or a file for another program: what it will become is not known here.
            }
        }
        return found;
    }

    private static bool Holds(ReadOnlySpan<byte> document, string group) => document.IndexOf(Encoding.UTF8.GetBytes($"{group}/")) >= 0;
}
