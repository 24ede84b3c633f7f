using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Core.Schemas;

/// <summary>How violations are told.</summary>
internal sealed partial class Validation
{
    private static readonly string[] OfEveryObject = ["apiVersion", "kind", "metadata"];

    private void Report(YamlNode node, string message, string remedy) => _violations.Add(new Violation(node.Span?.Start, Path(), message, remedy));

    private void ReportUnknown(YamlEntry entry, SchemaNode schema)
    {
        var known = schema.Properties?.Keys.ToList() ?? [];
        if (schema.IsResource) known.AddRange(OfEveryObject.Except(known, StringComparer.Ordinal));
        var remedy = Spelling.Suggest(entry.Key, known) is { } near ? DidYouMean(near)
            : known.Count == 0 ? "remove it; nothing can stand here"
            : $"remove it; known here: {Few([.. known.Order(StringComparer.Ordinal)])}";
        _violations.Add(new Violation((entry.KeySpan ?? entry.Value.Span)?.Start, Path(), Violation.UnknownField, remedy));
    }

    private void Skip(string demand, string reason)
    {
        const int most = 1000;
        if (_unevaluated.Count < most) _unevaluated.Add(new Unevaluated(Path(withIndices: false), demand, reason));
    }

    private string Path(bool withIndices = true)
    {
        var text = new StringBuilder();
        foreach (var (key, index) in _path)
        {
            if (key is null) text.Append('[').Append(withIndices ? index.ToString(CultureInfo.InvariantCulture) : "*").Append(']');
            else if (key.Length is > 0 and <= 253 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '$')) text.Append(text.Length == 0 ? "" : ".").Append(key);
            else text.Append("[\"").Append(Quoted.Cut(key)).Append("\"]");
        }
        return text.ToString();
    }

    private static bool Has(ValueTypes types, YamlNode node) => node switch
    {
        YamlMapping => types.HasFlag(ValueTypes.Object),
        YamlSequence => types.HasFlag(ValueTypes.Array),
        YamlScalar { Kind: ScalarKind.Boolean } => types.HasFlag(ValueTypes.Boolean),
        YamlScalar { Kind: ScalarKind.String } => types.HasFlag(ValueTypes.String),
        YamlScalar { Kind: ScalarKind.Integer } => types.HasFlag(ValueTypes.Integer) || types.HasFlag(ValueTypes.Number),
        // 1.0 becomes 1 on its way to the API server.
        YamlScalar { Kind: ScalarKind.Float } number => types.HasFlag(ValueTypes.Number)
            || (types.HasFlag(ValueTypes.Integer) && double.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Floor(value).Equals(value)),
        _ => true,
    };

    private static string Name(ValueTypes types) => string.Join(" or ", Enum.GetValues<ValueTypes>()
        .Where(type => type != ValueTypes.None && types.HasFlag(type) && !(type == ValueTypes.Integer && types.HasFlag(ValueTypes.Number)))
        .Select(type => type switch
        {
            ValueTypes.Object => "a mapping",
            ValueTypes.Array => "a list",
            ValueTypes.String => "a string",
            ValueTypes.Integer => "a whole number",
            ValueTypes.Number => "a number",
            _ => "true or false",
        }));

    private static string RemedyForType(ValueTypes types, YamlNode node) => (types, node) switch
    {
        (ValueTypes.String, YamlScalar) => "put it into quotes",
        (ValueTypes.Integer or ValueTypes.Number or ValueTypes.Boolean, YamlScalar { AsString: not null } text)
            when Has(types, YamlScalar.FromPlainText(text.Value)) => "remove the quotes",
        (ValueTypes.Array, _) => "put a '-' before it",
        (ValueTypes.Object, YamlSequence) => "remove the '-' before it",
        _ => "correct the value",
    };

    private static string Shown(YamlNode node) => node switch
    {
        YamlMapping => "a mapping",
        YamlSequence => "a list",
        YamlScalar { AsString: { } text } => $"the string {Quoted.Text(text)}",
        YamlScalar scalar => Quoted.Cut(scalar.Value),
        _ => "null",
    };

    private static string Plain(YamlNode node) => node is YamlScalar scalar ? scalar.Value : Shown(node);

    private static string Few(List<string> names)
    {
        const int most = 12;
        return string.Join(", ", names.Take(most).Select(Quoted.Cut)) + (names.Count > most ? $" and {names.Count - most} more" : "");
    }

    private static string DidYouMean(ImmutableArray<string> near) => $"did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?";
}
