using Meshlift.Core;

namespace Meshlift.Adapters.Files;

/// <summary>The YAML files of a checkout, whoever wrote them.</summary>
public static class YamlFiles
{
    private const int Largest = 16 << 20;

    /// <summary>Walks a folder. Left out are hidden folders, <c>node_modules</c>, links, and files of more than 16 MiB.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="isLeftOut">True for a folder that is not to be entered, by its path below the root with '/' between its parts.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Each file's path below the root, and its content; in ordinal order within each folder.</returns>
    /// <exception cref="UserException">A file or a folder cannot be read.</exception>
    public static IEnumerable<(string Name, byte[] Bytes)> Below(string root, Func<string, bool> isLeftOut, CancellationToken cancel) =>
        Found(root, isLeftOut, cancel).Where(file => file.Length <= Largest).Select(file => (file.Name, BoundedFile.Read(file.Path)));

    /// <summary>The same files, those of more than 16 MiB too, each with its full path; none is opened.</summary>
    /// <exception cref="UserException">A folder cannot be read.</exception>
    public static IEnumerable<(string Name, string Path, long Length)> Found(string root, Func<string, bool> isLeftOut, CancellationToken cancel) => Found(new DirectoryInfo(root), "", isLeftOut, cancel);

    private static IEnumerable<(string Name, string Path, long Length)> Found(DirectoryInfo folder, string prefix, Func<string, bool> isLeftOut, CancellationToken cancel)
    {
        foreach (var entry in List(folder))
        {
            cancel.ThrowIfCancellationRequested();
            var name = prefix + entry.Name;
            if (entry is DirectoryInfo below)
            {
                if (entry.Name[0] == '.' || entry.Name == "node_modules" || entry.LinkTarget is not null || isLeftOut(name)) continue;
                foreach (var file in Found(below, name + "/", isLeftOut, cancel)) yield return file;
            }
            // To open a pipe would wait for its writer; its length is 0.
            else if (entry is FileInfo { Extension: ".yaml" or ".yml" or ".json", LinkTarget: null, Length: > 0 and var length })
            {
                yield return (name, entry.FullName, length);
            }
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
