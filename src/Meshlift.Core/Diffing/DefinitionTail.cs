using System.Text;

namespace Meshlift.Core.Diffing;

/// <summary>What follows the metadata of a definition, found without reading it.</summary>
/// <param name="Document">The place of the document in its list.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Bytes">It, to the end of the document.</param>
internal readonly record struct DefinitionTail(int Document, int Start, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The tails by the names of their definitions. Left out is whatever is not written as renderers write it, or stands twice.</summary>
    public static Dictionary<string, DefinitionTail> ByName(List<DiffDocument> documents)
    {
        var found = new Dictionary<string, DefinitionTail>(StringComparer.Ordinal);
        HashSet<string> twice = new(StringComparer.Ordinal);
        for (var i = 0; i < documents.Count; i++)
            if (Find(documents[i].Bytes.Span) is { } place && !found.TryAdd(place.Name, new DefinitionTail(i, place.Start, documents[i].Bytes[place.Start..])))
                twice.Add(place.Name);
        foreach (var name in twice) found.Remove(name);
        return found;
    }

    private static (string Name, int Start)? Find(ReadOnlySpan<byte> document)
    {
        var start = document.IndexOf("\nspec:\n"u8) + 1;
        var head = document[..start];
        // An anchor of the head could mean something else in the tail.
        if (start == 0 || head.IndexOf("\nkind: CustomResourceDefinition\n"u8) < 0 || head.Contains((byte)'&')) return null;
        var key = "\n  name: "u8;
        var at = head.IndexOf(key);
        if (at < 0 || head.LastIndexOf(key) != at) return null;
        var value = head[(at + key.Length)..];
        return (Encoding.UTF8.GetString(value[..value.IndexOf((byte)'\n')]), start);
    }
}
