using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Validation;

/// <summary>Brings an object into the form of its schema: fields that nobody knows go, defaults come.</summary>
internal static class Shaping
{
    private static readonly string[] OfEveryObject = ["apiVersion", "kind", "metadata"];

    /// <summary>Takes out unknown fields, and nulls that mean nothing.</summary>
    /// <param name="value">The object; it is changed.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="unknown">Receives the paths of the unknown fields.</param>
    public static void Prune(JsonObject value, FieldSchema schema, List<string> unknown) => Prune(value, schema, "", unknown);

    /// <summary>Writes defaults where nothing is said.</summary>
    public static void Default(JsonNode? value, FieldSchema schema)
    {
        switch (value)
        {
            case JsonObject members when schema.Kind == FieldKind.Object:
                foreach (var (name, field) in schema.Fields)
                {
                    if (field.Default is { } given && members[name] is null && !(field.IsNullable && members.ContainsKey(name))) members[name] = given.DeepClone();
                    if (members[name] is { } member) Default(member, field);
                }
                break;
            case JsonObject members when schema.Element is { } element:
                foreach (var (_, member) in members) Default(member, element);
                break;
            case JsonArray items when schema.Element is { } element:
                foreach (var item in items) Default(item, element);
                break;
        }
    }

    private static void Prune(JsonNode? value, FieldSchema schema, string path, List<string> unknown)
    {
        switch (value)
        {
            case JsonObject members:
                foreach (var name in members.Select(member => member.Key).ToList())
                {
                    if (schema.IsEmbeddedResource && OfEveryObject.Contains(name, StringComparer.Ordinal)) continue;
                    var place = path.Length == 0 ? name : $"{path}.{name}";
                    if (schema.Field(name) is not { } field)
                    {
                        unknown.Add(place);
                        members.Remove(name);
                    }
                    else if (members[name] is { } member) Prune(member, field, place, unknown);
                    else if (!field.IsNullable && schema.Kind is FieldKind.Object && !field.KeepsUnknown) members.Remove(name);
                }
                break;
            case JsonArray items when schema.Element is { } element:
                for (var i = 0; i < items.Count; i++) Prune(items[i], element, $"{path}[{i}]", unknown);
                break;
        }
    }
}
