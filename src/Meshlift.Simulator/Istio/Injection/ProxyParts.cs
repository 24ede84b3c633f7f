using System.Text.Json.Nodes;
using Meshlift.Core.Injection;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Istio.Injection;

/// <summary>The containers and volumes of a proxy: enough of them to be taken for the real ones by whoever reads pods, and to be accepted by the API.</summary>
internal static class ProxyParts
{
    private static readonly (string Name, string Path, string Volume)[] Places =
    [
        ("istiod-ca-cert", "/var/run/secrets/istio", """{"configMap":{"name":"istio-ca-root-cert"}}"""),
        ("istio-data", "/var/lib/istio/data", """{"emptyDir":{}}"""),
        ("istio-envoy", "/etc/istio/proxy", """{"emptyDir":{"medium":"Memory"}}"""),
        ("istio-token", "/var/run/secrets/tokens", """{"projected":{"sources":[{"serviceAccountToken":{"audience":"istio-ca","expirationSeconds":43200,"path":"istio-token"}}]}}"""),
        ("istio-podinfo", "/etc/istio/pod", """{"downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}}"""),
    ];

    private static readonly JsonObject[] Mounted =
    [
        .. Places.Select(place =>
        {
            var volume = JsonNode.Parse(place.Volume)!.AsObject();
            volume["name"] = place.Name;
            return volume;
        }),
    ];

    private static readonly JsonObject Probe = JsonNode.Parse("""{"httpGet":{"path":"/healthz/ready","port":15021},"periodSeconds":15,"failureThreshold":4,"timeoutSeconds":3}""")!.AsObject();
    private static readonly JsonObject LockedDown = JsonNode.Parse("""{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"privileged":false,"readOnlyRootFilesystem":true,"runAsGroup":1337,"runAsNonRoot":true,"runAsUser":1337}""")!.AsObject();
    private static readonly JsonObject NetworkAdministrator = JsonNode.Parse("""{"allowPrivilegeEscalation":false,"capabilities":{"add":["NET_ADMIN","NET_RAW"],"drop":["ALL"]},"privileged":false,"runAsGroup":0,"runAsNonRoot":false,"runAsUser":0}""")!.AsObject();

    /// <summary>The names of the volumes.</summary>
    public static IEnumerable<string> VolumeNames => Places.Select(place => place.Name);

    /// <summary>The proxy's container.</summary>
    /// <param name="plane">Who it listens to.</param>
    /// <param name="image">Its image.</param>
    /// <param name="role"><c>sidecar</c>, <c>router</c> or <c>waypoint</c>.</param>
    /// <param name="isNative">True for an init container that stays.</param>
    public static JsonObject Proxy(ControlPlane plane, string image, string role, bool isNative)
    {
        var domain = plane.Values.At("global.proxy.clusterDomain").AsText() ?? "cluster.local";
        var container = new JsonObject
        {
            ["name"] = InjectionLabels.ProxyContainer,
            ["image"] = image,
            ["args"] = new JsonArray("proxy", role, "--domain", $"$(POD_NAMESPACE).svc.{domain}"),
            ["env"] = new JsonArray(
                new JsonObject { ["name"] = "CA_ADDR", ["value"] = $"{plane.Service}.{plane.Namespace}.svc:15012" },
                Field("POD_NAME", "metadata.name"), Field("POD_NAMESPACE", "metadata.namespace"),
                new JsonObject { ["name"] = "ISTIO_META_CLUSTER_ID", ["value"] = plane.Values.At("global.multiCluster.clusterName").AsText() is { Length: > 0 } name ? name : "Kubernetes" }),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "http-envoy-prom", ["containerPort"] = 15090, ["protocol"] = "TCP" }),
            ["readinessProbe"] = Probe.DeepClone(),
            ["securityContext"] = LockedDown.DeepClone(),
            ["volumeMounts"] = new JsonArray([.. Places.Select(place => new JsonObject { ["name"] = place.Name, ["mountPath"] = place.Path })]),
        };
        if (plane.Values.At("global.proxy.resources") is JsonObject resources) container["resources"] = resources.DeepClone();
        if (isNative) container["restartPolicy"] = "Always";
        return container;
    }

    /// <summary>The container that redirects traffic, or looks whether a CNI plugin has done it.</summary>
    public static JsonObject Setup(ControlPlane plane, string image, string name)
    {
        var container = new JsonObject
        {
            ["name"] = name,
            ["image"] = image,
            ["args"] = new JsonArray("istio-iptables", "-p", "15001", "-z", "15006", "-u", "1337", "-m", "REDIRECT", "-i", "*", "-x", "", "-b", "*", "-d", "15090,15021,15020"),
            ["securityContext"] = (plane.HasCni ? LockedDown : NetworkAdministrator).DeepClone(),
        };
        if (!plane.HasCni) return container;
        container["args"]!.AsArray().Add("--run-validation");
        container["args"]!.AsArray().Add("--skip-rule-apply");
        return container;
    }

    /// <summary>What the proxy mounts.</summary>
    public static IEnumerable<JsonObject> Volumes() => Mounted.Select(volume => volume.DeepClone().AsObject());

    private static JsonObject Field(string name, string path) => new() { ["name"] = name, ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = path } } };
}
