using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Clusters.Patches;

/// <summary>JSON Patch (RFC 6902).</summary>
internal static class JsonPatch
{
    /// <summary>The object after the operations, in their order. Neither argument is changed.</summary>
    /// <exception cref="ApiException">400: it is no patch. 422: an operation does not fit the object, or a test fails.</exception>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonArray operations) throw ApiErrors.BadRequest("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        var root = target?.DeepClone();
        foreach (var node in operations)
        {
            if (node is not JsonObject operation || operation.Text("op") is not { } op || operation.Text("path") is not { } path) throw ApiErrors.BadRequest("error decoding patch: an operation needs op and path");
            switch (op)
            {
                case "add":
                    Add(ref root, path, Value(operation));
                    break;
                case "remove":
                    Remove(ref root, path, op);
                    break;
                case "replace":
                    var value = Value(operation);
                    if (path.Length > 0) Remove(ref root, path, op);
                    Add(ref root, path, value);
                    break;
                case "move":
                    var moved = Remove(ref root, operation.Text("from") ?? "", op);
                    Add(ref root, path, moved);
                    break;
                case "copy":
                    Add(ref root, path, Find(root, operation.Text("from") ?? "", op)?.DeepClone());
                    break;
                case "test":
                    if (!JsonNode.DeepEquals(Find(root, path, op), operation["value"])) throw Unfit($"testing value {path} failed: test failed");
                    break;
                default:
                    throw Unfit($"Unexpected kind: {op}");
            }
        }
        return root;
    }

    private static JsonNode? Value(JsonObject operation) =>
        operation.ContainsKey("value") ? operation["value"]?.DeepClone() : throw ApiErrors.BadRequest("error decoding patch: the operation needs a value");

    private static JsonNode? Find(JsonNode? root, string path, string op)
    {
        foreach (var step in Steps(path))
            root = root switch
            {
                JsonObject members when members.ContainsKey(step) => members[step],
                JsonArray items => items[Index(step, items.Count, path, op)],
                _ => throw Missing(op, path),
            };
        return root;
    }

    private static void Add(ref JsonNode? root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            root = value;
            return;
        }
        var (parent, last) = Parent(root, path, "add");
        if (parent is JsonObject members) members[last] = value;
        else if (parent is JsonArray items) items.Insert(last == "-" ? items.Count : Index(last, items.Count + 1, path, "add"), value);
        else throw Missing("add", path);
    }

    private static JsonNode? Remove(ref JsonNode? root, string path, string op)
    {
        if (path.Length == 0)
        {
            (var whole, root) = (root, null);
            return whole;
        }
        var (parent, last) = Parent(root, path, op);
        JsonNode? removed;
        if (parent is JsonObject members && members.ContainsKey(last))
        {
            removed = members[last];
            members.Remove(last);
        }
        else if (parent is JsonArray items)
        {
            var index = Index(last, items.Count, path, op);
            removed = items[index];
            items.RemoveAt(index);
        }
        else throw Missing(op, path);
        return removed;
    }

    private static (JsonNode? Parent, string Last) Parent(JsonNode? root, string path, string op)
    {
        var cut = path.LastIndexOf('/');
        return (Find(root, path[..cut], op), Unescape(path[(cut + 1)..]));
    }

    private static IEnumerable<string> Steps(string path)
    {
        if (path.Length == 0) return [];
        return path[0] == '/' ? path[1..].Split('/').Select(Unescape) : throw Unfit($"Invalid path: {path}");
    }

    private static string Unescape(string step) => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static int Index(string step, int count, string path, string op) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < count ? index : throw Missing(op, path);

    private static ApiException Missing(string op, string path) => Unfit($"{op} operation does not apply: doc is missing path: {path}: missing value");

    private static ApiException Unfit(string why) => new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}");
}
