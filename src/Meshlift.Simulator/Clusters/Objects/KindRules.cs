using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Objects;

/// <summary>What an API server does for single kinds, beyond their schemas: defaults that depend on other fields, the first status, fields that cannot change.</summary>
internal static class KindRules
{
    private const string ServiceRange = "10.96.0.0";

    /// <summary>The Service of the API server itself.</summary>
    public static JsonObject KubernetesService() => (JsonObject)JsonRead.Parse("""
        {"metadata":{"name":"kubernetes","labels":{"component":"apiserver","provider":"kubernetes"}},
         "spec":{"clusterIP":"10.96.0.1","ports":[{"name":"https","port":443,"targetPort":6443}]}}
        """u8)!;

    /// <summary>What is written before admission.</summary>
    public static void Prepare(SimulatedCluster cluster, ResourceType type, JsonObject? before, JsonObject after)
    {
        switch (type.Key)
        {
            case { Group: "", Plural: "namespaces" }:
                var metadata = (JsonObject)after["metadata"]!;
                metadata.Ensure("labels")["kubernetes.io/metadata.name"] = metadata.Text("name");
                if (before is null) (after.Ensure("spec")["finalizers"], after["status"]) = (new JsonArray("kubernetes"), new JsonObject { ["phase"] = "Active" });
                else if (before["spec"] is { } spec) after["spec"] = spec.DeepClone();
                break;
            case { Group: "", Plural: "pods" } when before is null:
                after["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodRules.QosClass(after.Ensure("spec")) };
                PodRules.Prepare(after.Ensure("spec"));
                break;
            case { Group: "", Plural: "services" }:
                Service(cluster, before, after);
                break;
            case { Group: "", Plural: "persistentvolumeclaims" } when before is null:
                after["status"] = new JsonObject { ["phase"] = "Pending" };
                break;
            case { Group: "", Plural: "secrets" } when after["stringData"] is JsonObject texts:
                foreach (var (key, value) in texts) after.Ensure("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Shown()));
                after.Remove("stringData");
                break;
            case { Group: "apiextensions.k8s.io" } when after["spec"] is JsonObject spec && spec["names"] is JsonObject names:
                names["singular"] ??= names.Text("kind")?.ToLowerInvariant();
                names["listKind"] ??= names.Text("kind") + "List";
                if (before is null) DefinedTypes.Hold((JsonObject)after["metadata"]!);
                break;
        }
        if (before is null && type is { IsBuiltIn: true, HasStatus: true } && after["status"] is null && after["spec"] is not null) after["status"] = new JsonObject();
    }

    /// <summary>Defaults that depend on other fields, after admission.</summary>
    public static void Complete(ResourceType type, JsonObject? before, JsonObject after)
    {
        if (after["spec"] is not JsonObject spec) return;
        switch (type.Key.ToString())
        {
            case "pods":
                PodRules.Complete(spec);
                break;
            case "deployments.apps" when spec["strategy"] is JsonObject strategy && strategy.Text("type") == "RollingUpdate":
                Fill(strategy.Ensure("rollingUpdate"), ("maxUnavailable", "25%"), ("maxSurge", "25%"));
                break;
            case "daemonsets.apps" when spec["updateStrategy"] is JsonObject strategy && strategy.Text("type") == "RollingUpdate":
                Fill(strategy.Ensure("rollingUpdate"), ("maxUnavailable", 1L), ("maxSurge", 0L));
                break;
            case "statefulsets.apps" when spec["updateStrategy"] is JsonObject strategy && strategy.Text("type") == "RollingUpdate":
                Fill(strategy.Ensure("rollingUpdate"), ("partition", 0L));
                break;
            case "jobs.batch" when before is null:
                Job(after, spec);
                break;
        }
        if (spec["template"] is JsonObject template && template["spec"] is JsonObject pod) PodRules.CompleteTemplate(pod);
        if (spec["jobTemplate"]?["spec"]?["template"]?["spec"] is JsonObject scheduled) PodRules.CompleteTemplate(scheduled);
    }

    /// <summary>What the schema does not say.</summary>
    public static void Validate(ResourceType type, JsonObject? before, JsonObject after, string subresource, List<ApiCause> causes)
    {
        var spec = after["spec"] as JsonObject;
        switch (type.Key.ToString())
        {
            case "pods" when before is not null && subresource.Length == 0:
                PodRules.CheckUpdate((JsonObject?)before["spec"] ?? [], spec ?? [], causes);
                break;
            case "deployments.apps" or "replicasets.apps" or "daemonsets.apps" or "statefulsets.apps":
                CheckTemplate(before, spec, causes);
                break;
            case "configmaps" or "secrets" when before is not null && before.Flag("immutable"):
                foreach (var field in (string[])["data", "binaryData"])
                    if (!JsonNode.DeepEquals(before[field], after[field])) causes.Add(new("FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set", field));
                break;
            case "rolebindings.rbac.authorization.k8s.io" or "clusterrolebindings.rbac.authorization.k8s.io" when before is not null && !JsonNode.DeepEquals(before["roleRef"], after["roleRef"]):
                causes.Add(new("FieldValueInvalid", $"Invalid value: {after["roleRef"]?.ToJsonString()}: cannot change roleRef", "roleRef"));
                break;
            case "customresourcedefinitions.apiextensions.k8s.io":
                DefinedTypes.Check(after, causes);
                break;
            case "services":
                CheckAddress(before, spec, causes);
                break;
        }
        if (spec?.Number("replicas") is < 0) causes.Add(new("FieldValueInvalid", $"Invalid value: {spec["replicas"]}: must be greater than or equal to 0", "spec.replicas"));
    }

    private static void CheckAddress(JsonObject? before, JsonObject? spec, List<ApiCause> causes)
    {
        var (old, now) = (before.At("spec.clusterIP").Shown(), spec.At("clusterIP").Shown());
        if (old.Length == 0 || old == now || spec.At("type").Shown() == "ExternalName") return;
        causes.Add(new("FieldValueInvalid", $"Invalid value: [\"{now}\"]: may not change once set", "spec.clusterIPs[0]"));
    }

    private static void CheckTemplate(JsonObject? before, JsonObject? spec, List<ApiCause> causes)
    {
        if (spec?["selector"] is not JsonObject selector)
        {
            causes.Add(new("FieldValueRequired", "Required value", "spec.selector"));
            return;
        }
        if (Selectors.LabelSelector.Of(selector) is { } wanted)
        {
            var metadata = spec.At("template.metadata") as JsonObject ?? [];
            var labels = metadata.Pairs("labels").ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal);
            if (!wanted.Matches(key => labels.GetValueOrDefault(key)))
                causes.Add(new("FieldValueInvalid", $"Invalid value: {GoMap(labels)}: `selector` does not match template `labels`", "spec.template.metadata.labels"));
        }
        if (before?["spec"]?["selector"] is { } old && !JsonNode.DeepEquals(old, selector))
            causes.Add(new("FieldValueInvalid", $"Invalid value: {selector.ToJsonString()}: field is immutable", "spec.selector"));
    }

    private static string GoMap(Dictionary<string, string> labels) =>
        $"map[string]string{{{string.Join(", ", labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"\"{label.Key}\":\"{label.Value}\""))}}}";

    private static void Service(SimulatedCluster cluster, JsonObject? before, JsonObject after)
    {
        var spec = after.Ensure("spec");
        foreach (var port in spec.Items("ports").OfType<JsonObject>()) port["targetPort"] ??= port["port"]?.DeepClone();
        if (spec.Text("type") == "ExternalName")
        {
            spec["sessionAffinity"] ??= "None";
            return;
        }
        if (before?["spec"]?["clusterIP"] is { } given) spec["clusterIP"] ??= given.DeepClone();
        // Offsets below 10 are for the API server and DNS; two of 65,000 addresses rarely meet, and nothing in here is routed.
        spec["clusterIP"] ??= Identifiers.Address(ServiceRange, (uint)(10 + cluster.Identifiers.Number(65_000)));
        spec["clusterIPs"] ??= new JsonArray(spec["clusterIP"]!.DeepClone());
        Fill(spec, ("internalTrafficPolicy", "Cluster"), ("ipFamilyPolicy", "SingleStack"), ("sessionAffinity", "None"), ("type", "ClusterIP"));
        spec["ipFamilies"] ??= new JsonArray("IPv4");
        if (spec.Text("type") is "NodePort" or "LoadBalancer")
        {
            Fill(spec, ("externalTrafficPolicy", "Cluster"));
            foreach (var port in spec.Items("ports").OfType<JsonObject>()) port["nodePort"] ??= Allocated(before, port) ?? 30_000 + cluster.Identifiers.Number(2767);
        }
        if (spec.Text("type") == "LoadBalancer") spec["allocateLoadBalancerNodePorts"] ??= true;
        if (before is null) after["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
    }

    private static long? Allocated(JsonObject? before, JsonObject port) => before?["spec"] is JsonObject spec
        ? spec.Items("ports").OfType<JsonObject>().FirstOrDefault(old => old.Number("port") == port.Number("port"))?.Number("nodePort")
        : null;

    private static void Job(JsonObject job, JsonObject spec)
    {
        spec["parallelism"] ??= 1L;
        if (spec.Number("parallelism") is not null) spec["completions"] ??= 1L;
        if (spec.Flag("manualSelector")) return;
        var metadata = (JsonObject)job["metadata"]!;
        var labels = new JsonObject { ["batch.kubernetes.io/controller-uid"] = metadata.Text("uid"), ["batch.kubernetes.io/job-name"] = metadata.Text("name"), ["controller-uid"] = metadata.Text("uid"), ["job-name"] = metadata.Text("name") };
        var template = spec.Ensure("template").Ensure("metadata").Ensure("labels");
        foreach (var (key, value) in labels) template[key] = value?.DeepClone();
        spec["selector"] ??= new JsonObject { ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = metadata.Text("uid") } };
    }

    private static void Fill(JsonObject json, params ReadOnlySpan<(string Field, JsonNode Value)> defaults)
    {
        foreach (var (field, value) in defaults) json[field] ??= value;
    }
}
