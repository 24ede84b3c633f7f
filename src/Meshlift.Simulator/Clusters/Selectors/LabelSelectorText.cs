using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Meshlift.Core.Selecting;
using Meshlift.Simulator.Clusters.Errors;

namespace Meshlift.Simulator.Clusters.Selectors;

/// <summary>Reads <c>a=b, c!=d, e in (f, g), h notin (i), j, !k, l&gt;1</c>, and refuses in the API server's own words.</summary>
internal sealed partial class LabelSelectorText(string text)
{
    private int _at;

    public ImmutableArray<LabelRequirement> Read()
    {
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        do requirements.Add(Requirement());
        while (Take(","));
        return _at == text.Length ? requirements.DrainToImmutable() : throw Wrong($"found '{text[_at..]}', expected: ',' or 'end of string'");
    }

    private LabelRequirement Requirement()
    {
        if (Take("!")) return new(Key(), LabelOperator.DoesNotExist, []);
        var key = Key();
        if (Take("==") || Take("=")) return new(key, LabelOperator.In, [Value()]);
        if (Take("!=")) return new(key, LabelOperator.NotIn, [Value()]);
        if (Take(">")) return new(key, LabelOperator.GreaterThan, [Number()]);
        if (Take("<")) return new(key, LabelOperator.LessThan, [Number()]);
        var before = _at;
        switch (Word())
        {
            case "in":
                return new(key, LabelOperator.In, Values());
            case "notin":
                return new(key, LabelOperator.NotIn, Values());
            case "":
                return new(key, LabelOperator.Exists, []);
            case var other:
                _at = before;
                throw Wrong($"found '{other}', expected: in, notin, =, ==, !=, gt, lt");
        }
    }

    private ImmutableArray<string> Values()
    {
        if (!Take("(")) throw Wrong("found '', expected: '('");
        var values = ImmutableArray.CreateBuilder<string>();
        do values.Add(Value());
        while (Take(","));
        return Take(")") ? values.DrainToImmutable() : throw Wrong($"found '{text[_at..]}', expected: ',' or ')'");
    }

    private string Key()
    {
        var key = Word();
        return KeyForm().IsMatch(key) ? key : throw Wrong(key.Length == 0 ? $"found '{text[_at..]}', expected: identifier" : $"key: Invalid value: \"{key}\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character");
    }

    private string Value()
    {
        var value = Word();
        return ValueForm().IsMatch(value) ? value : throw Wrong($"values[0][...]: Invalid value: \"{value}\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character");
    }

    private string Number()
    {
        var value = Value();
        return long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _) ? value : throw Wrong($"values[0]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be an integer");
    }

    private string Word()
    {
        SkipBlanks();
        var start = _at;
        while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && !"!=<>(),".Contains(text[_at], StringComparison.Ordinal)) _at++;
        var word = text[start.._at];
        SkipBlanks();
        return word;
    }

    private bool Take(string token)
    {
        SkipBlanks();
        if (string.CompareOrdinal(text, _at, token, 0, token.Length) != 0) return false;
        _at += token.Length;
        SkipBlanks();
        return true;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }

    private static ApiException Wrong(string why) => ApiErrors.BadRequest($"unable to parse requirement: {why}");

    [GeneratedRegex("^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyForm();

    [GeneratedRegex("^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValueForm();
}
