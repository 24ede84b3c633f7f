using Meshlift.Yaml;

namespace Meshlift.Core.Schemas;

/// <summary>allOf, anyOf, oneOf and not.</summary>
internal sealed partial class Validation
{
    private void CheckJunctors(YamlNode node, SchemaNode schema, int nested)
    {
        foreach (var all in schema.AllOf) Check(node, all, inJunctor: true, nested + 1);
        if (schema.Not is { } not && Try(node, not, nested) is { Count: 0 }) Report(node, Forbidden(not) is { } keys ? $"{keys} may not be there" : "has a form that is not allowed", "see the documentation of the field");
        if (!schema.AnyOf.IsEmpty) CheckChoice(node, schema.AnyOf, isExclusive: false, nested);
        if (!schema.OneOf.IsEmpty) CheckChoice(node, schema.OneOf, isExclusive: true, nested);
    }

    private void CheckChoice(YamlNode node, IReadOnlyList<SchemaNode> branches, bool isExclusive, int nested)
    {
        var holding = new List<SchemaNode>();
        List<Violation>? nearest = null;
        foreach (var branch in branches)
        {
            var violations = Try(node, branch, nested);
            if (violations.Count == 0)
            {
                if (!isExclusive) return;
                holding.Add(branch);
            }
            else if (nearest is null || violations.Count < nearest.Count) nearest = violations;
        }
        if (holding.Count == 1) return;
        if (holding.Count > 1)
        {
            var keys = holding.Select(Asked).OfType<string>().ToList();
            Report(node, keys.Count > 1 ? $"{string.Join(" and ", keys)} exclude each other" : $"fits {holding.Count} of the forms that exclude each other", "keep one of them");
            return;
        }
        // A branch that only forbids what the others ask for ("none of them") fails when several of the others hold in part.
        var asked = branches.Select(Asked).OfType<string>().ToList();
        if (asked.Count > 1 && node is YamlMapping mapping)
        {
            var there = branches.Where(branch => !branch.Required.IsEmpty && branch.Required.All(key => mapping.IndexOf(key) >= 0)).Select(Asked).ToList();
            Report(node, there.Count > 1 ? $"{string.Join(" and ", there)} exclude each other" : $"needs {string.Join(" or ", asked)}", there.Count > 1 ? "keep one of them" : "add one of them");
        }
        else _violations.AddRange(nearest!);
    }

    /// <summary>What would be wrong; nothing of it is told.</summary>
    private List<Violation> Try(YamlNode node, SchemaNode schema, int nested)
    {
        var (before, skipped) = (_violations.Count, _unevaluated.Count);
        Check(node, schema, inJunctor: true, nested + 1);
        var found = _violations.GetRange(before, _violations.Count - before);
        _violations.RemoveRange(before, found.Count);
        // What could not be evaluated holds in favour of a branch, and is told.
        if (found.Count > 0) _unevaluated.RemoveRange(skipped, _unevaluated.Count - skipped);
        return found;
    }

    private static string? Asked(SchemaNode branch) => branch.Required.IsEmpty ? null : string.Join(" with ", branch.Required.Select(key => $"'{key}'"));

    private static string? Forbidden(SchemaNode not) =>
        Asked(not) ?? (not.AnyOf.IsEmpty ? null : string.Join(" or ", not.AnyOf.Select(Asked).OfType<string>()) is { Length: > 0 } keys ? keys : null);
}
