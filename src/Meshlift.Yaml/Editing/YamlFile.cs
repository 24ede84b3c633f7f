using System.Collections.Immutable;
using System.Text;

namespace Meshlift.Yaml.Editing;

/// <summary>A file of one or more YAML documents, of which one can be changed while every other byte stays. Immutable; an edited file is a new one.</summary>
public sealed class YamlFile
{
    private readonly ImmutableArray<Piece> _pieces;

    private YamlFile(ImmutableArray<Piece> pieces) => _pieces = pieces;

    /// <summary>The roots of the documents in the order of the file; null for one that holds nothing but comments and markers.</summary>
    public IEnumerable<YamlNode?> Documents => _pieces.Select(piece => piece.Root);

    /// <summary>Reads a file.</summary>
    /// <param name="utf8">The bytes of the file, with or without a byte order mark.</param>
    /// <exception cref="YamlSyntaxException">The bytes are not UTF-8 or not YAML; positions count in the file.</exception>
    public static YamlFile Read(ReadOnlyMemory<byte> utf8)
    {
        var pieces = ImmutableArray.CreateBuilder<Piece>();
        for (var reader = new YamlDocumentReader(utf8.Span); reader.Read();)
        {
            var root = YamlReader.Read(reader.Current, firstLine: reader.Line);
            pieces.Add(new Piece(utf8.Slice(reader.Start, reader.Current.Length), root, reader.Line));
        }
        // An empty file is a document to which keys can be added.
        if (pieces.Count == 0) pieces.Add(new Piece(utf8, null, 1));
        return new YamlFile(pieces.DrainToImmutable());
    }

    /// <summary>Changes one document.</summary>
    /// <param name="document">Its index in <see cref="Documents"/>.</param>
    /// <param name="changes">What to change, one after the other.</param>
    /// <exception cref="YamlEditException">A change does not fit the document, or cannot be written without touching something else.</exception>
    public YamlFile Edit(int document, params ReadOnlySpan<YamlChange> changes)
    {
        var piece = _pieces[document];
        var before = Encoding.UTF8.GetString(piece.Utf8.Span);
        var after = YamlEdit.Apply(before, piece.Line, changes);
        if (after == before) return this;
        var edited = new Piece(Encoding.UTF8.GetBytes(after), YamlReader.Read(after, firstLine: piece.Line), piece.Line);
        var moved = after.AsSpan().Count('\n') - before.AsSpan().Count('\n');
        var behind = _pieces[(document + 1)..];
        // Positions count in the file.
        if (moved != 0) behind = [.. behind.Select(later => new Piece(later.Utf8, YamlReader.Read(later.Utf8.Span, firstLine: later.Line + moved), later.Line + moved))];
        return new YamlFile([.. _pieces[..document], edited, .. behind]);
    }

    /// <summary>Changes the one document that is meant.</summary>
    /// <param name="isMeant">Says of the root of a document whether it is the one; never asked about empty documents.</param>
    /// <param name="changes">What to change, one after the other.</param>
    /// <exception cref="YamlEditException">No document is meant, or several are, or a change cannot be made.</exception>
    public YamlFile Edit(Func<YamlNode, bool> isMeant, params ReadOnlySpan<YamlChange> changes)
    {
        if (changes.IsEmpty) return this;
        var meant = Enumerable.Range(0, _pieces.Length).Where(i => _pieces[i].Root is { } root && isMeant(root)).ToList();
        if (meant is [var only]) return Edit(only, changes);
        var lines = string.Join(" and ", meant.Select(i => _pieces[i].Line));
        throw meant.Count == 0
            ? YamlEditException.Because("no document of the file is the one that is meant", changes[0], null)
            : YamlEditException.Because($"several documents of the file are meant, at lines {lines}", changes[0], _pieces[meant[1]].Root!.Span?.Start);
    }

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[_pieces.Sum(piece => piece.Utf8.Length)];
        var at = 0;
        foreach (var piece in _pieces)
        {
            piece.Utf8.Span.CopyTo(bytes.AsSpan(at));
            at += piece.Utf8.Length;
        }
        return bytes;
    }

    private sealed record Piece(ReadOnlyMemory<byte> Utf8, YamlNode? Root, int Line);
}
