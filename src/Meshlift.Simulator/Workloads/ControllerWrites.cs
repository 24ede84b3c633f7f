using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads;

/// <summary>The writes of controllers. What is so already is not written.</summary>
/// <remarks>No account of field managers is kept for them, but for what an autoscaler takes from others: it would cost more than all the rest.</remarks>
internal sealed class ControllerWrites(SimulatedCluster cluster)
{
    private static readonly WriteOptions Quiet = new() { Manager = null };
    private static readonly WriteOptions QuietStatus = new() { Manager = null, Subresource = "status" };

    public string Now => cluster.Now;

    public StoredObject Create(ResourceType type, string @namespace, JsonObject json) => cluster.Create(type, @namespace, json, Quiet).Object;

    /// <summary>Changes an object; nothing happens when it is gone.</summary>
    public void Change(ResourceType type, string @namespace, string name, Action<JsonObject> change, string subresource = "", string? manager = null)
    {
        if (cluster.Store.Find(type.Key, @namespace, name) is not { } live) return;
        var json = live.ToJson();
        var before = json.DeepClone();
        change(json);
        if (JsonNode.DeepEquals(before, json)) return;
        json["apiVersion"] = type.ApiVersion;
        cluster.Update(type, @namespace, name, json, subresource.Length == 0 && manager is null ? Quiet : new WriteOptions { Manager = manager, Subresource = subresource });
    }

    /// <summary>Sets the status of an object; null fields are left out.</summary>
    public void Status(ResourceType type, StoredObject item, JsonObject status)
    {
        foreach (var field in status.Where(member => member.Value is null).Select(member => member.Key).ToList()) status.Remove(field);
        if (cluster.Store.Find(type.Key, item.Namespace, item.Name) is not { } live || live.Uid != item.Uid) return;
        var json = live.ToJson();
        if (JsonNode.DeepEquals(json["status"], status)) return;
        (json["apiVersion"], json["status"]) = (type.ApiVersion, status);
        cluster.Update(type, item.Namespace, item.Name, json, QuietStatus);
    }

    public void Delete(ResourceType type, string @namespace, string name, string uid)
    {
        if (cluster.Store.Find(type.Key, @namespace, name)?.Uid != uid) return;
        try
        {
            cluster.Delete(type, @namespace, name, new DeleteOptions { Uid = uid });
        }
        catch (ApiException)
        {
            // Admission may refuse; the next look tries again.
        }
    }

    /// <summary>Tells people what happened, in the events of the namespace; the same again is counted.</summary>
    public void Tell(ResourceType type, StoredObject about, string kind, string reason, string message, string component)
    {
        var events = cluster.Type("v1", "Event");
        var name = string.Create(CultureInfo.InvariantCulture, $"{about.Name}.{PodTemplates.Hash(JsonValue.Create(about.Uid + reason + message))}");
        if (cluster.Store.Find(events.Key, about.Namespace, name) is not null)
        {
            Change(events, about.Namespace, name, json => (json["count"], json["lastTimestamp"]) = ((json.Number("count") ?? 0) + 1, Now));
            return;
        }
        var json = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["involvedObject"] = new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["namespace"] = about.Namespace, ["name"] = about.Name, ["uid"] = about.Uid },
            ["type"] = kind, ["reason"] = reason, ["message"] = message, ["count"] = 1L, ["firstTimestamp"] = Now, ["lastTimestamp"] = Now,
            ["source"] = new JsonObject { ["component"] = component }, ["reportingComponent"] = component, ["reportingInstance"] = "",
        };
        // A namespace that is to go takes no events any more.
        if (cluster.Store.Find(SimulatedCluster.Namespaces, "", about.Namespace) is { IsDeleting: false }) Create(events, about.Namespace, json);
    }
}
