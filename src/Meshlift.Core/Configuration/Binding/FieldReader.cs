using System.Collections.Immutable;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>Answers a declaration with what a mapping of the file says.</summary>
internal sealed class FieldReader(YamlMapping mapping, string path, Reading reading) : Fields
{
    private readonly int _before = reading.Count;
    private readonly List<string> _known = [];
    private readonly List<(string Key, string Wanted)> _missing = [];
    private readonly List<Action<Refuse>> _checks = [];

    private string Place => path.Length == 0 ? "the file" : path;

    public override bool Has(string key) => mapping.IndexOf(key) >= 0;

    public override void ExactlyOneOf(params ImmutableArray<string> keys) => Check(refuse =>
    {
        var given = keys.Where(Has).ToList();
        if (given.Count == 0) refuse("", $"{Place} needs one of {string.Join(", ", keys)}");
        foreach (var key in given.Skip(1)) refuse(key, $"{Place} can hold only one of {string.Join(", ", keys)}, and '{given[0]}' is there already; make two items of it");
    });

    public override void AtLeastOneOf(params ImmutableArray<string> keys) => Check(refuse =>
    {
        if (!keys.Any(Has)) refuse("", $"{Place} needs at least one of {string.Join(", ", keys)}");
    });

    public override void Unique(string noun, string path, Func<string, string>? normal = null)
    {
        var seen = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        foreach (var scalar in NodeSearch.All(mapping, YamlPath.Parse(path)).OfType<YamlScalar>())
        {
            if (scalar.AsString is not { } text) continue;
            text = normal is null ? text : normal(text);
            if (seen.TryGetValue(text, out var first)) reading.Report(scalar, $"{noun} {Quoted.Text(scalar.Value)} is there already, at {first.Span!.Value.Start}; each must be unique");
            else seen.Add(text, scalar);
        }
    }

    public override void Check(Action<Refuse> check) => _checks.Add(check);

    protected override T Field<T>(string key, Shape<T> shape, string meaning, bool isRequired, string? fallback)
    {
        _known.Add(key);
        if (mapping[key] is { } node) return shape.Read(node, Below(key), reading);
        if (isRequired) _missing.Add((key, shape.Describe() is Description.Choice choice ? $"{meaning} ({string.Join(", ", choice.Words.Select(word => word.Word))})" : meaning));
        return fallback is null ? default! : shape.Read(Default(fallback), Below(key), reading);
    }

    /// <summary>Reports unknown and missing keys, and, when nothing was wrong, the rules between values. Called once, after all fields were asked for.</summary>
    public void Finish()
    {
        var suggested = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            if (_known.Contains(entry.Key, StringComparer.Ordinal)) continue;
            var absent = _known.Where(key => !Has(key)).ToList();
            // A key that is there already is rarely what was meant, but better than nothing.
            var hint = Spelling.Suggest(entry.Key, absent) is not null ? Spelling.Hint(entry.Key, absent) : Spelling.Hint(entry.Key, _known);
            foreach (var near in Spelling.Suggest(entry.Key, absent) ?? []) suggested.Add(near);
            reading.Report((entry.KeySpan ?? entry.Value.Span)!.Value.Start, $"unknown key {Quoted.Text(entry.Key)} in {Place}; {hint}");
        }
        foreach (var (key, wanted) in _missing)
            if (!suggested.Contains(key))
                reading.Report(mapping, $"{Place} needs the key '{key}': {wanted}");
        if (reading.Count > _before) return;
        foreach (var check in _checks)
        {
            check((at, message) => reading.Report(at.Length == 0 ? mapping : NodeSearch.Deepest(mapping, YamlPath.Parse(at)), message));
            if (reading.Count > _before) return;
        }
    }

    private string Below(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
