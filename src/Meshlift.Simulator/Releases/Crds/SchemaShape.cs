using System.Collections.Immutable;

namespace Meshlift.Simulator.Releases.Crds;

/// <summary>What the words of a <c>.crd</c> file come to in JSON Schema, for one node that is not a reference to a type.</summary>
internal sealed record SchemaShape
{
    // Istio reads durations and ports more strictly than their types.
    private static readonly SchemaRule DurationRule =
        new(false, "A duration of one millisecond or more, such as 500ms or 2s.", "duration(self) >= duration(\"1ms\")");
    private static readonly SchemaRule PortRule = new(false, "A port from 1 to 65535.", "self > 0 && self < 65536");
    private const string Each = "each.";
    private static readonly ImmutableArray<string> Unsigned = ["maximum=4294967295", "minimum=0"];

    /// <summary>The JSON type; null for what may be a number or a string.</summary>
    public required string? JsonType { get; init; }

    public string? Format { get; init; }

    public string Description { get; init; } = "";

    /// <summary>The allowed words; empty where any text is allowed.</summary>
    public ImmutableArray<string> Enum { get; init; } = [];

    public ImmutableArray<string> Options { get; init; } = [];

    public IReadOnlyList<SchemaRule> Rules { get; init; } = [];

    /// <summary>The elements of a list.</summary>
    public SchemaNode? ListElement { get; init; }

    /// <summary>The values of a map.</summary>
    public SchemaNode? MapElement { get; init; }

    public bool IntOrString => JsonType is null;

    /// <summary>Whether the fields of the node are its own, not those of its elements.</summary>
    public bool HoldsFields => JsonType == "object" && MapElement is null;

    public static SchemaShape Of(SchemaNode node)
    {
        if (node.Type.StartsWith("[]", StringComparison.Ordinal)) return Whole(node, "array") with { ListElement = Element(node) };
        if (node.Type.StartsWith("{}", StringComparison.Ordinal)) return Whole(node, "object") with { MapElement = Element(node) };
        if (node.Type.StartsWith("enum(", StringComparison.Ordinal)) return Choice(node);
        return node.Type switch
        {
            "object" or "string" => Whole(node, node.Type),
            "bool" => Whole(node, "boolean"),
            "int32" => Whole(node, "integer") with { Format = "int32" },
            "integer" => Whole(node, "integer"),
            "uint32" => Whole(node, "integer") with { Options = [.. Unsigned, .. node.Options] },
            "port" => Whole(node, "integer") with { Options = [.. Unsigned, .. node.Options], Rules = [.. node.Rules, PortRule] },
            "double" => Whole(node, "number") with { Format = "double" },
            "duration" => Whole(node, "string") with { Rules = [.. node.Rules, DurationRule] },
            "bytes" => Whole(node, "string") with { Format = "byte" },
            "time" => Whole(node, "string") with { Format = "date-time" },
            "any" => Whole(node, "object") with { Options = ["preserve"] },
            "int-or-string" => Whole(node, "") with { JsonType = null },
            _ => throw new InvalidDataException($"'{node.Name}' has the type '{node.Type}', which nothing defines"),
        };
    }

    /// <summary>The value of a constraint, <c>true</c> for one without a value, null for one that is not set.</summary>
    public string? Option(string key)
    {
        foreach (var option in Options)
        {
            if (option == key) return "true";
            if (option.Length <= key.Length || option[key.Length] != '=' || !option.StartsWith(key, StringComparison.Ordinal)) continue;
            var value = option[(key.Length + 1)..];
            return ScalarText.IsNumber(value) ? value : ScalarText.Plain(value);
        }
        return null;
    }

    private static SchemaShape Whole(SchemaNode node, string jsonType) => new()
    {
        JsonType = jsonType,
        Description = node.Description,
        Options = node.Options,
        Rules = node.Rules.FindAll(rule => !rule.OfElement),
    };

    private static SchemaShape Choice(SchemaNode node)
    {
        ImmutableArray<string> words = [.. node.Type["enum(".Length..^1].Split(',')];
        var shape = Whole(node, "string") with { Enum = words };
        if (node.Description.Length == 0) return shape;
        return shape with { Description = $"{node.Description}\n\nOne of: {string.Join(", ", words)}." };
    }

    private static SchemaNode Element(SchemaNode node) => node with
    {
        Type = node.Type[2..],
        Description = "",
        Options = [.. from option in node.Options where option.StartsWith(Each, StringComparison.Ordinal) select option[Each.Length..]],
        Rules = [.. node.Rules.Where(rule => rule.OfElement).Select(rule => rule with { OfElement = false })],
    };
}
