using System.Text.Json.Nodes;
using Meshlift.Core.Injection;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Istio.Injection;

namespace Meshlift.Simulator.Istio.Gateways;

/// <summary>What istiod makes of one Gateway.</summary>
/// <param name="Host">The name of its Service within the cluster.</param>
/// <param name="All">The objects, in the order in which they are applied.</param>
internal sealed record GatewayObjects(string Host, IReadOnlyList<JsonObject> All)
{
    private const string NameLabel = "gateway.networking.k8s.io/gateway-name";

    /// <summary>Renders them; null for a class that is none of istiod's proxies.</summary>
    /// <param name="gateway">The Gateway.</param>
    /// <param name="apiVersion">Its apiVersion, for the objects' owner.</param>
    /// <param name="plane">Who deploys it.</param>
    /// <param name="image">The image of the proxy.</param>
    public static GatewayObjects? Of(JsonObject gateway, string apiVersion, ControlPlane plane, string image)
    {
        var metadata = (JsonObject)gateway["metadata"]!;
        var (own, space) = (metadata.Text("name")!, metadata.Text("namespace")!);
        // Only the class that users write by hand has its name at the end (istio pilot/pkg/config/kube/gatewaycommon, classes).
        (string Name, string Controller, string Role, string Type)? kind = gateway.At("spec.gatewayClassName").AsText() switch
        {
            "istio" => ($"{own}-istio", "istio.io-gateway-controller", "router", "LoadBalancer"),
            "istio-waypoint" => (own, "istio.io-mesh-controller", "waypoint", "ClusterIP"),
            "istio-east-west" => (own, "istio.io-eastwest-controller", "router", "LoadBalancer"),
            _ => null,
        };
        if (kind is not var (name, controller, role, type)) return null;
        var infrastructure = gateway.At("spec.infrastructure") as JsonObject ?? [];
        var labels = Pairs(metadata.Pairs("labels"), infrastructure.Pairs("labels"));
        labels[InjectionLabels.Managed] = controller;
        labels[NameLabel] = own;
        labels["gateway.networking.k8s.io/gateway-class-name"] = gateway.At("spec.gatewayClassName")!.DeepClone();
        var annotations = Pairs(metadata.Pairs("annotations").Where(pair => pair.Key != "kubectl.kubernetes.io/last-applied-configuration"), infrastructure.Pairs("annotations"));

        var podLabels = labels.DeepClone().AsObject();
        podLabels["service.istio.io/canonical-name"] = name;
        podLabels["service.istio.io/canonical-revision"] = "latest";
        podLabels[InjectionLabels.Inject] = "false";
        if (role == "waypoint") podLabels[InjectionLabels.DataplaneMode] = "none";
        var podAnnotations = annotations.DeepClone().AsObject();
        podAnnotations[InjectionLabels.Revision] = plane.Revision;
        (podAnnotations["prometheus.io/path"], podAnnotations["prometheus.io/port"], podAnnotations["prometheus.io/scrape"]) = ("/stats/prometheus", "15020", "true");
        var selector = new JsonObject { [NameLabel] = own };

        var account = Object("v1", "ServiceAccount");
        var deployment = Object("apps/v1", "Deployment");
        deployment["spec"] = new JsonObject
        {
            ["selector"] = new JsonObject { ["matchLabels"] = selector.DeepClone() },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = podLabels, ["annotations"] = podAnnotations },
                ["spec"] = new JsonObject
                {
                    ["serviceAccountName"] = name,
                    ["containers"] = new JsonArray(ProxyParts.Proxy(plane, image, role, isNative: false)),
                    ["volumes"] = new JsonArray([.. ProxyParts.Volumes()]),
                },
            },
        };
        var service = Object("v1", "Service");
        service["spec"] = new JsonObject { ["type"] = annotations.Text("networking.istio.io/service-type") ?? type, ["selector"] = selector, ["ports"] = Ports(gateway) };
        return new GatewayObjects($"{name}.{space}.svc.{plane.Values.At("global.proxy.clusterDomain").AsText() ?? "cluster.local"}", [account, deployment, service]);

        JsonObject Object(string version, string objectKind) => new()
        {
            ["apiVersion"] = version,
            ["kind"] = objectKind,
            ["metadata"] = new JsonObject
            {
                ["name"] = name, ["namespace"] = space, ["labels"] = labels.DeepClone(), ["annotations"] = annotations.DeepClone(),
                ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = "Gateway", ["name"] = own, ["uid"] = metadata.Text("uid") }),
            },
        };
    }

    private static JsonArray Ports(JsonObject gateway)
    {
        var ports = new JsonArray(new JsonObject { ["name"] = "status-port", ["port"] = 15021, ["protocol"] = "TCP" });
        var seen = new HashSet<long> { 15021 };
        foreach (var listener in (gateway.At("spec.listeners") as JsonArray ?? []).OfType<JsonObject>())
            if (listener.Number("port") is { } port && seen.Add(port))
                ports.Add(new JsonObject { ["name"] = listener.Text("name") ?? $"port-{port}", ["port"] = port, ["protocol"] = listener.Text("protocol") == "UDP" ? "UDP" : "TCP" });
        return ports;
    }

    private static JsonObject Pairs(params ReadOnlySpan<IEnumerable<KeyValuePair<string, string>>> sources)
    {
        var all = new JsonObject();
        foreach (var source in sources)
            foreach (var (key, value) in source) all[key] = value;
        return all;
    }
}
