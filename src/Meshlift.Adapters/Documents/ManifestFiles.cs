using Meshlift.Adapters.Files;
using Meshlift.Core;

namespace Meshlift.Adapters.Documents;

/// <summary>The files below paths that may hold manifests.</summary>
public static class ManifestFiles
{
    /// <summary>Every .yaml, .yml and .json file at or below a path, in ordinal order within each folder, not following links, without hidden folders.</summary>
    /// <param name="path">A file or a folder, absolute.</param>
    /// <param name="shownAs">What messages and findings call it.</param>
    /// <exception cref="UserException">There is no such path, or a folder cannot be listed.</exception>
    public static IEnumerable<(string Path, string ShownAs)> Below(string path, string shownAs)
    {
        if (File.Exists(path)) return [(path, shownAs)];
        return Directory.Exists(path)
            ? Below(new DirectoryInfo(path), shownAs is "." or "./" ? "" : shownAs.TrimEnd('/') + "/")
            : throw new UserException(ErrorKind.Input, $"there is no {shownAs}", "name files or folders that hold manifests");
    }

    private static IEnumerable<(string Path, string ShownAs)> Below(DirectoryInfo folder, string prefix)
    {
        foreach (var entry in List(folder))
        {
            if (entry.LinkTarget is not null) continue;
            if (entry is DirectoryInfo below)
            {
                if (entry.Name[0] == '.' || entry.Name == "node_modules") continue;
                foreach (var file in Below(below, $"{prefix}{entry.Name}/")) yield return file;
            }
            // To open a pipe would wait for its writer; its length is 0.
            else if (entry is FileInfo { Extension: ".yaml" or ".yml" or ".json", Length: > 0 }) yield return (entry.FullName, prefix + entry.Name);
        }
    }

    private static List<FileSystemInfo> List(DirectoryInfo folder)
    {
        try
        {
            return [.. folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "list", folder.FullName);
        }
    }
}
