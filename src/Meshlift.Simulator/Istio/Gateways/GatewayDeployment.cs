using System.Text.Json.Nodes;
using Meshlift.Core;
using Meshlift.Core.Injection;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Istio.Gateways;

/// <summary>Deploys the Gateways of the Gateway API as istiod does: a Deployment, a Service and an account for each, of the revision that the Gateway asks for.</summary>
/// <remarks>
/// When the answer changes, by a label of the Gateway or its namespace, by a tag or by an upgrade in place, the Deployment is written anew at once; nothing waits for a restart
/// (istio pilot/pkg/config/kube/gateway, deploymentcontroller.go). A Gateway that no revision owns stays as it is.
/// </remarks>
public sealed class GatewayDeployment
{
    private static readonly ResourceKey Gateways = new("gateway.networking.k8s.io", "gateways");
    private static readonly WriteOptions AsIstiod = new() { Manager = "istio.io/gateway-controller", Force = true };
    private readonly SimulatedCluster _cluster;
    private readonly ClusterMesh _mesh;

    private GatewayDeployment(SimulatedCluster cluster) => (_cluster, _mesh) = (cluster, new ClusterMesh(cluster));

    /// <summary>Looks after the Gateways of a cluster, those that are there included. Without the Gateway API in the cluster there are none.</summary>
    public static void Attach(SimulatedCluster cluster)
    {
        lock (cluster.Store.Gate)
        {
            var deployment = new GatewayDeployment(cluster);
            cluster.Store.Subscribe(deployment.OnChanged);
            deployment.LookAfterAll(null);
        }
    }

    private void OnChanged(StoreEvent change)
    {
        if (change.Key == Gateways && change.After is { } gateway) LookAfter(gateway);
        else if (change.Key == SimulatedCluster.Namespaces) LookAfterAll(change.Object.Name);
        else if (_mesh.Concerns(change)) LookAfterAll(null);
    }

    /// <param name="space">The namespace; null for all.</param>
    private void LookAfterAll(string? space)
    {
        foreach (var gateway in _cluster.Store.Read(Gateways).From(space, null)) LookAfter(gateway);
    }

    private void LookAfter(StoredObject gateway)
    {
        if (_cluster.Catalog.Find(Gateways) is not { } type || _cluster.Store.Find(Gateways, gateway.Namespace, gateway.Name) is not { IsDeleting: false } current) return;
        try
        {
            if (InjectionSubject.Of(ClusterMesh.ResourceOf(current, "Gateway", Gateways.Group)) is not { } subject) return;
            var verdict = _mesh.Injection.ExplainGateway(subject.Pod, _mesh.NamespaceLabels(gateway.Namespace));
            // While istiod itself is away nothing is written.
            if (_mesh.PlaneOf(verdict.Revision) is not { } plane || _mesh.OutageOf($"{plane.Namespace}/{plane.Service}") is not null) return;
            var json = current.ToJson();
            if (GatewayObjects.Of(json, type.ApiVersion, plane, plane.Injector.Image.For(subject.Pod).Image) is not { } objects) return;
            SetStatus(type, current, json, objects.Host, Deploy(objects));
        }
        catch (UserException)
        {
            // An istiod that cannot read its own configuration looks after nothing.
        }
    }

    /// <returns>Why it could not be deployed; null when it is.</returns>
    private string? Deploy(GatewayObjects objects)
    {
        try
        {
            foreach (var json in objects.All)
            {
                var metadata = (JsonObject)json["metadata"]!;
                _cluster.Apply(_cluster.Type(json.Text("apiVersion")!, json.Text("kind")!), metadata.Text("namespace")!, metadata.Text("name")!, json, AsIstiod);
            }
            return null;
        }
        catch (ApiException e)
        {
            return e.Message;
        }
    }

    private void SetStatus(ResourceType type, StoredObject gateway, JsonObject json, string host, string? problem)
    {
        var before = json["status"] as JsonObject ?? [];
        var generation = (json["metadata"] as JsonObject)?.Number("generation") ?? 1;
        var after = before.DeepClone().AsObject();
        after["addresses"] = new JsonArray(new JsonObject { ["type"] = "Hostname", ["value"] = host });
        after["conditions"] = new JsonArray(
            Condition("Accepted", isTrue: true, "Accepted", "Resource accepted"),
            problem is null
                ? Condition("Programmed", isTrue: true, "Programmed", $"Resource programmed, assigned to service(s) {host}")
                : Condition("Programmed", isTrue: false, "Invalid", problem));
        if (JsonNode.DeepEquals(before, after)) return;
        _cluster.Patch(type, gateway.Namespace, gateway.Name, PatchKind.Merge, new JsonObject { ["status"] = after }, AsIstiod with { Manager = "pilot-discovery", Subresource = type.HasStatus ? "status" : "" });

        JsonObject Condition(string name, bool isTrue, string reason, string message)
        {
            var old = before.Items("conditions").OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == name);
            var status = isTrue ? "True" : "False";
            return new JsonObject
            {
                ["type"] = name, ["status"] = status, ["reason"] = reason, ["message"] = message, ["observedGeneration"] = generation,
                ["lastTransitionTime"] = old?.Text("status") == status ? old.Text("lastTransitionTime") : _cluster.Now,
            };
        }
    }
}
