using System.Collections.Immutable;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Core;
using Meshlift.Core.Fleet;
using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Engine.Observing;

namespace Meshlift.Engine.Explaining;

/// <summary>Answers who injects what in a running cluster.</summary>
/// <param name="client">Speaks to the cluster.</param>
public sealed class ClusterExplanation(ClusterClient client)
{
    private const string Everything = "namespace";

    // kubectl's own words for them.
    private static readonly Dictionary<string, ApiResource> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["po"] = ApiResources.Pods, ["pod"] = ApiResources.Pods, ["pods"] = ApiResources.Pods,
        ["deploy"] = ApiResources.Deployments, ["deployment"] = ApiResources.Deployments, ["deployments"] = ApiResources.Deployments,
        ["sts"] = ApiResources.StatefulSets, ["statefulset"] = ApiResources.StatefulSets, ["statefulsets"] = ApiResources.StatefulSets,
        ["ds"] = ApiResources.DaemonSets, ["daemonset"] = ApiResources.DaemonSets, ["daemonsets"] = ApiResources.DaemonSets,
        ["rs"] = ApiResources.ReplicaSets, ["replicaset"] = ApiResources.ReplicaSets, ["replicasets"] = ApiResources.ReplicaSets,
        ["job"] = ApiResources.Jobs, ["jobs"] = ApiResources.Jobs,
        ["cj"] = ApiResources.CronJobs, ["cronjob"] = ApiResources.CronJobs, ["cronjobs"] = ApiResources.CronJobs,
        ["gtw"] = ApiResources.Gateways, ["gateway"] = ApiResources.Gateways, ["gateways"] = ApiResources.Gateways,
        ["ns"] = ApiResources.Namespaces, [Everything] = ApiResources.Namespaces, ["namespaces"] = ApiResources.Namespaces,
    };

    /// <summary>Answers.</summary>
    /// <param name="subject">What is asked about, as kubectl takes it: <c>web-5d9c-x2</c> (a pod), <c>deployment/web</c>, <c>namespace/shop</c>.</param>
    /// <param name="space">Its namespace; null for that of the context, else <c>default</c>.</param>
    /// <param name="labels">Labels that the namespace is to be given, as a proposal; a null value takes one away.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">There is no such thing, or the cluster does not answer.</exception>
    public async Task<ExplainResult> RunAsync(string subject, string? space, IReadOnlyCollection<KeyValuePair<string, string?>> labels, CancellationToken cancel)
    {
        var (kind, name) = subject.Split('/') switch
        {
            [var pod] => (ApiResources.Pods, pod),
            [var word, var one] when Kinds.TryGetValue(word, out var known) => (known, one),
            _ => throw new UserException(ErrorKind.Input, $"'{subject}' is no pod, workload or namespace", "write a pod's name, or KIND/NAME, for example deployment/web or namespace/shop"),
        };
        var here = kind == ApiResources.Namespaces ? name : space ?? (client.Access.Namespace is { Length: > 0 } own ? own : "default");
        var scene = await new ClusterObserver(client).SceneAsync(cancel);
        if (!scene.Namespaces.ContainsKey(here)) throw new UserException(ErrorKind.Input, $"{client.Access.Name} has no namespace {here}", "name another one with --namespace");
        var subjects = kind == ApiResources.Namespaces ? await AllAsync(here, cancel) : [await OneAsync(kind, here, name, cancel)];
        var now = new InjectionScene(scene.Injection, scene.Namespaces, subjects);
        var unread = scene.Unseen.Select(unseen => new UserException(ErrorKind.Environment, unseen, "see to it that it can be read")).ToImmutableArray();
        return labels.Count == 0
            ? new ExplainResult(InjectionForecast.Of(now), IsForecast: false, unread)
            : new ExplainResult(InjectionForecast.Of(now, now with { Namespaces = scene.Namespaces.SetItem(here, labels.Aggregate(scene.Namespaces[here], (set, change) => set.With(change.Key, change.Value))) }), IsForecast: true, unread);
    }

    private async Task<InjectionSubject> OneAsync(ApiResource kind, string space, string name, CancellationToken cancel)
    {
        InjectionSubject? found;
        if (kind == ApiResources.Pods) found = await client.FindAsync(kind, space, name, PodItem.Reader(PodReading.Annotations), cancel) is { } pod ? Of(pod) : null;
        else if (kind == ApiResources.Gateways) found = await client.FindAsync(kind, space, name, GatewayItem.Reader(), cancel) is { } gateway ? Of(gateway) : null;
        else found = await client.FindAsync(kind, space, name, WorkloadItem.Reader(PodReading.Annotations), cancel) is { } workload ? Of(kind, workload) : null;
        return found ?? throw new UserException(ErrorKind.Input, $"{client.Access.Name} has no {kind.Kind} {space}/{name}", "look with 'kubectl get', or name another namespace with --namespace");
    }

    private async Task<ImmutableArray<InjectionSubject>> AllAsync(string space, CancellationToken cancel)
    {
        var subjects = new List<InjectionSubject>();
        foreach (var kind in new[] { ApiResources.Deployments, ApiResources.StatefulSets, ApiResources.DaemonSets, ApiResources.CronJobs, ApiResources.Jobs, ApiResources.ReplicaSets })
            // What another workload makes is told with it.
            subjects.AddRange((await client.ListAsync(kind, new ListQuery(space), WorkloadItem.Reader(PodReading.Annotations), cancel)).Items.Where(workload => workload.Metadata.Controller is null).Select(workload => Of(kind, workload)));
        subjects.AddRange((await client.ListAsync(ApiResources.Pods, new ListQuery(space), PodItem.Reader(PodReading.Annotations), cancel)).Items.Where(pod => pod.Metadata.Controller is null && pod.IsRunning).Select(Of));
        try
        {
            subjects.AddRange((await client.ListAsync(ApiResources.Gateways, new ListQuery(space), GatewayItem.Reader(), cancel)).Items.Select(Of).OfType<InjectionSubject>());
        }
        catch (UserException e) when (e.InnerException is Rejection { Status.Code: 404 })
        {
            // A cluster without the Gateway API has no Gateways.
        }
        // What istiod deploys for a Gateway is told with the Gateway.
        return [.. subjects.Where(subject => subject.IsGateway || subject.Pod.Labels[InjectionLabels.Managed] is null).OrderBy(subject => subject.Identity)];
    }

    private InjectionSubject Of(PodItem pod) => new(new ResourceIdentity("", "Pod", pod.Metadata.Namespace, pod.Metadata.Name), client.Access.Name, PodReading.RequestOf(pod), IsGateway: false, 1);

    private InjectionSubject Of(ApiResource kind, WorkloadItem workload)
    {
        var template = workload.Template;
        var own = template.Containers.FirstOrDefault(container => container.Name == InjectionLabels.ProxyContainer).Image;
        return new InjectionSubject(
            new ResourceIdentity(kind.Group, kind.Kind, workload.Metadata.Namespace, workload.Metadata.Name), client.Access.Name,
            new PodRequest(workload.Metadata.Namespace, template.Labels, template.Annotations, template.HostNetwork, own), IsGateway: false, workload.Wanted);
    }

    private InjectionSubject? Of(GatewayItem gateway) => InjectionSubject.IsDeployed(gateway.Class)
        ? new InjectionSubject(
            new ResourceIdentity("gateway.networking.k8s.io", "Gateway", gateway.Metadata.Namespace, gateway.Metadata.Name), client.Access.Name,
            new PodRequest(gateway.Metadata.Namespace, gateway.Metadata.Labels, Labels.None, IsHostNetwork: false, ProxyImage: null), IsGateway: true, null)
        : null;
}
