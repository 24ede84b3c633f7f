using Meshlift.Core;

namespace Meshlift.Adapters.Files;

/// <summary>Files in a folder where nothing stood before.</summary>
public static class NewFolder
{
    /// <summary>Writes files into a folder that is empty or does not exist yet: all of them, or, when that fails, none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">Paths below it, with their contents.</param>
    /// <returns>How many files there are.</returns>
    /// <exception cref="UserException">Something stands in the folder, or the file system refused.</exception>
    public static int Write(string folder, IEnumerable<(string Path, ReadOnlyMemory<byte> Bytes)> files)
    {
        folder = Path.GetFullPath(folder);
        RequireEmpty(folder);
        var isThere = Directory.Exists(folder);
        var count = 0;
        try
        {
            foreach (var (path, bytes) in files)
            {
                BoundedFile.Write(Path.Combine(folder, path), bytes);
                count++;
            }
            return count;
        }
        catch
        {
            Clear(folder, isThere);
            throw;
        }
    }

    /// <summary>Refuses a folder that has something in it.</summary>
    /// <exception cref="UserException">Something stands in the folder, or it is a file, or it cannot be read.</exception>
    public static void RequireEmpty(string folder)
    {
        try
        {
            if (File.Exists(folder)) throw new UserException(ErrorKind.Refused, $"{folder} is a file", "name a folder that does not exist yet");
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
                throw new UserException(ErrorKind.Refused, $"{folder} is not empty", "name a folder that does not exist yet; nothing of yours is overwritten");
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "read", folder);
        }
    }

    private static void Clear(string folder, bool keepsFolder)
    {
        try
        {
            if (!Directory.Exists(folder)) return;
            Directory.Delete(folder, recursive: true);
            if (keepsFolder) Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            // The failure that led here is the one to report.
        }
    }
}
