using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Selecting;

/// <summary>The labels, or the annotations, of an object. Immutable; keys are in ordinal order.</summary>
/// <remarks>Objects have a handful of labels, and there are hundreds of thousands of objects: an array takes a fifth of a dictionary's memory.</remarks>
public sealed class Labels
{
    private readonly ImmutableArray<KeyValuePair<string, string>> _pairs;

    private Labels(ImmutableArray<KeyValuePair<string, string>> sorted) => _pairs = sorted;

    /// <summary>No labels.</summary>
    public static Labels None { get; } = new([]);

    /// <summary>The pairs, in ordinal order of their keys.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Pairs => _pairs;

    /// <summary>The value of a key; null when the key is not there.</summary>
    public string? this[string key]
    {
        get
        {
            foreach (var pair in _pairs)
                if (pair.Key == key)
                    return pair.Value;
            return null;
        }
    }

    /// <summary>Labels from pairs. Of a key that comes twice the last value counts, as in the API server.</summary>
    public static Labels Of(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs) sorted[key] = value;
        return sorted.Count == 0 ? None : new Labels([.. sorted]);
    }

    /// <summary>Labels from pairs.</summary>
    public static Labels Of(params ReadOnlySpan<(string Key, string Value)> pairs)
    {
        var list = new List<KeyValuePair<string, string>>(pairs.Length);
        foreach (var (key, value) in pairs) list.Add(new(key, value));
        return Of(list);
    }

    /// <summary>The labels or annotations of a manifest. What is no string is left out: the API server refuses it.</summary>
    /// <param name="mapping">The value of <c>metadata.labels</c>; null when it is not there.</param>
    public static Labels Read(YamlNode? mapping) => mapping is YamlMapping { Entries: { IsEmpty: false } entries }
        ? Of(entries.Where(entry => entry.Value is YamlScalar { Kind: ScalarKind.String }).Select(entry => new KeyValuePair<string, string>(entry.Key, ((YamlScalar)entry.Value).Value)))
        : None;

    /// <summary>The same with a key set; without it when the value is null.</summary>
    public Labels With(string key, string? value) =>
        value is null ? Of(_pairs.Where(pair => pair.Key != key)) : Of(_pairs.Append(new(key, value)));

    /// <summary><c>a=1,b=2</c>; empty for none.</summary>
    public override string ToString() => string.Join(',', _pairs.Select(pair => $"{pair.Key}={pair.Value}"));
}
