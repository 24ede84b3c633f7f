using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Onboarding;

/// <summary>A file that holds what Meshlift writes from here on, and something else.</summary>
/// <param name="Path">The file.</param>
/// <param name="Rendered">How many resources Meshlift writes.</param>
/// <param name="Others">How many documents are something else.</param>
public sealed record MixedFile(string Path, int Rendered, int Others);

/// <summary>Files that would apply a second time what Meshlift writes from here on.</summary>
/// <param name="Whole">
/// Those that hold nothing else, in ordinal order; a folder of which nothing would be left stands for all its files.
/// </param>
/// <param name="Mixed">Those that hold something else, too, in ordinal order.</param>
public sealed record ReplacedFiles(ImmutableArray<string> Whole, ImmutableArray<MixedFile> Mixed)
{
    /// <summary>None.</summary>
    public static ReplacedFiles None { get; } = new([], []);

    /// <summary>Finds them.</summary>
    /// <param name="files">The repository.</param>
    /// <param name="compared">What becomes of the resources of every cluster.</param>
    /// <param name="draft">The configuration; what it reads stays.</param>
    public static ReplacedFiles Find(RepositoryFiles files, IReadOnlyCollection<ComparedResource> compared, MeshDraft draft)
    {
        // What an inventory names is Meshlift's already.
        var own = draft.Standing.Select(one => RepositoryTree.Join(RepositoryTree.Join(one.Cluster.Path.Value, draft.Folder), "inventory.yaml")).Where(files.Paths.Contains).Select(RepositoryTree.FolderOf).ToList();
        var kept = Inputs(draft).Concat(own).ToList();
        var touched = compared.Where(one => one.From is not null && !kept.Any(input => RepositoryTree.IsBelow(one.From, input))).GroupBy(one => one.From!, StringComparer.Ordinal)
            .Select(file => (Path: file.Key, Rendered: file.Where(one => one.Difference is StandingDifference.Same or StandingDifference.Changed).Select(one => one.Resource).Distinct().Count()))
            .Where(file => file.Rendered > 0).Select(file => new MixedFile(file.Path, file.Rendered, Math.Max(0, Documents(files.Contents[file.Path].Span) - file.Rendered))).ToList();
        var replaced = touched.Where(file => file.Others == 0).Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var clusters = draft.Standing.Select(one => one.Cluster.Path.Value).ToList();
        return new ReplacedFiles(
            [.. replaced.Select(path => Highest(path, files.Paths, replaced, clusters)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            [.. touched.Where(file => file.Others > 0).OrderBy(file => file.Path, StringComparer.Ordinal)]);
    }

    private static IEnumerable<string> Inputs(MeshDraft draft)
    {
        foreach (var file in draft.Operators) yield return file;
        if (draft.Manifests is not { } source) yield break;
        foreach (var one in draft.Standing)
            yield return source.Replace("${version}", one.Version.ToString(), StringComparison.Ordinal).Replace("${revision}", one.Revision.Value, StringComparison.Ordinal);
    }

    /// <summary>The highest folder above a file of which every file is replaced; the file itself when there is none.</summary>
    private static string Highest(string path, ImmutableSortedSet<string> all, HashSet<string> replaced, List<string> clusters)
    {
        var highest = path;
        // The folder of a cluster goes on being one.
        for (var folder = RepositoryTree.FolderOf(path); folder.Length > 0; folder = RepositoryTree.FolderOf(folder))
        {
            if (clusters.Any(cluster => RepositoryTree.IsBelow(cluster, folder)) || !all.Where(one => RepositoryTree.IsBelow(one, folder)).All(replaced.Contains)) break;
            highest = folder;
        }
        return highest;
    }

    private static int Documents(ReadOnlySpan<byte> content)
    {
        var count = 0;
        for (var reader = new YamlDocumentReader(content); reader.Read();)
            if (!YamlDocumentReader.IsEmpty(reader.Current)) count++;
        return count;
    }
}
