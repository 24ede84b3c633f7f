using System.Text.Json.Nodes;
using Meshlift.Core.Injection;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Patches;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Istio.Injection;

/// <summary>One pod that gets its proxy, in the shape that istiod gives it (istio pkg/kube/inject; the templates of the injector's ConfigMap).</summary>
/// <remarks>The templates are programs in Go's template language, which nobody here runs: containers, names, labels, annotations and volumes are those of the official ones.</remarks>
/// <param name="plane">Who injects.</param>
/// <param name="pod">The pod as it was asked for.</param>
/// <param name="image">The image of the proxy.</param>
/// <param name="schema">The schema of pods.</param>
internal sealed class PodInjection(ControlPlane plane, PodRequest pod, string image, FieldSchema schema)
{
    private const string Native = "sidecar.istio.io/nativeSidecar";

    /// <summary>Changes the pod in place.</summary>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="spec">Its spec.</param>
    /// <param name="original">What its author brought along.</param>
    /// <param name="isNativeByDefault">Asked when the pod itself does not say.</param>
    public void Change(JsonObject metadata, JsonObject spec, OriginalPod original, Func<bool> isNativeByDefault)
    {
        var templates = plane.Injector.TemplatesFor(pod);
        var isGateway = templates.Contains("gateway", StringComparer.Ordinal);
        var isSidecar = templates.Contains("sidecar", StringComparer.Ordinal);
        var isGrpc = !isGateway && !isSidecar && templates.Any(template => template.StartsWith("grpc-", StringComparison.Ordinal));
        if (!isGateway && !isSidecar && !isGrpc) return;
        var application = (spec["containers"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault()?.Text("name");
        var isNative = isSidecar && (pod.Annotations[Native] is { } said ? said == "true" : isNativeByDefault());
        string? setup = !isSidecar || pod.Annotations["sidecar.istio.io/interceptionMode"] == "NONE" ? null : plane.HasCni ? "istio-validation" : "istio-init";

        OriginalPod.Remove(spec, "containers", original.Own.Select(own => own.Container.Text("name")!));
        OriginalPod.Remove(spec, "initContainers", original.Own.Select(own => own.Container.Text("name")!));
        var proxy = Overlaid(original, InjectionLabels.ProxyContainer, ProxyParts.Proxy(plane, image, isGateway ? "router" : "sidecar", isNative));
        var starting = setup is null ? null : Overlaid(original, setup, ProxyParts.Setup(plane, image, setup));
        if (isNative) Insert(spec, "initContainers", 0, proxy);
        else Insert(spec, "containers", null, proxy);
        // What looks whether the rules work goes first; what sets them goes last, so that the others still reach the network, but before a proxy that is an init container itself.
        if (starting is not null) Insert(spec, "initContainers", setup == "istio-validation" || isNative ? 0 : null, starting);
        foreach (var volume in ProxyParts.Volumes())
        {
            OriginalPod.Remove(spec, "volumes", [volume.Text("name")!]);
            Insert(spec, "volumes", null, volume);
        }
        foreach (var secret in plane.Values.At("global.imagePullSecrets") as JsonArray ?? [])
            if (secret.AsText() is { } name && !spec.Items("imagePullSecrets").OfType<JsonObject>().Any(present => present.Text("name") == name))
                Insert(spec, "imagePullSecrets", null, new JsonObject { ["name"] = name });

        Label(metadata, isSidecar);
        var annotations = metadata.Ensure("annotations");
        annotations[InjectionLabels.Revision] = plane.Revision;
        if (original.Written() is { } overrides) annotations[OriginalPod.Overrides] = overrides;
        annotations[InjectionLabels.Status] = Status(setup, isNative);
        if (isSidecar)
        {
            if (application is not null)
                foreach (var key in (string[])["kubectl.kubernetes.io/default-container", "kubectl.kubernetes.io/default-logs-container"]) annotations[key] ??= application;
            annotations["prometheus.io/scrape"] ??= "true";
            annotations["prometheus.io/port"] = "15020";
            annotations["prometheus.io/path"] = "/stats/prometheus";
        }
    }

    private static void Label(JsonObject metadata, bool isSidecar)
    {
        var labels = metadata.Ensure("labels");
        if (isSidecar) labels["security.istio.io/tlsMode"] ??= "istio";
        labels["service.istio.io/canonical-name"] ??= labels.Text("app.kubernetes.io/name") ?? labels.Text("app") ?? Workload(metadata);
        labels["service.istio.io/canonical-revision"] ??= labels.Text("app.kubernetes.io/version") ?? labels.Text("version") ?? "latest";
    }

    /// <summary>The name of what makes the pod (istio pkg/kube, GetDeployMetaFromPod).</summary>
    private static string Workload(JsonObject metadata)
    {
        var owner = metadata.Items("ownerReferences").OfType<JsonObject>().FirstOrDefault(reference => reference.Flag("controller"));
        if (owner?.Text("name") is not { } name) return metadata.Text("name") ?? "";
        return owner.Text("kind") == "ReplicaSet" && (metadata["labels"] as JsonObject)?.Text("pod-template-hash") is { Length: > 0 } hash && name.EndsWith("-" + hash, StringComparison.Ordinal) ? name[..^(hash.Length + 1)] : name;
    }

    private JsonObject Overlaid(OriginalPod original, string name, JsonObject container)
    {
        if (original.Own.FirstOrDefault(own => own.Container.Text("name") == name).Container is not { } own) return container;
        var overlaid = StrategicMergePatch.Apply(container, own, schema.Fields["spec"].Fields["containers"].Element!);
        overlaid["image"] = image;
        return overlaid;
    }

    private static void Insert(JsonObject spec, string list, int? at, JsonObject item)
    {
        if (spec[list] is not JsonArray items) spec[list] = items = [];
        items.Insert(at ?? items.Count, item);
    }

    private string Status(string? setup, bool isNative)
    {
        string?[] initial = [setup, isNative ? InjectionLabels.ProxyContainer : null];
        return new JsonObject
        {
            ["initContainers"] = Names(initial.OfType<string>()),
            ["containers"] = Names(isNative ? [] : [InjectionLabels.ProxyContainer]),
            ["volumes"] = Names(ProxyParts.VolumeNames),
            ["imagePullSecrets"] = Names((plane.Values.At("global.imagePullSecrets") as JsonArray ?? []).Select(secret => secret.AsText()).OfType<string>()),
            ["revision"] = plane.Revision,
        }.ToJsonString();

        // A Go slice without items is null.
        static JsonArray? Names(IEnumerable<string> names) => names.Select(name => (JsonNode?)JsonValue.Create(name)).ToArray() is { Length: > 0 } items ? new JsonArray(items) : null;
    }
}
