namespace Meshlift.Adapters.Manifests;

/// <summary>Reads a stream to its end, up to a size. Its length need not be known: a pipe and a compressed answer have none.</summary>
internal static class BoundedStream
{
    /// <summary>The content; null when there is more than <paramref name="largest"/> bytes of it.</summary>
    /// <exception cref="IOException">The stream broke.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, long largest, CancellationToken cancel)
    {
        using var content = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            if (content.Length + read > largest) return null;
            content.Write(buffer, 0, read);
        }
        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }
}
