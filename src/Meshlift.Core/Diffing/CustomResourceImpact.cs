using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>A custom resource that a changed definition would treat otherwise.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Place">Where the value stands, as <c>file:line:column</c>.</param>
/// <param name="Field">The field, such as <c>spec.hosts[0]</c>.</param>
/// <param name="IsRejected">True when Kubernetes would refuse it; false when it would drop the field without a word.</param>
/// <param name="Reason">Why; a clause without a full stop.</param>
public sealed record CustomResourceImpact(ResourceIdentity Resource, string Place, string Field, bool IsRejected, string Reason)
{
    private const string SchemaKey = "openAPIV3Schema";
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(100);

    /// <summary>The groups whose definitions became stricter; resources of no other group can be affected.</summary>
    public static ImmutableHashSet<string> Groups(MeshDifference difference) => [.. Stricter(difference).Select(definition => GroupOf(definition.Before!.Root)!)];

    /// <summary>Holds resources against what the definitions of a difference refuse or drop.</summary>
    /// <remarks>
    /// Looked at is what a person can be told for certain: versions and fields that went, values that went from a list, fields that became required, limits,
    /// patterns and types. Rules in CEL, and combinations (<c>oneOf</c>), are not evaluated.
    /// </remarks>
    /// <param name="difference">The difference.</param>
    /// <param name="resources">The resources of the repository, of any kind.</param>
    /// <returns>In the order of the resources.</returns>
    public static ImmutableArray<CustomResourceImpact> Of(MeshDifference difference, IEnumerable<Resource> resources)
    {
        var definitions = Stricter(difference).ToDictionary(definition => (GroupOf(definition.Before!.Root)!, KindOf(definition.Before.Root) ?? ""));
        var impacts = ImmutableArray.CreateBuilder<CustomResourceImpact>();
        foreach (var resource in resources)
        {
            if (!definitions.TryGetValue((resource.Identity.Group, resource.Identity.Kind), out var definition)) continue;
            if (definition.After is null)
            {
                impacts.Add(new CustomResourceImpact(resource.Identity, resource.Origin, "kind", IsRejected: true, "its definition is removed"));
                continue;
            }
            var version = (resource.Root["apiVersion"] as YamlScalar)?.Value.Split('/')[^1] ?? "";
            foreach (var change in definition.Changes.Where(change => change.Noise is null && change.Risk == DiffRisk.High))
                foreach (var (node, field, isRejected, reason) in Hits(change, version, resource.Root))
                    impacts.Add(new CustomResourceImpact(resource.Identity, Locate(resource, node), field, isRejected, reason));
        }
        return impacts.ToImmutable();
    }

    private static IEnumerable<ResourceDiff> Stricter(MeshDifference difference) => difference.Resources.Where(resource =>
        resource.Identity is { Kind: "CustomResourceDefinition", Group: "apiextensions.k8s.io" } && resource is { Before: not null, Risk: DiffRisk.High } && GroupOf(resource.Before.Root) is not null);

    private static string? GroupOf(YamlMapping definition) => ((definition["spec"] as YamlMapping)?["group"] as YamlScalar)?.Value;

    private static string? KindOf(YamlMapping definition) => (((definition["spec"] as YamlMapping)?["names"] as YamlMapping)?["kind"] as YamlScalar)?.Value;

    private static string Locate(Resource resource, YamlNode node)
    {
        if (node.Span is not { } span) return resource.Origin;
        // The origin ends in the place of the resource itself.
        var file = resource.Origin.Split(':') is [.. var name, _, _] ? string.Join(':', name) : resource.Origin;
        return $"{file}:{span.Start}";
    }

    private static IEnumerable<(YamlNode Node, string Field, bool IsRejected, string Reason)> Hits(Change change, string version, YamlMapping root)
    {
        var steps = change.Path.Steps;
        if (steps is not [DiffStep.Key("spec"), DiffStep.Key("versions"), DiffStep.Item item, .. var rest] || item.Label != $"name={version}") yield break;
        if (rest.Length == 0 || rest is [DiffStep.Key("served")])
        {
            yield return (root["apiVersion"] ?? root, "apiVersion", true, $"version {version} is served no more");
            yield break;
        }
        if (rest is not [DiffStep.Key("schema"), DiffStep.Key(SchemaKey), .. var schema]) yield break;
        foreach (var place in Reached(schema, 0, root, ""))
            if (Judge(change, schema, place.Step, place.Node) is { } judged)
                yield return (judged.Node ?? place.Node, Join(place.Field, judged.Field), judged.IsRejected, judged.Reason);
    }

    /// <summary>The values that a schema's path leads to, and the first step that is no way but a keyword.</summary>
    private static IEnumerable<(YamlNode Node, string Field, int Step)> Reached(ImmutableArray<DiffStep> schema, int at, YamlNode node, string field)
    {
        switch (at < schema.Length ? (schema[at] as DiffStep.Key)?.Name : null)
        {
            // The last two steps name a property that itself came or went: its parent is what is looked at.
            case "properties" when at + 2 < schema.Length && schema[at + 1] is DiffStep.Key(var name):
                return node is YamlMapping mapping && mapping[name] is { } value ? Reached(schema, at + 2, value, Join(field, name)) : [];
            case "items" when at + 1 < schema.Length:
                return node is YamlSequence list ? list.Items.Index().SelectMany(item => Reached(schema, at + 1, item.Item, string.Create(CultureInfo.InvariantCulture, $"{field}[{item.Index}]"))) : [];
            case "additionalProperties" when at + 1 < schema.Length:
                return node is YamlMapping map ? map.Entries.SelectMany(entry => Reached(schema, at + 1, entry.Value, Join(field, entry.Key))) : [];
            case null or "oneOf" or "anyOf" or "allOf" or "not":
                return [];
            default:
                return [(node, field, at)];
        }
    }

    private static (YamlNode? Node, string Field, bool IsRejected, string Reason)? Judge(Change change, ImmutableArray<DiffStep> schema, int at, YamlNode node)
    {
        var keyword = ((DiffStep.Key)schema[at]).Name;
        var after = change.After;
        switch (keyword)
        {
            case "properties" when change.Kind == DiffKind.Removed && schema[^1] is DiffStep.Key(var name):
                return node is YamlMapping mapping && mapping[name] is { } dropped ? (dropped, name, false, "the field is dropped: the schema does not have it any more") : null;
            case "required":
                return (after is YamlSequence all ? all.Items.AsEnumerable() : after is null ? [] : [after]).OfType<YamlScalar>()
                    .Where(field => node is YamlMapping owner && owner[field.Value] is null).Select(field => ((YamlNode?, string, bool, string)?)(null, field.Value, true, "the field is required")).FirstOrDefault();
            case "enum":
                var isGone = node is YamlScalar scalar && (change.Kind == DiffKind.Removed ? change.Before is YamlScalar gone && gone.Value == scalar.Value
                    : after is YamlSequence allowed && !allowed.Items.OfType<YamlScalar>().Any(one => one.Value == scalar.Value));
                return isGone ? (null, "", true, $"the value {((YamlScalar)node).Value} is not allowed any more") : null;
            case "type" when after is YamlScalar type:
                return IsOf(node, type.Value) ? null : (null, "", true, $"the value must be of type {type.Value}");
            case "nullable" when after is not YamlScalar { Value: "true" }:
                return node is YamlScalar { Kind: ScalarKind.Null } ? (null, "", true, "null is not allowed any more") : null;
            case "pattern" when after is YamlScalar pattern && node is YamlScalar { AsString: { } text }:
                return Matches(pattern.Value, text) == false ? (null, "", true, "the value does not match the pattern") : null;
        }
        return Limit(keyword, after) is { } limit && Measure(keyword, node) is { } measure && (keyword.StartsWith("max", StringComparison.Ordinal) ? measure > limit : measure < limit)
            ? (null, "", true, string.Create(CultureInfo.InvariantCulture, $"{keyword} is {limit}"))
            : null;
    }

    private static double? Limit(string keyword, YamlNode? after) =>
        keyword.Length > 3 && keyword[..3] is "max" or "min" && after is YamlScalar scalar && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var limit) ? limit : null;

    private static double? Measure(string keyword, YamlNode node) => (keyword[3..], node) switch
    {
        ("Length", YamlScalar { AsString: { } text }) => text.EnumerateRunes().Count(),
        ("imum", YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float } number) => double.Parse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture),
        ("Items", YamlSequence list) => list.Items.Length,
        ("Properties", YamlMapping mapping) => mapping.Entries.Length,
        _ => null,
    };

    private static bool IsOf(YamlNode node, string type) => type switch
    {
        "object" => node is YamlMapping,
        "array" => node is YamlSequence,
        "string" => node is YamlScalar { Kind: ScalarKind.String },
        "boolean" => node is YamlScalar { Kind: ScalarKind.Boolean },
        "integer" => node is YamlScalar { Kind: ScalarKind.Integer },
        "number" => node is YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float },
        _ => true,
    };

    /// <summary>Null when it cannot be told: the pattern is Go's, and this is another engine.</summary>
    private static bool? Matches(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static string Join(string field, string name) => field.Length == 0 ? name : name.Length == 0 ? field : $"{field}.{name}";
}
