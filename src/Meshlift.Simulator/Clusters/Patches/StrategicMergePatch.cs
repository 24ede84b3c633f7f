using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Patches;

/// <summary>Strategic merge patch: as a merge patch, but lists whose items have a merge key are merged item by item.</summary>
/// <remarks>Kubernetes, "Strategic Merge Patch" of the API conventions; k8s.io/apimachinery, pkg/util/strategicpatch.</remarks>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";
    private const string OrderPrefix = "$setElementOrder/";

    /// <summary>The object after the patch. Neither argument is changed.</summary>
    /// <exception cref="ApiException">400: a directive is not known or an item has no merge key.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, FieldSchema schema) => Merge(target, patch, schema) as JsonObject ?? [];

    private static JsonNode? Merge(JsonObject target, JsonObject patch, FieldSchema? schema)
    {
        switch (patch.Text(Directive))
        {
            case "replace":
                return Plain(patch);
            case "delete":
                return new JsonObject();
            case null or "merge":
                break;
            case var other:
                throw ApiErrors.BadRequest($"Unknown patch directive: {other}");
        }
        var result = target.DeepClone().AsObject();
        if (patch[RetainKeys] is JsonArray retained)
        {
            var keys = retained.Select(key => key.AsText()).ToHashSet(StringComparer.Ordinal);
            foreach (var name in result.Select(member => member.Key).Where(name => !keys.Contains(name)).ToList()) result.Remove(name);
        }
        foreach (var (name, change) in patch)
        {
            if (name is Directive or RetainKeys) continue;
            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal)) DeleteFrom(result, name[DeletePrefix.Length..], change);
            else if (!name.StartsWith(OrderPrefix, StringComparison.Ordinal)) Set(result, name, change, schema?.Field(name));
        }
        foreach (var (name, change) in patch)
            if (name.StartsWith(OrderPrefix, StringComparison.Ordinal) && change is JsonArray order) Reorder(result, name[OrderPrefix.Length..], order, schema);
        return result;
    }

    private static void Set(JsonObject result, string name, JsonNode? change, FieldSchema? schema)
    {
        switch (change)
        {
            case null:
                result.Remove(name);
                break;
            case JsonObject members:
                result[name] = Merge(result[name] as JsonObject ?? [], members, schema);
                break;
            case JsonArray items when schema?.PatchKey is { } key:
                result[name] = MergeItems(result[name] as JsonArray ?? [], items, key, schema.Element);
                break;
            case JsonArray items when schema?.PatchMerges == true:
                var union = result[name] is JsonArray old ? old.DeepClone().AsArray() : [];
                foreach (var item in items)
                    if (!union.Any(known => JsonNode.DeepEquals(known, item))) union.Add(item?.DeepClone());
                result[name] = union;
                break;
            default:
                result[name] = change is JsonArray list ? new JsonArray([.. list.Select(item => item is JsonObject value ? Plain(value) : item?.DeepClone())]) : change.DeepClone();
                break;
        }
    }

    private static JsonArray MergeItems(JsonArray target, JsonArray patch, string key, FieldSchema? schema)
    {
        var changes = patch.OfType<JsonObject>().ToList();
        if (changes.Exists(item => item.Text(Directive) == "replace" && !item.ContainsKey(key)))
            return new JsonArray([.. changes.Where(item => item.Text(Directive) is null).Select(Plain)]);
        var result = target.Select(item => item?.DeepClone()).ToList();
        foreach (var change in changes)
        {
            if (change[key] is not { } identity) throw ApiErrors.BadRequest($"map: {change.ToJsonString()} does not contain declared merge key: {key}");
            var index = result.FindIndex(item => item is JsonObject known && JsonNode.DeepEquals(known[key], identity));
            switch (change.Text(Directive))
            {
                case "delete":
                    result.RemoveAll(item => item is JsonObject known && JsonNode.DeepEquals(known[key], identity));
                    break;
                case "replace" when index >= 0:
                    result[index] = Plain(change);
                    break;
                default:
                    if (index >= 0) result[index] = Merge((JsonObject)result[index]!, change, schema);
                    else result.Add(Merge([], change, schema));
                    break;
            }
        }
        return new JsonArray([.. result]);
    }

    private static void DeleteFrom(JsonObject result, string name, JsonNode? values)
    {
        if (result[name] is not JsonArray items || values is not JsonArray gone) return;
        result[name] = new JsonArray([.. items.Where(item => !gone.Any(value => JsonNode.DeepEquals(value, item))).Select(item => item?.DeepClone())]);
    }

    /// <summary>Puts a list into the asked order; what the order does not name keeps its place.</summary>
    private static void Reorder(JsonObject result, string name, JsonArray order, FieldSchema? schema)
    {
        if (result[name] is not JsonArray items) return;
        var key = schema?.Field(name)?.PatchKey;
        JsonNode? Identity(JsonNode? item) => key is not null && item is JsonObject members ? members[key] : item;
        int Rank(JsonNode? item) => order.ToList().FindIndex(wanted => JsonNode.DeepEquals(Identity(wanted), Identity(item)));
        var named = items.Where(item => Rank(item) >= 0).OrderBy(Rank).ToList();
        var sorted = new List<JsonNode?>();
        var next = 0;
        foreach (var item in items)
        {
            if (Rank(item) < 0) sorted.Add(item);
            else sorted.Add(named[next++]);
        }
        result[name] = new JsonArray([.. sorted.Select(item => item?.DeepClone())]);
    }

    /// <summary>The value without directives in it, as it is put where nothing was.</summary>
    private static JsonNode Plain(JsonObject value)
    {
        var plain = new JsonObject();
        foreach (var (name, member) in value)
        {
            if (name.StartsWith('$') && (name is Directive or RetainKeys || name.StartsWith(DeletePrefix, StringComparison.Ordinal) || name.StartsWith(OrderPrefix, StringComparison.Ordinal))) continue;
            plain[name] = member is JsonObject members ? Plain(members) : member?.DeepClone();
        }
        return plain;
    }
}
