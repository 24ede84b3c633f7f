using System.Text;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>Gives equal texts of a list as one object: 200,000 pods have a few hundred namespaces, images and label keys between them.</summary>
/// <remarks>For one list or watch and one thread. It keeps a bounded number of texts; beyond that each is made anew.</remarks>
public sealed class StringPool
{
    private const int MostTexts = 1 << 18;
    private const int MostSets = 1 << 16;
    private const int LargestText = 2048;

    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _byText;
    // The pods of one template have the same labels in the same order, so their bytes tell that they are the same.
    private readonly Dictionary<string, Labels> _sets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Labels>.AlternateLookup<ReadOnlySpan<char>> _byJson;

    /// <summary>An empty pool.</summary>
    public StringPool()
    {
        _byText = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        _byJson = _sets.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The text of some bytes.</summary>
    /// <param name="utf8">UTF-8 without escapes.</param>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        if (utf8.Length > LargestText) return Encoding.UTF8.GetString(utf8);
        Span<char> buffer = stackalloc char[LargestText];
        var text = buffer[..Encoding.UTF8.GetChars(utf8, buffer)];
        if (_byText.TryGetValue(text, out var known)) return known;
        var made = text.ToString();
        if (_texts.Count < MostTexts) _texts.Add(made);
        return made;
    }

    /// <summary>Labels or annotations.</summary>
    /// <param name="json">The object.</param>
    public Labels Labels(ReadOnlySpan<byte> json)
    {
        if (json.Length > LargestText) return Read(json, keep: null);
        Span<char> buffer = stackalloc char[LargestText];
        var text = buffer[..Encoding.UTF8.GetChars(json, buffer)];
        if (_byJson.TryGetValue(text, out var known)) return known;
        var made = Read(json, keep: null);
        if (_sets.Count < MostSets) _byJson[text] = made;
        return made;
    }

    /// <summary>The chosen ones of labels or annotations.</summary>
    /// <param name="json">The object.</param>
    /// <param name="keep">The keys that are wanted.</param>
    public Labels Labels(ReadOnlySpan<byte> json, IReadOnlySet<string> keep) => Read(json, keep);

    private Labels Read(ReadOnlySpan<byte> json, IReadOnlySet<string>? keep)
    {
        List<KeyValuePair<string, string>>? pairs = null;
        var cursor = new JsonCursor(json);
        for (cursor.Enter(); cursor.NextMember(out var name);)
        {
            var key = Get(name);
            if (keep is not null && !keep.Contains(key)) cursor.Skip();
            else (pairs ??= []).Add(new(key, cursor.Text(this) ?? ""));
        }
        return pairs is null ? Selecting.Labels.None : Selecting.Labels.Of(pairs);
    }
}
