using System.Text.Json.Nodes;

namespace Meshlift.Simulator.Clusters.Json;

/// <summary>Fields of a JSON object, read without trust in their forms: what has another form is not there.</summary>
internal static class JsonFields
{
    public static string? Text(this JsonObject json, string field) => json[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool Flag(this JsonObject json, string field) => json[field] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    public static long? Number(this JsonObject json, string field) => json[field].AsWhole();

    public static IEnumerable<JsonNode?> Items(this JsonObject json, string field) => json[field] as JsonArray ?? [];

    public static IEnumerable<string> Texts(this JsonObject json, string field) =>
        json.Items(field).OfType<JsonValue>().Select(value => value.TryGetValue<string>(out var text) ? text : null).OfType<string>();

    public static IEnumerable<KeyValuePair<string, string>> Pairs(this JsonObject json, string field)
    {
        if (json[field] is not JsonObject pairs) yield break;
        foreach (var (key, value) in pairs)
            if (value.AsText() is { } text) yield return new(key, text);
    }

    public static string? AsText(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? AsWhole(this JsonNode? node) => node is JsonValue value
        ? value.TryGetValue<long>(out var whole) ? whole : value.TryGetValue<int>(out var small) ? small : value.TryGetValue<double>(out var number) && Math.Floor(number).Equals(number) ? (long)number : null
        : null;

    /// <summary>The object at a field, made when it is not there.</summary>
    public static JsonObject Ensure(this JsonObject json, string field)
    {
        if (json[field] is JsonObject found) return found;
        var made = new JsonObject();
        json[field] = made;
        return made;
    }

    /// <summary>The value at a path such as <c>spec.replicas</c>; null when there is none. Indices as in <c>[0]</c>, quoted keys as in <c>['a.b']</c> and one item of many as in <c>[?(@.type=="Ready")]</c> are known.</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var step in JsonSteps.Of(path))
            node = node switch
            {
                JsonObject members => members[step],
                JsonArray items when JsonSteps.Choice(step) is var (field, value) && field.Length > 0 => items.OfType<JsonObject>().FirstOrDefault(item => item.Text(field) == value),
                JsonArray items when int.TryParse(step, System.Globalization.CultureInfo.InvariantCulture, out var index) && index >= 0 && index < items.Count => items[index],
                _ => null,
            };
        return node;
    }

    /// <summary>The text of a scalar as a field selector or a table shows it; empty for null.</summary>
    public static string Shown(this JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => node.ToJsonString(),
    };
}
