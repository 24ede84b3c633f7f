using System.Text.Json.Nodes;

namespace Meshlift.Simulator.Clusters.Apply;

/// <summary>A set of fields of an object: what one manager owns. A tree whose steps are written as in <c>fieldsV1</c>.</summary>
/// <remarks>
/// Steps: <c>f:name</c> a field, <c>k:{"name":"a"}</c> the item of a list with that key, <c>v:"a"</c> an item of a set
/// (sigs.k8s.io/structured-merge-diff, fieldpath).
/// </remarks>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>Whether the place itself belongs to the set, besides what is below it.</summary>
    public bool IsMember { get; set; }

    public bool IsEmpty => !IsMember && _children.Values.All(child => child.IsEmpty);

    public IEnumerable<KeyValuePair<string, FieldSet>> Children => _children;

    /// <summary>The place below a step; null when nothing of it is in the set.</summary>
    public FieldSet? Child(string step) => _children.GetValueOrDefault(step);

    /// <summary>The place below a step, made when it is not there.</summary>
    public FieldSet Ensure(string step)
    {
        if (!_children.TryGetValue(step, out var child)) _children[step] = child = new();
        return child;
    }

    /// <summary>Sets what is below a step; nothing happens when that is nothing.</summary>
    public void Put(string step, FieldSet child)
    {
        if (!child.IsEmpty) _children[step] = child;
    }

    /// <summary>Takes a step and all below it out.</summary>
    public void Drop(string step) => _children.Remove(step);

    public static FieldSet Union(FieldSet a, FieldSet b)
    {
        var result = new FieldSet { IsMember = a.IsMember || b.IsMember };
        foreach (var (step, child) in a._children) result.Put(step, Union(child, b.Child(step) ?? new()));
        foreach (var (step, child) in b._children)
            if (!a._children.ContainsKey(step)) result.Put(step, Union(child, new()));
        return result;
    }

    /// <summary>What is in the first set and not in the second.</summary>
    public static FieldSet Difference(FieldSet a, FieldSet b)
    {
        var result = new FieldSet { IsMember = a.IsMember && !b.IsMember };
        foreach (var (step, child) in a._children) result.Put(step, b.Child(step) is { } other ? Difference(child, other) : child);
        return result;
    }

    public static FieldSet Intersection(FieldSet a, FieldSet b)
    {
        var result = new FieldSet { IsMember = a.IsMember && b.IsMember };
        foreach (var (step, child) in a._children)
            if (b.Child(step) is { } other) result.Put(step, Intersection(child, other));
        return result;
    }

    public static bool AreEqual(FieldSet a, FieldSet b) => Difference(a, b).IsEmpty && Difference(b, a).IsEmpty;

    /// <summary>The members as paths in the form of messages: <c>.spec.ports[port=80,protocol="TCP"].name</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (IsMember && prefix.Length > 0) yield return prefix;
        foreach (var (step, child) in _children)
            foreach (var path in child.Paths(prefix + Shown(step))) yield return path;
    }

    /// <summary>The form of <c>fieldsV1</c>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (IsMember && _children.Count > 0) json["."] = new JsonObject();
        foreach (var (step, child) in _children)
            if (!child.IsEmpty) json[step] = child.ToJson();
        return json;
    }

    /// <summary>Reads the form of <c>fieldsV1</c>.</summary>
    public static FieldSet FromJson(JsonObject json, bool isRoot = true)
    {
        var set = new FieldSet { IsMember = !isRoot && (json.Count == 0 || json.ContainsKey(".")) };
        foreach (var (step, value) in json)
            if (step != "." && value is JsonObject child) set._children[step] = FromJson(child, isRoot: false);
        return set;
    }

    /// <summary>A step in the form of messages.</summary>
    public static string Shown(string step)
    {
        if (step.StartsWith("f:", StringComparison.Ordinal)) return "." + step[2..];
        if (!step.StartsWith("k:", StringComparison.Ordinal)) return $"[={step[2..]}]";
        var keys = JsonNode.Parse(step[2..]) as JsonObject ?? [];
        return $"[{string.Join(',', keys.Select(key => $"{key.Key}={key.Value?.ToJsonString()}"))}]";
    }
}
