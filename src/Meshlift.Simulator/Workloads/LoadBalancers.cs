using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Workloads;

/// <summary>Gives Services of type LoadBalancer an address, as a cloud does.</summary>
internal sealed class LoadBalancers(SimulatedCluster cluster, ControllerWrites writes) : IController
{
    // Addresses for documentation (RFC 5737): nothing answers there.
    private const string Range = "203.0.113.0";
    private readonly ResourceType _type = cluster.Type("v1", "Service");

    public IEnumerable<(string, string)> Concerned(StoreEvent change) => change.Key == _type.Key ? [(change.Object.Namespace, change.Object.Name)] : [];

    public void Reconcile(string @namespace, string name)
    {
        if (cluster.Store.Find(_type.Key, @namespace, name) is not { IsDeleting: false } service) return;
        var json = service.ToJson();
        if (json.At("spec.type").Shown() != "LoadBalancer" || json.At("status.loadBalancer.ingress") is JsonArray { Count: > 0 }) return;
        var address = json.At("spec.loadBalancerIP").Shown() is { Length: > 0 } wanted ? wanted : Identifiers.Address(Range, (uint)(1 + cluster.Identifiers.Number(250)));
        writes.Status(_type, service, new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject { ["ip"] = address, ["ipMode"] = "VIP" }) } });
    }
}
