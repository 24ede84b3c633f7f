using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>One side of a difference, before it is read.</summary>
/// <param name="Name">What it is called, as it was asked for.</param>
/// <param name="Files">Each file's name, for messages, and its content.</param>
/// <param name="Resources">The side, when it need not be read; otherwise null.</param>
public sealed record DiffSource(string Name, ImmutableArray<(string Name, ReadOnlyMemory<byte> Bytes)> Files, DiffSide? Resources = null)
{
    /// <summary>Reads both sides of a difference.</summary>
    /// <remarks>
    /// Four fifths of what Istio renders are definitions, and from one version to the next most of them differ in nothing but their labels. Where what follows
    /// the metadata is the same to the last byte, it is no part of any difference, and is not read: of such a definition only the head is there.
    /// </remarks>
    /// <exception cref="UserException">Something is no YAML, or a resource is there twice; the message says where.</exception>
    public static (DiffSide Before, DiffSide After) Read(DiffSource before, DiffSource after)
    {
        if (before.Resources is not null || after.Resources is not null) return (before.Resources ?? DiffSide.Read(before.Name, before.Documents()), after.Resources ?? DiffSide.Read(after.Name, after.Documents()));
        List<DiffDocument> old = before.Documents(), @new = after.Documents();
        var (oldTails, newTails) = (DefinitionTail.ByName(old), DefinitionTail.ByName(@new));
        foreach (var (name, tail) in oldTails)
        {
            if (!newTails.TryGetValue(name, out var other) || !tail.Bytes.Span.SequenceEqual(other.Bytes.Span)) continue;
            old[tail.Document] = old[tail.Document].Head(tail.Start);
            @new[other.Document] = @new[other.Document].Head(other.Start);
        }
        return (DiffSide.Read(before.Name, old), DiffSide.Read(after.Name, @new));
    }

    private List<DiffDocument> Documents() => DiffDocument.Of(Files);
}

/// <summary>A document of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Bytes">The document.</param>
/// <param name="Line">Its 1-based first line.</param>
internal readonly record struct DiffDocument(string File, ReadOnlyMemory<byte> Bytes, int Line)
{
    /// <summary>The documents of files that hold more than comments.</summary>
    public static List<DiffDocument> Of(IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> files)
    {
        var documents = new List<DiffDocument>();
        foreach (var (file, bytes) in files)
            for (var reader = new YamlDocumentReader(bytes.Span); reader.Read();)
                if (!YamlDocumentReader.IsEmpty(reader.Current))
                    documents.Add(new DiffDocument(file, bytes.Slice(reader.Start, reader.Current.Length), reader.Line));
        return documents;
    }

    /// <summary>The document up to a place.</summary>
    public DiffDocument Head(int length) => this with { Bytes = Bytes[..length] };
}
