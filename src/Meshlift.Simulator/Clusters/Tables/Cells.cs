using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Selectors;

namespace Meshlift.Simulator.Clusters.Tables;

/// <summary>Cells that need more than one field.</summary>
internal static class Cells
{
    /// <summary>The value of a column of a CustomResourceDefinition.</summary>
    public static JsonNode? Value(JsonNode? value, string type) => (value, type) switch
    {
        (null, _) => null,
        (JsonValue, "integer" or "number" or "boolean") => value.DeepClone(),
        _ => JsonValue.Create(value.Shown()),
    };

    public static string Join(JsonNode? list, string field) => Few((list as JsonArray ?? []).Select(item => item.At(field).Shown()).Where(text => text.Length > 0), int.MaxValue);

    public static string Few(IEnumerable<string> texts, int most = 3)
    {
        var all = texts.ToList();
        if (all.Count == 0) return "<none>";
        return all.Count <= most ? string.Join(',', all) : $"{string.Join(',', all.Take(most))} + {all.Count - most} more...";
    }

    public static string Pairs(JsonNode? map) => map is JsonObject { Count: > 0 } pairs ? string.Join(',', pairs.Select(pair => $"{pair.Key}={pair.Value.Shown()}")) : "<none>";

    public static string Selector(JsonNode? selector)
    {
        if (selector is not JsonObject { Count: > 0 } json) return "<none>";
        return json.ContainsKey("matchLabels") || json.ContainsKey("matchExpressions") ? LabelSelector.Of(json)!.ToString() : Pairs(json);
    }

    public static string JobStatus(JsonObject job)
    {
        foreach (var condition in (job["status"] as JsonObject)?.Items("conditions").OfType<JsonObject>() ?? [])
            if (condition.Text("status") == "True" && condition.Text("type") is "Complete" or "Failed" or "Suspended") return condition.Text("type")!;
        return job.At("metadata.deletionTimestamp") is null ? "Running" : "Terminating";
    }

    public static string ExternalAddress(JsonObject service) => service.At("spec.type").Shown() switch
    {
        "ExternalName" => service.At("spec.externalName").Shown(),
        "LoadBalancer" => Join(service.At("status.loadBalancer.ingress"), "ip") is var addresses and not "<none>" ? addresses : "<pending>",
        _ => (service.At("spec.externalIPs") as JsonArray) is { Count: > 0 } given ? string.Join(',', given.Select(address => address.Shown())) : "<none>",
    };

    public static string Ports(JsonObject service)
    {
        var ports = (service["spec"] as JsonObject)?.Items("ports").OfType<JsonObject>().Select(port => $"{port["port"].Shown()}{(port.Number("nodePort") is { } node and > 0 ? $":{node}" : "")}/{port.Text("protocol")}").ToList() ?? [];
        return ports.Count == 0 ? "<none>" : string.Join(',', ports);
    }

    public static string NodeStatus(JsonObject node)
    {
        var ready = (node["status"] as JsonObject)?.Items("conditions").OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == "Ready");
        var text = ready is null ? "Unknown" : ready.Text("status") == "True" ? "Ready" : "NotReady";
        return node["spec"] is JsonObject spec && spec.Flag("unschedulable") ? text + ",SchedulingDisabled" : text;
    }

    public static string NodeRoles(JsonObject node)
    {
        const string prefix = "node-role.kubernetes.io/";
        var roles = (node["metadata"] as JsonObject)?.Pairs("labels").Where(label => label.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(label => label.Key[prefix.Length..]).Order(StringComparer.Ordinal).ToList() ?? [];
        return roles.Count == 0 ? "<none>" : string.Join(',', roles);
    }

    public static string Endpoints(JsonObject endpoints) => Few(endpoints.Items("subsets").OfType<JsonObject>().SelectMany(subset =>
        subset.Items("addresses").SelectMany(address => subset["ports"] is JsonArray { Count: > 0 } ports ? ports.Select(port => $"{address.At("ip").Shown()}:{port.At("port").Shown()}") : [address.At("ip").Shown()])));

    public static string Targets(JsonObject scaler)
    {
        var targets = (scaler["spec"] as JsonObject)?.Items("metrics").OfType<JsonObject>().Select(metric =>
            metric.Text("type") == "Resource" ? $"{metric.At("resource.name").Shown()}: <unknown>/{metric.At("resource.target.averageUtilization").Shown()}%" : "<unknown>").ToList() ?? [];
        return targets.Count == 0 ? "<unknown>" : string.Join(", ", targets);
    }
}
