using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Diffing;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Yaml;

namespace Meshlift.Engine.Diffing;

/// <summary>A file that may hold custom resources and could not be read.</summary>
/// <param name="Place">The file, with line and column where they are known.</param>
/// <param name="Reason">Why.</param>
public sealed record UnreadFile(string Place, string Reason);

/// <summary>The custom resources of a repository, held against definitions that change.</summary>
/// <param name="Verdict">What becomes of them.</param>
/// <param name="Unread">What could not be looked at.</param>
/// <param name="Rendered">How many were left out because the compared renderings bring them themselves: the difference has them already.</param>
public sealed record RepositoryResources(CustomResourceVerdict Verdict, ImmutableArray<UnreadFile> Unread, int Rendered)
{
    private const int Largest = 16 << 20;

    /// <summary>Nothing to tell.</summary>
    public static RepositoryResources None { get; } = new(new CustomResourceVerdict([], [], 0), [], 0);

    /// <summary>Looks through a repository; nothing is read when no definition changed.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="before">The side before.</param>
    /// <param name="after">The side after.</param>
    /// <param name="root">The folder; null for none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">A folder cannot be read.</exception>
    public static RepositoryResources Hold(MeshDifference difference, DiffSide before, DiffSide after, string? root, CancellationToken cancel)
    {
        if (CustomResourceVerdict.Groups(difference) is not { IsEmpty: false } groups) return None;
        HashSet<ResourceIdentity> rendered = [.. Rendering(before), .. Rendering(after)];
        var (unread, leftOut, resources) = (ImmutableArray.CreateBuilder<UnreadFile>(), 0, new List<Resource>());
        var needles = groups.Select(group => Encoding.UTF8.GetBytes(group + "/")).ToList();
        foreach (var (name, path, length) in root is null ? [] : YamlFiles.Found(root, _ => false, cancel))
        {
            if (length > Largest)
            {
                unread.Add(new UnreadFile(name, $"larger than {Largest >> 20} MiB"));
                continue;
            }
            try
            {
                Read(name, BoundedFile.Read(path), needles, resources, unread);
            }
            catch (UserException e)
            {
                unread.Add(new UnreadFile(name, e.Message));
            }
        }
        leftOut = resources.RemoveAll(resource => rendered.Contains(resource.Identity) && groups.Contains(resource.Identity.Group));
        return new RepositoryResources(CustomResourceVerdict.Of(difference, resources), unread.ToImmutable(), leftOut);
    }

    /// <summary>What a side holds that nobody wrote: all of a rendered version, and of a folder what stands where only Meshlift writes.</summary>
    private static IEnumerable<ResourceIdentity> Rendering(DiffSide side) => side.Resources.Resources
        .Where(resource => side.IsRendered || resource.Origin.Contains($"/{ClusterTree.Generated}/", StringComparison.Ordinal)).Select(resource => resource.Identity);

    private static void Read(string name, byte[] bytes, List<byte[]> groups, List<Resource> found, ImmutableArray<UnreadFile>.Builder unread)
    {
        for (var reader = new YamlDocumentReader(bytes); reader.Read();)
        {
            var document = bytes.AsSpan(reader.Start, reader.Current.Length);
            var isNamed = false;
            foreach (var group in groups) isNamed |= document.IndexOf(group) >= 0;
            if (!isNamed) continue;
            try
            {
                Add(YamlReader.Read(reader.Current, firstLine: reader.Line), name, found);
            }
            catch (YamlSyntaxException e)
            {
                // A template, or a file for another program: what it will become is not known here.
                unread.Add(new UnreadFile($"{name}:{e.Position}", e.Message));
            }
        }
    }

    private static void Add(YamlNode? node, string name, List<Resource> found)
    {
        if (node is not YamlMapping root) return;
        if ((root["kind"] as YamlScalar)?.Value.EndsWith("List", StringComparison.Ordinal) == true && root["items"] is YamlSequence items)
            foreach (var item in items.Items)
                Add(item, name, found);
        else if (ManifestStream.IdentityOf(root) is { } identity)
            found.Add(new Resource(identity, root, root.Span is { } span ? $"{name}:{span.Start}" : name));
    }
}
