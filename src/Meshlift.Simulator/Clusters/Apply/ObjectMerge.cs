using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Apply;

/// <summary>Lays an applied object over the one that is there, and takes fields out of it again.</summary>
internal static class ObjectMerge
{
    /// <summary>The object that is there with all that the applied one says. Neither argument is changed.</summary>
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, FieldSchema? schema)
    {
        if (applied is null) return live?.DeepClone();
        var form = FieldSteps.Of(applied, schema);
        if (live is null || form == Ownership.Whole || FieldSteps.Of(live, schema) != form) return applied.DeepClone();
        if (form == Ownership.Items) return MergeItems((JsonArray)live, (JsonArray)applied, schema!);
        var result = live.DeepClone().AsObject();
        foreach (var (name, value) in applied.AsObject())
            if (value is not null) result[name] = Merge(result[name], value, schema?.Field(name));
        return result;
    }

    /// <summary>Removes fields; an object or a list that became empty by that goes too.</summary>
    public static JsonNode? Without(JsonNode? value, FieldSet set, FieldSchema? schema)
    {
        switch (FieldSteps.Of(value, schema), value)
        {
            case (Ownership.Fields, JsonObject members):
                var fields = new JsonObject();
                foreach (var (name, member) in members)
                    Keep(member, set.Child("f:" + name), schema?.Field(name), kept => fields[name] = kept);
                return fields.Count == 0 && members.Count > 0 ? null : fields;
            case (Ownership.Items, JsonArray list):
                var items = new JsonArray();
                foreach (var item in list)
                    Keep(item, FieldSteps.Step(item, schema!) is { } step ? set.Child(step) : null, schema!.Element, items.Add);
                return items.Count == 0 && list.Count > 0 ? null : items;
            default:
                return value?.DeepClone();
        }
    }

    private static void Keep(JsonNode? value, FieldSet? gone, FieldSchema? schema, Action<JsonNode?> keep)
    {
        if (gone is null)
        {
            keep(value?.DeepClone());
            return;
        }
        if (gone.IsMember) return;
        if (Without(value, gone, schema) is { } rest) keep(rest);
    }

    private static JsonArray MergeItems(JsonArray live, JsonArray applied, FieldSchema schema)
    {
        var (old, @new) = (FieldSteps.Items(live, schema), FieldSteps.Items(applied, schema));
        var result = new JsonArray();
        var wanted = new Queue<KeyValuePair<string, JsonNode?>>(@new);
        void Take() => result.Add(Merge(old.GetValueOrDefault(wanted.Peek().Key), wanted.Dequeue().Value, schema.Element));
        foreach (var item in live)
        {
            // The applier's order holds among its own items; what only others have keeps its place among them.
            if (FieldSteps.Step(item, schema) is not { } step || !@new.ContainsKey(step)) result.Add(item?.DeepClone());
            else if (wanted.Count > 0) Take();
        }
        while (wanted.Count > 0) Take();
        return result;
    }
}
