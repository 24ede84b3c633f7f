using System.Collections.Immutable;
using Meshlift.Adapters.Diffing;
using Meshlift.Adapters.Documents;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Yaml;

namespace Meshlift.Engine.Explaining;

/// <summary>The resources in files and folders, and what could not be read there.</summary>
/// <param name="Resources">In the order of the files.</param>
/// <param name="Unread">Documents that are no YAML, each with its place.</param>
public sealed record ManifestFolder(ImmutableArray<Resource> Resources, ImmutableArray<UserException> Unread)
{
    /// <summary>Reads files and folders of the checkout. What stands in <c>standby/</c> is not applied and is left out.</summary>
    /// <param name="paths">Files and folders, absolute or from the working directory.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">There is no such path, or a file cannot be read.</exception>
    public static ManifestFolder Read(IEnumerable<string> paths, CancellationToken cancel)
    {
        var (resources, unread) = (ImmutableArray.CreateBuilder<Resource>(), ImmutableArray.CreateBuilder<UserException>());
        foreach (var path in paths)
            foreach (var (file, shownAs, _) in ManifestFiles.Below(Path.GetFullPath(path), path, unread.Add))
            {
                cancel.ThrowIfCancellationRequested();
                if (shownAs.Split('/').Contains(ClusterTree.Standby, StringComparer.Ordinal)) continue;
                foreach (var document in DocumentStream.Read(file)) Add(document.Utf8, document.Line, shownAs, resources, unread);
            }
        return new ManifestFolder(resources.DrainToImmutable(), unread.DrainToImmutable());
    }

    /// <summary>Reads the same paths as they stand in a commit.</summary>
    /// <param name="git">The program.</param>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <param name="paths">Files and folders, absolute or from the working directory.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Nothing of a path that the commit does not have: it is new.</returns>
    /// <exception cref="UserException">A path lies in no repository, or there is no such commit.</exception>
    public static async Task<ManifestFolder> ReadAsync(GitProgram git, string revision, IEnumerable<string> paths, CancellationToken cancel)
    {
        var (resources, unread) = (ImmutableArray.CreateBuilder<Resource>(), ImmutableArray.CreateBuilder<UserException>());
        foreach (var path in paths)
        {
            var full = Path.GetFullPath(path);
            var folder = Path.GetDirectoryName(full)!;
            var repository = await GitRepository.FindAsync(git, folder, cancel) ?? throw new UserException(ErrorKind.Input, $"{path} is in no Git repository, so that {revision} says nothing about it", "leave --before out, or name paths in a checkout");
            var below = repository.PathOf(full);
            if (below.Length > 0 && await repository.LacksAsync(revision, below, cancel)) continue;
            foreach (var file in await GitManifests.ReadAsync(git, folder, revision, below, inner => inner.EndsWith("/" + ClusterTree.Standby, StringComparison.Ordinal), cancel))
                for (var reader = new YamlDocumentReader(file.Bytes.Span); reader.Read();)
                    if (!YamlDocumentReader.IsEmpty(reader.Current))
                        Add(reader.Current, reader.Line, file.Name, resources, unread);
        }
        return new ManifestFolder(resources.DrainToImmutable(), unread.DrainToImmutable());
    }

    private static void Add(ReadOnlySpan<byte> document, int line, string file, ImmutableArray<Resource>.Builder resources, ImmutableArray<UserException>.Builder unread)
    {
        try
        {
            if (YamlReader.Read(document, firstLine: line) is { } root) Add(root, file, resources);
        }
        catch (YamlSyntaxException e)
        {
            unread.Add(new UserException(ErrorKind.Environment, $"{file}:{e.Position}: {e.Message}", e.Remedy, e));
        }
    }

    private static void Add(YamlNode node, string file, ImmutableArray<Resource>.Builder resources)
    {
        // Values files and kustomizations stand beside manifests.
        if (node is not YamlMapping root) return;
        if ((root["kind"] as YamlScalar)?.Value.EndsWith("List", StringComparison.Ordinal) == true && root["items"] is YamlSequence items)
            foreach (var item in items.Items.OfType<YamlMapping>().Where(item => item["items"] is null)) Add(item, file, resources);
        else if (ManifestStream.IdentityOf(root) is { } identity)
            resources.Add(new Resource(identity, root, root.Span is { } span ? $"{file}:{span.Start}" : file));
    }
}
