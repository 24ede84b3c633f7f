using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Workloads;

/// <summary>The conditions of a status, by their types. A condition keeps its time as long as its status is the same.</summary>
internal sealed class Conditions(JsonNode? status, string now)
{
    private readonly List<JsonObject> _items = [.. ((status as JsonObject)?.Items("conditions") ?? []).OfType<JsonObject>().Select(item => item.DeepClone().AsObject())];

    public JsonObject? this[string type] => _items.Find(item => item.Text("type") == type);

    public void Set(string type, bool value, string reason, string message)
    {
        var isNew = this[type] is not { } old || (old.Text("status") == "True") != value;
        var since = isNew ? now : this[type]!.Text("lastTransitionTime") ?? now;
        var made = new JsonObject { ["type"] = type, ["status"] = value ? "True" : "False", ["lastTransitionTime"] = since, ["reason"] = reason, ["message"] = message };
        var place = _items.FindIndex(item => item.Text("type") == type);
        if (place < 0) _items.Add(made);
        else _items[place] = made;
    }

    public void Remove(string type) => _items.RemoveAll(item => item.Text("type") == type);

    /// <summary>The conditions; null when there are none.</summary>
    public JsonArray? ToJson() => _items.Count == 0 ? null : [.. _items.Select(item => item.DeepClone())];
}
