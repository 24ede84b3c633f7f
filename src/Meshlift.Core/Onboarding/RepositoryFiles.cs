using System.Collections.Immutable;

namespace Meshlift.Core.Onboarding;

/// <summary>What a repository holds, as far as it can say something about Istio.</summary>
/// <param name="Paths">Every path, '/' between its parts, in ordinal order; also of files whose content was not read.</param>
/// <param name="Contents">The contents of YAML, JSON and patch files, by path.</param>
/// <param name="Unread">Files of those kinds that were not read, with the reason.</param>
/// <param name="Remote">Where the repository is cloned from, without secrets; null when it is not known.</param>
/// <param name="Name">The name of the repository's folder.</param>
public sealed record RepositoryFiles(
    ImmutableSortedSet<string> Paths,
    ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Contents,
    ImmutableArray<UnreadFile> Unread,
    string? Remote,
    string Name)
{
    /// <summary>A repository of these files, read completely.</summary>
    public static RepositoryFiles Of(string name, IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> contents)
    {
        var sorted = contents.ToImmutableSortedDictionary(StringComparer.Ordinal);
        return new RepositoryFiles(sorted.Keys.ToImmutableSortedSet(StringComparer.Ordinal), sorted, [], null, name);
    }
}

/// <summary>A file that was not read.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Reason">Why not.</param>
public sealed record UnreadFile(string Path, string Reason);

/// <summary>Folders and files by their paths, '/' between parts; the empty path is the repository itself.</summary>
internal static class RepositoryTree
{
    /// <summary>The folder that holds a file or folder.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    /// <summary>The last part of a path.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>True when a path is the folder itself or stands below it.</summary>
    public static bool IsBelow(string path, string folder) =>
        folder.Length == 0 || path == folder || (path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>One path below another.</summary>
    public static string Join(string folder, string path) => folder is "" or "." ? path : path is "" or "." ? folder : $"{folder}/{path}";

    /// <summary>A path as Flux, Argo CD and Helmfile write it, from the root: without <c>./</c> before and <c>/</c> behind it. Null when it leaves the repository.</summary>
    public static string? Resolve(string folder, string relative)
    {
        var parts = folder.Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        foreach (var part in relative.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count == 0) return null;
            else parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }
}
