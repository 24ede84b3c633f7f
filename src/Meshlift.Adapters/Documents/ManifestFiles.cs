using Meshlift.Adapters.Files;
using Meshlift.Core;

namespace Meshlift.Adapters.Documents;

/// <summary>The files below paths that may hold manifests.</summary>
public static class ManifestFiles
{
    /// <summary>Every .yaml, .yml and .json file at or below a path, in ordinal order within each folder, not following links, without hidden folders.</summary>
    /// <param name="path">A file or a folder, absolute.</param>
    /// <param name="shownAs">What messages and findings call it.</param>
    /// <param name="failed">Told of folders that cannot be listed; the others are.</param>
    /// <returns>The files, each with its length in bytes.</returns>
    /// <exception cref="UserException">There is no such path.</exception>
    public static IEnumerable<(string Path, string ShownAs, long Length)> Below(string path, string shownAs, Action<UserException> failed)
    {
        if (File.Exists(path)) return [(path, shownAs, LengthOf(new FileInfo(path)))];
        return Directory.Exists(path)
            ? Below(new DirectoryInfo(path), shownAs is "." or "./" ? "" : shownAs.TrimEnd('/') + "/", failed)
            : throw new UserException(ErrorKind.Input, $"there is no {shownAs}", "name files or folders that hold manifests");
    }

    private static IEnumerable<(string Path, string ShownAs, long Length)> Below(DirectoryInfo folder, string prefix, Action<UserException> failed)
    {
        foreach (var entry in List(folder, prefix, failed))
        {
            if (entry.LinkTarget is not null) continue;
            if (entry is DirectoryInfo below)
            {
                if (entry.Name[0] == '.' || entry.Name == "node_modules") continue;
                foreach (var file in Below(below, $"{prefix}{entry.Name}/", failed)) yield return file;
            }
            // To open a pipe would wait for its writer; its length is 0.
            else if (entry is FileInfo { Extension: ".yaml" or ".yml" or ".json" } file && LengthOf(file) is var length and > 0) yield return (entry.FullName, prefix + entry.Name, length);
        }
    }

    /// <summary>0 for a file that is gone by now.</summary>
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            return 0;
        }
    }

    private static List<FileSystemInfo> List(DirectoryInfo folder, string shownAs, Action<UserException> failed)
    {
        try
        {
            return [.. folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            failed(FileFailure.Of(e, "list", shownAs.Length == 0 ? "." : shownAs));
            return [];
        }
    }
}
