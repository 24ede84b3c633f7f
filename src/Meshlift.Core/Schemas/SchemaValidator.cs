using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Yaml;

namespace Meshlift.Core.Schemas;

/// <summary>Holds documents against schemas, as the API server does with <c>fieldValidation=Strict</c>. Its time is bounded by the document's size.</summary>
public static class SchemaValidator
{
    /// <summary>What the schema says about a document.</summary>
    /// <param name="type">The schema of its version and kind.</param>
    /// <param name="root">The document.</param>
    /// <param name="metadata">The schema of metadata for objects of CRDs; null when it is not known, and then metadata is not looked at.</param>
    public static SchemaVerdict Validate(TypeSchema type, YamlMapping root, SchemaNode? metadata) => new Validation(type.IsBuiltIn, metadata).Run(type.Root, root);
}

/// <summary>One document held against one schema.</summary>
internal sealed partial class Validation(bool isBuiltIn, SchemaNode? metadata)
{
    private const int MostViolations = 100;

    // A schema whose allOf leads back to itself would never come to an end.
    private const int MostNested = 64;

    // anyOf within anyOf multiplies; no schema of Kubernetes or Istio comes near this for a document of any size that YamlLimits allows.
    private const int MostSteps = 20_000_000;

    private readonly List<Violation> _violations = [];
    private readonly List<Unevaluated> _unevaluated = [];
    private readonly List<(string? Key, int Index)> _path = [];
    private int _steps;
    private bool _isStatus;

    public SchemaVerdict Run(SchemaNode schema, YamlMapping root)
    {
        Check(root, schema, inJunctor: false, nested: 0);
        if (_violations.Count == 0 && _unevaluated.Count == 0) return SchemaVerdict.Fine;
        return new SchemaVerdict([.. _violations.Take(MostViolations)], [.. _unevaluated.Distinct()]);
    }

    /// <param name="node">The value.</param>
    /// <param name="schema">What it must be.</param>
    /// <param name="inJunctor">True within allOf, anyOf, oneOf and not, whose schemas name only the fields that they are about.</param>
    /// <param name="nested">How many junctors lie around it without a step into the value.</param>
    private void Check(YamlNode node, SchemaNode schema, bool inJunctor, int nested)
    {
        if (_violations.Count > MostViolations) return;
        if (nested > MostNested || ++_steps > MostSteps)
        {
            Skip("the rest of the schema", nested > MostNested ? "the schema refers to itself" : "it would take too long");
            return;
        }
        if (node is YamlScalar { Kind: ScalarKind.Null })
        {
            // A null where there is a default is dropped and the default filled in (structural schemas, "Defaulting and Nullable").
            if (schema is { IsNullable: false, Default: null, Types: not ValueTypes.None }) Report(node, $"must be {Name(schema.Types)}, and is null", "give it a value, or remove the key");
            return;
        }
        if (schema.Types != ValueTypes.None && !Has(schema.Types, node))
        {
            Report(node, $"must be {Name(schema.Types)}, and is {Shown(node)}", RemedyForType(schema.Types, node));
            return;
        }
        switch (node)
        {
            case YamlMapping mapping:
                CheckMapping(mapping, schema, inJunctor);
                break;
            case YamlSequence sequence:
                CheckSequence(sequence, schema, inJunctor);
                break;
            case YamlScalar scalar:
                CheckScalar(scalar, schema);
                break;
        }
        if (!schema.Enum.IsEmpty && !schema.Enum.Contains(node, YamlEquality.Instance))
        {
            var known = schema.Enum.Select(Plain).ToList();
            Report(node, $"cannot be {Shown(node)}", (node as YamlScalar)?.AsString is { } text && Spelling.Suggest(text, known) is { } near ? DidYouMean(near) : $"it is one of {Few(known)}");
        }
        if (schema.HasJunctors) CheckJunctors(node, schema, nested);
        // In a branch that need not hold, a rule need not hold either; CRDs have them outside of junctors alone.
        if (!inJunctor)
            foreach (var rule in schema.CelRules)
                Skip(rule, Unevaluated.OfCel);
    }

    private void CheckMapping(YamlMapping mapping, SchemaNode schema, bool inJunctor)
    {
        foreach (var entry in mapping.Entries)
        {
            var isTop = _path.Count == 0;
            _path.Add((entry.Key, 0));
            if (schema.Properties?.GetValueOrDefault(entry.Key) is { } property)
            {
                // The status is written by controllers; 'status: {}', as many tools print it, is dropped when the object is made.
                _isStatus |= isTop && isBuiltIn && entry.Key == "status";
                Check(entry.Value, schema.IsResource && entry.Key == "metadata" && metadata is not null ? metadata : property, inJunctor, 0);
                if (isTop) _isStatus = false;
            }
            else if (schema.AdditionalProperties is { } additional) Check(entry.Value, additional, inJunctor, 0);
            else if (schema.IsResource && entry.Key is "apiVersion" or "kind" or "metadata")
            {
                if (entry.Key == "metadata" && metadata is not null) Check(entry.Value, metadata, inJunctor, 0);
            }
            else if (!schema.AllowsUnknown && !inJunctor) ReportUnknown(entry, schema);
            _path.RemoveAt(_path.Count - 1);
        }
        if (!_isStatus)
            foreach (var required in schema.Required)
                if (mapping.IndexOf(required) < 0)
                    Report(mapping, $"the key '{required}' is missing", $"add '{required}'");
        if (schema.Bounds is { } bounds) CheckCount(mapping, mapping.Entries.Length, bounds.MinProperties, bounds.MaxProperties, "key");
    }

    private void CheckSequence(YamlSequence sequence, SchemaNode schema, bool inJunctor)
    {
        for (var i = 0; i < sequence.Items.Length && schema.Items is not null; i++)
        {
            _path.Add((null, i));
            Check(sequence.Items[i], schema.Items, inJunctor, 0);
            _path.RemoveAt(_path.Count - 1);
        }
        if (schema.Bounds is { } bounds) CheckCount(sequence, sequence.Items.Length, bounds.MinItems, bounds.MaxItems, "item");
        // Of its own types the API server takes duplicates, and warns; rules of their own tell those that hurt.
        if (isBuiltIn || (schema.ListKeys.IsEmpty && !schema.IsSet)) return;
        var seen = new Dictionary<YamlNode, int>(YamlEquality.Instance);
        for (var i = 0; i < sequence.Items.Length; i++)
        {
            if (KeyOf(sequence.Items[i], schema) is not { } key || seen.TryAdd(key, i)) continue;
            _path.Add((null, i));
            Report(
                sequence.Items[i],
                schema.ListKeys.IsEmpty ? $"stands twice, first as item {seen[key]}" : $"has the same {string.Join(" and ", schema.ListKeys.Select(name => $"'{name}'"))} as item {seen[key]}",
                "remove one of the two; readers disagree on which one counts");
            _path.RemoveAt(_path.Count - 1);
        }
    }

    /// <summary>What tells an item apart from the others; null when it has nothing of it, which is another violation.</summary>
    private static YamlNode? KeyOf(YamlNode item, SchemaNode schema)
    {
        if (schema.ListKeys.IsEmpty) return item;
        if (item is not YamlMapping mapping) return null;
        var keys = schema.ListKeys.Select(name => mapping[name] ?? schema.Items?.Properties?.GetValueOrDefault(name)?.Default ?? YamlScalar.Null).ToImmutableArray();
        return new YamlSequence(keys);
    }

    private void CheckScalar(YamlScalar scalar, SchemaNode schema)
    {
        if (scalar.AsString is { } text)
        {
            if (schema.Bounds is { MinLength: not null } or { MaxLength: not null }) CheckCount(scalar, text.EnumerateRunes().Count(), schema.Bounds.MinLength, schema.Bounds.MaxLength, "character");
            if (schema.Pattern is { } pattern)
            {
                if (pattern.Matches(text) is not { } matches) Skip($"the pattern {Quoted.Text(pattern.Text)}", "the pattern cannot be evaluated in bounded time");
                else if (!matches) Report(scalar, $"{Shown(scalar)} does not match the pattern {Quoted.Text(pattern.Text)}", "write it in that form");
            }
            if (schema.Format is not { } format) return;
            if (Formats.Fits(format, text) is not { } fits) Skip($"the format {format}", "the format is not known to this program");
            else if (!fits) Report(scalar, $"{Shown(scalar)} is no {format}", "write it in that form");
            return;
        }
        if (scalar.Kind is not (ScalarKind.Integer or ScalarKind.Float) || !double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return;
        var (least, greatest) = Formats.Range(schema.Format) ?? (double.NegativeInfinity, double.PositiveInfinity);
        // Istio declares unsigned numbers as int32 with a maximum beyond it.
        if (number < least || number > Math.Max(greatest, schema.Bounds?.Maximum ?? greatest)) Report(scalar, $"{scalar.Value} does not fit into {schema.Format}", "write a smaller number");
        if (schema.Bounds is not { } bounds) return;
        if (number < bounds.Minimum || (bounds.IsMinimumExclusive && number <= bounds.Minimum)) Report(scalar, $"must be {(bounds.IsMinimumExclusive ? "more than" : "at least")} {Text(bounds.Minimum)}, and is {scalar.Value}", "write a greater number");
        if (number > bounds.Maximum || (bounds.IsMaximumExclusive && number >= bounds.Maximum)) Report(scalar, $"must be {(bounds.IsMaximumExclusive ? "less than" : "at most")} {Text(bounds.Maximum)}, and is {scalar.Value}", "write a smaller number");
        if (bounds.MultipleOf is > 0 && Math.Abs(number / bounds.MultipleOf.Value - Math.Round(number / bounds.MultipleOf.Value)) > 1e-9) Report(scalar, $"must be a multiple of {Text(bounds.MultipleOf)}, and is {scalar.Value}", "write a multiple of it");
    }

    private void CheckCount(YamlNode node, long count, long? least, long? most, string noun)
    {
        if (count < least) Report(node, $"must have at least {Counted.Of((int)least, noun)}, and has {count}", "add what is missing");
        if (count > most) Report(node, $"must have at most {Counted.Of((int)most, noun)}, and has {count}", "shorten it");
    }

    private static string Text(double? number) => number!.Value.ToString(CultureInfo.InvariantCulture);
}
