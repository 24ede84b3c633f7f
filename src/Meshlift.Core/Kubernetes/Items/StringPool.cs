using System.Collections.Immutable;
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

    private readonly Dictionary<string, string> _unescaped = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _byQuoted;
    // What is kept of annotations is the same for most, though those around it differ from pod to pod.
    private readonly Dictionary<int, Labels> _kept = [];
    private readonly List<KeyValuePair<string, string>> _pairs = [];
    private readonly Dictionary<int, ImmutableArray<ContainerImage>> _containers = [];

    /// <summary>An empty pool.</summary>
    public StringPool()
    {
        _byText = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        _byJson = _sets.GetAlternateLookup<ReadOnlySpan<char>>();
        _byQuoted = _unescaped.GetAlternateLookup<ReadOnlySpan<char>>();
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

    /// <summary>A text with its escapes resolved, such as the annotation by which an injector notes down what it did.</summary>
    /// <param name="quoted">The text, with its quotes.</param>
    internal string Unescaped(ReadOnlySpan<byte> quoted)
    {
        if (quoted.Length > LargestText) return JsonCursor.Unescape(quoted);
        Span<char> buffer = stackalloc char[LargestText];
        var text = buffer[..Encoding.UTF8.GetChars(quoted, buffer)];
        if (_byQuoted.TryGetValue(text, out var known)) return known;
        var made = JsonCursor.Unescape(quoted);
        if (_unescaped.Count < MostSets) _byQuoted[text] = made;
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

    /// <summary>The containers of a pod, which are those of all pods of its template.</summary>
    internal ImmutableArray<ContainerImage> Same(ImmutableArray<ContainerImage> containers)
    {
        var hash = new HashCode();
        foreach (var container in containers) hash.Add(container);
        var code = hash.ToHashCode();
        if (_containers.TryGetValue(code, out var known) && known.SequenceEqual(containers)) return known;
        if (_containers.Count < MostSets) _containers[code] = containers;
        return containers;
    }

    private Labels Read(ReadOnlySpan<byte> json, IReadOnlySet<string>? keep)
    {
        _pairs.Clear();
        var hash = new HashCode();
        var cursor = new JsonCursor(json);
        for (cursor.Enter(); cursor.NextMember(out var name);)
        {
            var key = Get(name);
            if (keep is not null && !keep.Contains(key))
            {
                cursor.Skip();
                continue;
            }
            var value = cursor.Text(this) ?? "";
            _pairs.Add(new(key, value));
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value, StringComparer.Ordinal);
        }
        if (_pairs.Count == 0) return Selecting.Labels.None;
        var code = hash.ToHashCode();
        if (_kept.TryGetValue(code, out var known) && IsSame(known.Pairs, _pairs)) return known;
        var made = Selecting.Labels.Of(_pairs);
        if (_kept.Count < MostSets) _kept[code] = made;
        return made;
    }

    private static bool IsSame(ImmutableArray<KeyValuePair<string, string>> known, List<KeyValuePair<string, string>> pairs)
    {
        if (known.Length != pairs.Count) return false;
        for (var i = 0; i < known.Length; i++)
            if (known[i].Key != pairs[i].Key || known[i].Value != pairs[i].Value)
                return false;
        return true;
    }
}
