using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Apply;

/// <summary>Keeps account of who owns which fields, and applies objects by it.</summary>
/// <remarks>Kubernetes, "Server-Side Apply"; sigs.k8s.io/structured-merge-diff, merge/update.go.</remarks>
internal static class FieldOwnership
{
    /// <summary>The managers after a write that was no apply: the writer owns what it changed, nobody else does any more.</summary>
    /// <param name="before">The object before; empty when it was created.</param>
    /// <param name="after">The object after.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="managers">The managers before.</param>
    /// <param name="writer">Who wrote, without fields.</param>
    public static List<ManagerEntry> AfterUpdate(JsonObject before, JsonObject after, FieldSchema schema, IReadOnlyList<ManagerEntry> managers, ManagerEntry writer)
    {
        var comparison = FieldComparison.Of(before, after, schema);
        var others = Yield(managers, writer, comparison);
        var own = managers.FirstOrDefault(writer.IsSame);
        var fields = FieldSet.Union(FieldSet.Difference(own?.Fields ?? new(), comparison.Removed), comparison.Changed);
        return With(others, own, writer with { Fields = fields });
    }

    /// <summary>Lays an applied object over the one that is there.</summary>
    /// <param name="live">The object that is there; empty when there is none.</param>
    /// <param name="applied">What the applier wants.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="managers">The managers before.</param>
    /// <param name="applier">Who applies, without fields.</param>
    /// <param name="force">Whether fields of others are taken over.</param>
    /// <returns>The object and its managers.</returns>
    /// <exception cref="ApiException">409: a field that would change belongs to another manager.</exception>
    public static (JsonObject Object, List<ManagerEntry> Managers) Apply(
        JsonObject live, JsonObject applied, FieldSchema schema, IReadOnlyList<ManagerEntry> managers, ManagerEntry applier, bool force)
    {
        var own = managers.FirstOrDefault(applier.IsSame);
        var fields = FieldSteps.SetOf(applied, schema);
        ManagedFields.DropUnowned(fields);
        var merged = (JsonObject)ObjectMerge.Merge(live, applied, schema)!;
        if (own is not null) merged = (JsonObject)(ObjectMerge.Without(merged, Given(own.Fields, fields, managers.Where(entry => !applier.IsSame(entry))), schema) ?? new JsonObject());
        var comparison = FieldComparison.Of(live, merged, schema);
        if (!force) RefuseConflicts(managers.Where(entry => !applier.IsSame(entry)), comparison.Changed);
        return (merged, With(Yield(managers, applier, comparison), own, applier with { Fields = fields }));
    }

    /// <summary>What the applier gives up and nobody else holds.</summary>
    private static FieldSet Given(FieldSet before, FieldSet now, IEnumerable<ManagerEntry> others)
    {
        var held = others.Aggregate(now, (all, entry) => FieldSet.Union(all, entry.Fields));
        return Unheld(before, held);
    }

    private static FieldSet Unheld(FieldSet set, FieldSet held)
    {
        // A place below which somebody holds something stays, even when the place itself is given up.
        var result = new FieldSet { IsMember = set.IsMember && held.IsEmpty };
        foreach (var (step, child) in set.Children)
        {
            var rest = held.Child(step) is { } other ? Unheld(child, other) : child;
            result.Put(step, rest);
        }
        return result;
    }

    private static void RefuseConflicts(IEnumerable<ManagerEntry> others, FieldSet changed)
    {
        var conflicts = others.SelectMany(entry => FieldSet.Intersection(entry.Fields, changed).Paths().Select(path => (Manager: entry.ToString(), Path: path)))
            .OrderBy(conflict => conflict.Manager, StringComparer.Ordinal).ThenBy(conflict => conflict.Path, StringComparer.Ordinal).ToList();
        if (conflicts.Count == 0) return;
        var causes = conflicts.Select(conflict => new ApiCause("FieldManagerConflict", $"conflict with {conflict.Manager}", conflict.Path)).ToList();
        var lines = conflicts.GroupBy(conflict => conflict.Manager, StringComparer.Ordinal)
            .SelectMany(group => group.Select(conflict => $"- {conflict.Path}").Prepend($"conflicts with {group.Key}:"));
        throw ApiErrors.ApplyConflict(causes, conflicts.Count == 1
            ? $"Apply failed with 1 conflict: conflict with {conflicts[0].Manager}: {conflicts[0].Path}"
            : $"Apply failed with {conflicts.Count} conflicts: {string.Join('\n', lines)}");
    }

    /// <summary>The other managers without what was changed or removed under their hands.</summary>
    private static List<ManagerEntry> Yield(IEnumerable<ManagerEntry> managers, ManagerEntry writer, FieldComparison comparison) =>
    [
        .. managers.Where(entry => !writer.IsSame(entry))
            .Select(entry => entry with { Fields = FieldSet.Difference(FieldSet.Difference(entry.Fields, comparison.Changed), comparison.Removed) })
            .Where(entry => !entry.Fields.IsEmpty),
    ];

    private static List<ManagerEntry> With(List<ManagerEntry> others, ManagerEntry? before, ManagerEntry now)
    {
        if (now.Fields.IsEmpty) return others;
        // What owns the same as before was not touched now.
        others.Add(before is not null && before.ApiVersion == now.ApiVersion && FieldSet.AreEqual(before.Fields, now.Fields) ? now with { Time = before.Time } : now);
        return others;
    }
}
