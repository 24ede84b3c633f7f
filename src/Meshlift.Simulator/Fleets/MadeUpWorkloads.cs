using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Core.Simulating;

namespace Meshlift.Simulator.Fleets;

/// <summary>The objects of namespaces and workloads that a fleet file only counts.</summary>
internal static class MadeUpWorkloads
{
    /// <summary>The namespaces themselves.</summary>
    public static IEnumerable<JsonObject> Namespaces(NamespaceSpec spec) => Names(spec.Name, spec.Count).Select(name => new JsonObject
    {
        ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = Json(spec.Labels) },
    });

    /// <summary>What runs in them.</summary>
    public static IEnumerable<JsonObject> Workloads(NamespaceSpec spec) =>
        from space in Names(spec.Name, spec.Count)
        from workload in spec.Workloads
        from name in Names(workload.Name, workload.Count)
        from item in Objects(space, name, workload)
        select item;

    /// <summary>With a count of 3, <c>shop</c> becomes shop-1, shop-2 and shop-3.</summary>
    private static IEnumerable<string> Names(string name, int count) => count == 1 ? [name] : Enumerable.Range(1, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));

    private static IEnumerable<JsonObject> Objects(string space, string name, WorkloadSpec spec)
    {
        var labels = new JsonObject { ["app"] = name };
        foreach (var (key, value) in spec.Labels) labels[key] = value;
        var pod = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = $"registry.example.com/{name}:1.0.0" }) };
        var template = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels, ["annotations"] = Json(spec.Annotations) }, ["spec"] = pod };
        var selector = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } };
        var isCron = spec.Kind == "CronJob";
        if (isCron) pod["restartPolicy"] = "Never";
        var workload = isCron
            ? new JsonObject { ["schedule"] = "15 3 * * *", ["jobTemplate"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = template } } }
            : new JsonObject { ["selector"] = selector.DeepClone(), ["template"] = template };
        if (spec.Kind is "Deployment" or "StatefulSet") workload["replicas"] = (long)spec.Replicas;
        if (spec.Kind == "StatefulSet") (workload["serviceName"], workload["podManagementPolicy"]) = (name, "Parallel");
        yield return Object(isCron ? "batch/v1" : "apps/v1", spec.Kind, space, name, workload);
        if (spec.Budget is { } budget) yield return Object("policy/v1", "PodDisruptionBudget", space, name, new JsonObject { ["minAvailable"] = (long)budget, ["selector"] = selector });
    }

    private static JsonObject Object(string version, string kind, string space, string name, JsonObject spec) =>
        new() { ["apiVersion"] = version, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space }, ["spec"] = spec };

    private static JsonObject Json(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var json = new JsonObject();
        foreach (var (key, value) in pairs) json[key] = value;
        return json;
    }
}
