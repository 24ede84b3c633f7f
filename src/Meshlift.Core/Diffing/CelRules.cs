using Meshlift.Core.Schemas;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>The rules of a schema that only the API server evaluates.</summary>
internal static class CelRules
{
    /// <summary>All rules, each with the field that it is about: <c>spec.ports[*].number</c>, and <c>*</c> for any key.</summary>
    public static IEnumerable<(string Field, string Rule)> Of(SchemaNode schema, string field = "")
    {
        foreach (var rule in schema.CelRules) yield return (field, rule);
        foreach (var (next, below) in Below(schema))
            foreach (var rule in Of(below, Join(field, next)))
                yield return rule;
    }

    /// <summary>The rules that are about something that a document has.</summary>
    public static HashSet<(string Field, string Rule)> Reached(SchemaNode schema, YamlNode document)
    {
        HashSet<(string, string)> found = [];
        Reach(schema, document, "", found);
        return found;
    }

    private static void Reach(SchemaNode schema, YamlNode node, string field, HashSet<(string, string)> found)
    {
        foreach (var rule in schema.CelRules) found.Add((field, rule));
        if (node is YamlMapping mapping)
        {
            foreach (var entry in mapping.Entries)
            {
                if (schema.Properties?.GetValueOrDefault(entry.Key) is { } property) Reach(property, entry.Value, Join(field, entry.Key), found);
                else if (schema.AdditionalProperties is { } additional) Reach(additional, entry.Value, Join(field, "*"), found);
            }
        }
        if (node is YamlSequence sequence && schema.Items is { } items)
            foreach (var item in sequence.Items)
                Reach(items, item, Join(field, "[*]"), found);
    }

    private static IEnumerable<(string Step, SchemaNode Schema)> Below(SchemaNode schema)
    {
        foreach (var (name, property) in schema.Properties ?? new Dictionary<string, SchemaNode>(StringComparer.Ordinal)) yield return (name, property);
        if (schema.AdditionalProperties is { } additional) yield return ("*", additional);
        if (schema.Items is { } items) yield return ("[*]", items);
    }

    private static string Join(string field, string step) => field.Length == 0 || step[0] == '[' ? field + step : $"{field}.{step}";
}
