using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Tables;

/// <summary>A column and how its cells are made.</summary>
/// <param name="Name">Its head.</param>
/// <param name="Type">string, integer, number or boolean.</param>
/// <param name="Priority">0 is always shown, 1 with <c>-o wide</c>.</param>
/// <param name="Cell">The cell of an object.</param>
/// <param name="Format"><c>name</c> for the column of names; else empty.</param>
internal sealed record TableColumn(string Name, string Type, int Priority, Func<JsonObject, JsonNode?> Cell, string Format = "");

/// <summary>The columns of <c>kubectl get</c>, by type.</summary>
internal sealed class TableColumns(TimeProvider time)
{
    private static readonly TableColumn Name = new("Name", "string", 0, item => item.At("metadata.name").Shown(), "name");

    /// <summary>The columns of a type.</summary>
    public IReadOnlyList<TableColumn> Of(ResourceType type) => type.IsBuiltIn
        ? [Name, .. BuiltIn(type.Key.ToString())]
        : [Name, .. type.Columns.Select(Custom)];

    private IEnumerable<TableColumn> BuiltIn(string type) => type switch
    {
        "pods" => [Text("Ready", PodCells.Ready), Text("Status", PodCells.Status), Text("Restarts", item => PodCells.Restarts(item).ToString(System.Globalization.CultureInfo.InvariantCulture)), Age(), Path("IP", "status.podIP", 1), Path("Node", "spec.nodeName", 1), Path("Nominated Node", "status.nominatedNodeName", 1), Text("Readiness Gates", _ => "<none>", 1)],
        "deployments.apps" => [Text("Ready", item => $"{Whole(item, "status.readyReplicas")}/{Whole(item, "spec.replicas")}"), Count("Up-to-date", "status.updatedReplicas"), Count("Available", "status.availableReplicas"), Age(), .. Containers("spec.template.spec"), Selector("spec.selector")],
        "replicasets.apps" or "replicationcontrollers" => [Count("Desired", "spec.replicas"), Count("Current", "status.replicas"), Count("Ready", "status.readyReplicas"), Age(), .. Containers("spec.template.spec"), Selector("spec.selector")],
        "statefulsets.apps" => [Text("Ready", item => $"{Whole(item, "status.readyReplicas")}/{Whole(item, "spec.replicas")}"), Age(), .. Containers("spec.template.spec")],
        "daemonsets.apps" => [Count("Desired", "status.desiredNumberScheduled"), Count("Current", "status.currentNumberScheduled"), Count("Ready", "status.numberReady"), Count("Up-to-date", "status.updatedNumberScheduled"), Count("Available", "status.numberAvailable"), Text("Node Selector", item => Cells.Pairs(item.At("spec.template.spec.nodeSelector"))), Age(), .. Containers("spec.template.spec"), Selector("spec.selector")],
        "jobs.batch" => [Text("Status", Cells.JobStatus), Text("Completions", item => $"{Whole(item, "status.succeeded")}/{Whole(item, "spec.completions")}"), Text("Duration", Duration), Age(), .. Containers("spec.template.spec"), Selector("spec.selector")],
        "cronjobs.batch" => [Path("Schedule", "spec.schedule"), Path("Timezone", "spec.timeZone"), Text("Suspend", item => item.At("spec.suspend") is JsonValue value && value.TryGetValue<bool>(out var flag) && flag ? "True" : "False"), new("Active", "integer", 0, item => (long)((item.At("status.active") as JsonArray)?.Count ?? 0)), Since("Last Schedule", "status.lastScheduleTime"), Age(), .. Containers("spec.jobTemplate.spec.template.spec")],
        "services" => [Path("Type", "spec.type"), Path("Cluster-IP", "spec.clusterIP"), Text("External-IP", Cells.ExternalAddress), Text("Port(s)", Cells.Ports), Age(), Selector("spec.selector")],
        "namespaces" => [Path("Status", "status.phase"), Age()],
        "nodes" => [Text("Status", Cells.NodeStatus), Text("Roles", Cells.NodeRoles), Age(), Path("Version", "status.nodeInfo.kubeletVersion")],
        "configmaps" => [new("Data", "integer", 0, item => Size(item, "data") + Size(item, "binaryData")), Age()],
        "secrets" => [Path("Type", "type"), new("Data", "integer", 0, item => Size(item, "data")), Age()],
        "serviceaccounts" => [new("Secrets", "integer", 0, item => (long)((item["secrets"] as JsonArray)?.Count ?? 0)), Age()],
        "events" => [Text("Last Seen", item => Ago(First(item, "series.lastObservedTime", "lastTimestamp", "eventTime", "metadata.creationTimestamp"))), Path("Type", "type"), Path("Reason", "reason"), Text("Object", item => $"{item.At("involvedObject.kind").Shown().ToLowerInvariant()}/{item.At("involvedObject.name").Shown()}"), Path("Message", "message")],
        "events.events.k8s.io" => [Text("Last Seen", item => Ago(First(item, "series.lastObservedTime", "eventTime", "metadata.creationTimestamp"))), Path("Type", "type"), Path("Reason", "reason"), Text("Object", item => $"{item.At("regarding.kind").Shown().ToLowerInvariant()}/{item.At("regarding.name").Shown()}"), Path("Message", "note")],
        "endpoints" => [Text("Endpoints", Cells.Endpoints), Age()],
        "endpointslices.discovery.k8s.io" => [Path("AddressType", "addressType"), Text("Ports", item => Cells.Join(item["ports"], "port")), Text("Endpoints", item => Cells.Few((item["endpoints"] as JsonArray ?? []).SelectMany(endpoint => (endpoint.At("addresses") as JsonArray ?? []).Select(address => address.Shown())))), Age()],
        "persistentvolumeclaims" => [Path("Status", "status.phase"), Path("Volume", "spec.volumeName"), Path("Capacity", "status.capacity.storage"), Text("Access Modes", item => string.Join(',', (item.At("spec.accessModes") as JsonArray ?? []).Select(mode => mode.Shown()))), Path("StorageClass", "spec.storageClassName"), Age()],
        "poddisruptionbudgets.policy" => [Text("Min Available", item => Or(item, "spec.minAvailable", "N/A")), Text("Max Unavailable", item => Or(item, "spec.maxUnavailable", "N/A")), Count("Allowed Disruptions", "status.disruptionsAllowed"), Age()],
        "horizontalpodautoscalers.autoscaling" => [Text("Reference", item => $"{item.At("spec.scaleTargetRef.kind").Shown()}/{item.At("spec.scaleTargetRef.name").Shown()}"), Text("Targets", Cells.Targets), Text("MinPods", item => Or(item, "spec.minReplicas", "<unset>")), Count("MaxPods", "spec.maxReplicas"), Count("Replicas", "status.currentReplicas"), Age()],
        "mutatingwebhookconfigurations.admissionregistration.k8s.io" or "validatingwebhookconfigurations.admissionregistration.k8s.io" => [new("Webhooks", "integer", 0, item => (long)((item["webhooks"] as JsonArray)?.Count ?? 0)), Age()],
        "customresourcedefinitions.apiextensions.k8s.io" => [Text("Created At", item => item.At("metadata.creationTimestamp").Shown())],
        "clusterroles.rbac.authorization.k8s.io" or "roles.rbac.authorization.k8s.io" => [Text("Created At", item => item.At("metadata.creationTimestamp").Shown())],
        "clusterrolebindings.rbac.authorization.k8s.io" or "rolebindings.rbac.authorization.k8s.io" => [Text("Role", item => $"{item.At("roleRef.kind").Shown()}/{item.At("roleRef.name").Shown()}"), Age()],
        "leases.coordination.k8s.io" => [Path("Holder", "spec.holderIdentity"), Age()],
        "controllerrevisions.apps" => [Text("Controller", item => item.At("metadata.ownerReferences[0]") is { } owner ? $"{owner.At("kind").Shown().ToLowerInvariant()}.apps/{owner.At("name").Shown()}" : "<none>"), Count("Revision", "revision"), Age()],
        "ingresses.networking.k8s.io" => [Text("Class", item => Or(item, "spec.ingressClassName", "<none>")), Text("Hosts", item => Cells.Join(item.At("spec.rules"), "host")), Text("Address", item => Cells.Join(item.At("status.loadBalancer.ingress"), "ip")), Text("Ports", item => item.At("spec.tls") is JsonArray { Count: > 0 } ? "80, 443" : "80"), Age()],
        "networkpolicies.networking.k8s.io" => [Text("Pod-Selector", item => Cells.Selector(item.At("spec.podSelector"))), Age()],
        "storageclasses.storage.k8s.io" => [Path("Provisioner", "provisioner"), Path("ReclaimPolicy", "reclaimPolicy"), Path("VolumeBindingMode", "volumeBindingMode"), Text("AllowVolumeExpansion", item => Or(item, "allowVolumeExpansion", "false")), Age()],
        "priorityclasses.scheduling.k8s.io" => [Count("Value", "value"), Text("Global-Default", item => Or(item, "globalDefault", "false")), Age()],
        _ => [Age()],
    };

    private TableColumn Custom(PrinterColumn column) => new(
        column.Name, column.Type == "date" ? "string" : column.Type, column.Priority,
        item => column.Type == "date" ? Ago(item.At(column.Path).Shown()) : Cells.Value(item.At(column.Path), column.Type), column.Format);

    private static IEnumerable<TableColumn> Containers(string path) =>
        [Text("Containers", item => Cells.Join(item.At(path + ".containers"), "name"), 1), Text("Images", item => Cells.Join(item.At(path + ".containers"), "image"), 1)];

    private static TableColumn Selector(string path) => Text("Selector", item => Cells.Selector(item.At(path)), 1);

    private TableColumn Age() => Since("Age", "metadata.creationTimestamp");

    private TableColumn Since(string name, string path) => Text(name, item => item.At(path).Shown() is { Length: > 0 } text ? Ago(text) : path.StartsWith("metadata", StringComparison.Ordinal) ? "<unknown>" : "<none>");

    private string Duration(JsonObject job) => Timestamp.Parse(job.At("status.startTime").Shown()) is { } start
        ? Ages.Text((Timestamp.Parse(job.At("status.completionTime").Shown()) ?? time.GetUtcNow()) - start) : "";

    private string Ago(string text) => Timestamp.Parse(text) is { } then ? Ages.Text(time.GetUtcNow() - then) : "<unknown>";

    private static string First(JsonObject item, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
            if (item.At(path).Shown() is { Length: > 0 } found) return found;
        return "";
    }

    private static TableColumn Text(string name, Func<JsonObject, string> cell, int priority = 0) => new(name, "string", priority, item => cell(item));

    private static TableColumn Path(string name, string path, int priority = 0) => Text(name, item => Or(item, path, path.Contains("clusterIP", StringComparison.Ordinal) || priority > 0 ? "<none>" : ""), priority);

    private static TableColumn Count(string name, string path) => new(name, "integer", 0, item => Whole(item, path));

    private static long Whole(JsonObject item, string path) => item.At(path).AsWhole() ?? 0;

    private static long Size(JsonObject item, string field) => (item[field] as JsonObject)?.Count ?? 0;

    private static string Or(JsonObject item, string path, string other) => item.At(path).Shown() is { Length: > 0 } text ? text : other;
}
