namespace Meshlift.Adapters.Files;

/// <summary>Writes a file so that a reader, or the next run after a crash, sees either the old content or the new one.</summary>
public static class AtomicFile
{
    /// <summary>Replaces the content of a file, making its folder when needed. Does nothing when it already has this content.</summary>
    /// <returns>True when the file was written.</returns>
    /// <exception cref="Core.UserException">The file system refused; the old content stands.</exception>
    public static bool Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.meshlift-tmp";
        try
        {
            if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content)) return false;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None)) file.Write(content);
            File.Move(temporary, path, overwrite: true);
            return true;
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            Discard(temporary);
            throw FileFailure.Of(e, "write", path);
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            // The failure that led here is the one to report; the next write replaces the remainder.
        }
    }
}
