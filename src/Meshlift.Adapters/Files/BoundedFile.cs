using Meshlift.Core;

namespace Meshlift.Adapters.Files;

/// <summary>Whole files of a bounded size.</summary>
public static class BoundedFile
{
    /// <summary>The content of a file.</summary>
    /// <exception cref="UserException">It is larger than <paramref name="largest"/> bytes, or the file system refused.</exception>
    public static byte[] Read(string path, int largest = 64 << 20)
    {
        try
        {
            return new FileInfo(path).Length <= largest
                ? File.ReadAllBytes(path)
                : throw new UserException(ErrorKind.Input, $"{path} is larger than {largest >> 20} MiB", "check that this is the right file");
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "read", path);
        }
    }

    /// <summary>The content of a file; null when there is none.</summary>
    /// <exception cref="UserException">It is too large, or the file system refused.</exception>
    public static ReadOnlyMemory<byte>? ReadIfThere(string path)
    {
        // A null array would become an empty memory, which is another answer than none.
        if (!File.Exists(path)) return null;
        return Read(path);
    }

    /// <summary>Writes a file, making its folder.</summary>
    /// <exception cref="UserException">The file system refused.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> content)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            file.Write(content.Span);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "write", path);
        }
    }
}
