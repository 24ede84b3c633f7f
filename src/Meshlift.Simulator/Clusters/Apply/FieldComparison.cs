using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Apply;

/// <summary>Which fields differ between two states of an object.</summary>
internal sealed class FieldComparison
{
    private FieldComparison()
    {
    }

    /// <summary>Fields that are new or have another value.</summary>
    public FieldSet Changed { get; } = new();

    /// <summary>Fields that are gone.</summary>
    public FieldSet Removed { get; } = new();

    public static FieldComparison Of(JsonObject before, JsonObject after, FieldSchema schema)
    {
        var comparison = new FieldComparison();
        Compare(before, after, schema, comparison.Changed, comparison.Removed);
        comparison.Changed.IsMember = comparison.Removed.IsMember = false;
        ManagedFields.DropUnowned(comparison.Changed);
        ManagedFields.DropUnowned(comparison.Removed);
        return comparison;
    }

    private static void Compare(JsonNode? before, JsonNode? after, FieldSchema? schema, FieldSet changed, FieldSet removed)
    {
        if (before is null && after is null) return;
        var form = FieldSteps.Of(after ?? before, schema);
        var isEmpty = IsEmpty(before) && IsEmpty(after);
        if (form == Ownership.Whole || isEmpty || (before is not null && after is not null && FieldSteps.Of(before, schema) != form))
        {
            if (after is null) removed.IsMember = true;
            else if (before is null || !JsonNode.DeepEquals(before, after)) changed.IsMember = true;
            return;
        }
        if (form == Ownership.Fields)
        {
            var (old, @new) = (before as JsonObject ?? [], after as JsonObject ?? []);
            foreach (var name in old.Select(member => member.Key).Union(@new.Select(member => member.Key), StringComparer.Ordinal))
                Compare(old[name], @new[name], schema?.Field(name), changed.Ensure("f:" + name), removed.Ensure("f:" + name));
        }
        else
        {
            var (old, @new) = (FieldSteps.Items(before as JsonArray ?? [], schema!), FieldSteps.Items(after as JsonArray ?? [], schema!));
            foreach (var step in old.Keys.Union(@new.Keys, StringComparer.Ordinal))
                Compare(old.GetValueOrDefault(step), @new.GetValueOrDefault(step), schema!.Element, changed.Ensure(step), removed.Ensure(step));
        }
        if (before is null) changed.IsMember = true;
        else if (after is null) removed.IsMember = true;
    }

    private static bool IsEmpty(JsonNode? value) => value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };
}
