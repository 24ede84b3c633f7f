using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Apply;

/// <summary>The form that ownership of a value takes.</summary>
internal enum Ownership
{
    /// <summary>As a whole.</summary>
    Whole,

    /// <summary>Field by field.</summary>
    Fields,

    /// <summary>Item by item.</summary>
    Items,
}

/// <summary>How a value is taken apart for ownership.</summary>
internal static class FieldSteps
{
    /// <summary>How a value is owned. What the schema does not know is owned field by field where it is an object, and as a whole where it is a list.</summary>
    public static Ownership Of(JsonNode? value, FieldSchema? schema) => value switch
    {
        JsonObject when schema?.IsAtomic != true => Ownership.Fields,
        JsonArray when schema is { Kind: FieldKind.List, ListKind: not ListKind.Atomic } => Ownership.Items,
        _ => Ownership.Whole,
    };

    /// <summary>The items of a list by their steps. Items that cannot be told apart, or have the same step as another, are left out.</summary>
    public static Dictionary<string, JsonNode?> Items(JsonArray list, FieldSchema schema)
    {
        var items = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var item in list)
            if (Step(item, schema) is { } step) items.TryAdd(step, item);
        return items;
    }

    /// <summary>The step to an item of a list; null when it has nothing of what tells items apart.</summary>
    public static string? Step(JsonNode? item, FieldSchema schema)
    {
        if (schema.ListKind == ListKind.Set) return "v:" + System.Text.Encoding.UTF8.GetString(JsonWrite.Bytes(item));
        if (item is not JsonObject members) return null;
        var key = new JsonObject();
        foreach (var name in schema.MapKeys.Order(StringComparer.Ordinal))
            if ((members[name] ?? schema.Element?.Field(name)?.Default) is { } value) key[name] = value.DeepClone();
        return key.Count == 0 ? null : "k:" + System.Text.Encoding.UTF8.GetString(JsonWrite.Bytes(key));
    }

    /// <summary>All fields of an applied object: what its applier wants to own.</summary>
    /// <exception cref="ApiException">500, as the API has it: two items of a list cannot be told apart.</exception>
    public static FieldSet SetOf(JsonNode? value, FieldSchema? schema)
    {
        var set = new FieldSet();
        Collect(value, schema, set, "");
        set.IsMember = false;
        return set;
    }

    private static void Collect(JsonNode? value, FieldSchema? schema, FieldSet set, string path)
    {
        switch (Of(value, schema), value)
        {
            case (Ownership.Fields, JsonObject { Count: > 0 } members):
                foreach (var (name, member) in members) Collect(member, schema?.Field(name), set.Ensure("f:" + name), $"{path}.{name}");
                break;
            case (Ownership.Items, JsonArray { Count: > 0 } list):
                foreach (var item in list)
                {
                    if (Step(item, schema!) is not { } step) continue;
                    if (set.Child(step) is not null) throw new ApiException(500, "", $"failed to create typed patch object: {path}: duplicate entries for key {FieldSet.Shown(step)}");
                    var child = set.Ensure(step);
                    if (item is JsonObject) Collect(item, schema!.Element, child, path + FieldSet.Shown(step));
                    child.IsMember = true;
                }
                break;
            default:
                set.IsMember = true;
                break;
        }
    }
}
