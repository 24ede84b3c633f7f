using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Yaml;

namespace Meshlift.Adapters.Documents;

/// <summary>One document of a file.</summary>
/// <param name="Utf8">Its bytes, markers and comments included.</param>
/// <param name="Line">The line at which it starts; 1-based.</param>
public readonly record struct StreamedDocument(byte[] Utf8, int Line);

/// <summary>Reads a file of YAML document by document. Never more than the largest document is in memory.</summary>
public static class DocumentStream
{
    /// <summary>The largest document that is read.</summary>
    public const int Largest = 64 << 20;

    /// <summary>The documents of a file, in its order; those without content are left out.</summary>
    /// <exception cref="UserException">The file cannot be read, or a document is larger than <see cref="Largest"/>.</exception>
    public static IEnumerable<StreamedDocument> Read(string path)
    {
        using var file = Open(path);
        var buffer = new byte[Math.Clamp(Length(file, path) + 1, 1 << 10, 1 << 16)];
        var (start, filled, searched, line) = (0, 0, 0, 1);
        while (true)
        {
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (start, filled) = (0, filled - start);
            var read = Fill(file, path, buffer, filled);
            filled += read;
            // A marker at the very end of what was read may go on; four more bytes decide.
            while (NextMarker(buffer.AsSpan(start, filled - start), ref searched, isWhole: read == 0) is var cut and > 0)
            {
                foreach (var document in Split(buffer.AsSpan(start, cut), line)) yield return document;
                line += buffer.AsSpan(start, cut).Count((byte)'\n');
                (start, searched) = (start + cut, 0);
            }
            if (read == 0) break;
            if (start > 0 || filled < buffer.Length) continue;
            if (filled >= Largest) throw new UserException(ErrorKind.Input, $"{path}:{line}: the document is larger than {Largest >> 20} MiB", "split it");
            Array.Resize(ref buffer, Math.Min(buffer.Length * 2, Largest));
        }
        foreach (var document in Split(buffer.AsSpan(start, filled - start), line)) yield return document;
    }

    private static List<StreamedDocument> Split(ReadOnlySpan<byte> bytes, int line)
    {
        var documents = new List<StreamedDocument>();
        for (var reader = new YamlDocumentReader(bytes); reader.Read();)
            if (!YamlDocumentReader.IsEmpty(reader.Current))
                documents.Add(new StreamedDocument(reader.Current.ToArray(), line + reader.Line - 1));
        return documents;
    }

    /// <returns>Where the next document starts; 0 when that is not known yet.</returns>
    private static int NextMarker(ReadOnlySpan<byte> bytes, ref int searched, bool isWhole)
    {
        while (bytes[searched..].IndexOf("\n---"u8) is var hit and >= 0)
        {
            var at = searched + hit + 1;
            if (at + 3 == bytes.Length && !isWhole) return 0;
            searched = at;
            if ((at + 3 == bytes.Length || bytes[at + 3] is (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t') && IsCut(bytes, at)) return at;
        }
        searched = Math.Max(searched, bytes.Length - 3);
        return 0;
    }

    /// <summary>False for the marker behind a directive, which belongs to the same document.</summary>
    private static bool IsCut(ReadOnlySpan<byte> bytes, int at)
    {
        var before = bytes[..at];
        if (before.IndexOf((byte)'%') < 0) return true;
        for (var reader = new YamlDocumentReader(bytes[..Math.Min(at + 4, bytes.Length)]); reader.Read();)
            if (reader.Start == at)
                return true;
        return false;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "read", path);
        }
    }

    private static int Fill(FileStream file, string path, byte[] buffer, int filled)
    {
        try
        {
            return file.Read(buffer, filled, buffer.Length - filled);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "read", path);
        }
    }

    private static long Length(FileStream file, string path)
    {
        try
        {
            return file.Length;
        }
        catch (Exception e) when (FileFailure.IsExpected(e) || e is NotSupportedException)
        {
            throw FileFailure.Of(e as IOException ?? new IOException("it is no ordinary file", e), "read", path);
        }
    }
}
