using System.Collections.Immutable;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Core;
using Meshlift.Core.Fleet;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Restarting;
using Meshlift.Engine.Observing;
using Meshlift.Yaml;

namespace Meshlift.Engine.Restarting;

/// <summary>Reads what a restart needs to know of a cluster.</summary>
/// <param name="client">Speaks to the cluster.</param>
public sealed class RestartSurvey(ClusterClient client)
{
    internal static readonly ImmutableArray<ApiResource> Kinds = [ApiResources.Deployments, ApiResources.StatefulSets, ApiResources.DaemonSets];

    private static readonly ApiResource Canaries = new("flagger.app", "v1beta1", "canaries", "Canary");

    /// <summary>Reads it.</summary>
    /// <param name="name">What the cluster is called.</param>
    /// <param name="respectsBudgets">True when disruption budgets count.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">Something cannot be read. All of it is needed: what is not known is not restarted.</exception>
    public async Task<(ClusterStatus Status, RestartScene Scene)> ReadAsync(string name, bool respectsBudgets, CancellationToken cancel)
    {
        // The workloads before their pods: a rollout that they show is one whose pods are in the later list.
        var workloads = ImmutableDictionary.CreateBuilder<WorkloadKey, WorkloadItem>();
        foreach (var (kind, list) in Kinds.Select(kind => (kind, client.ListAsync(kind, new ListQuery(), Reader(), cancel))).ToList())
            foreach (var item in (await list).Items)
                workloads[KeyOf(kind, item)] = item;
        var namespaces = client.ListAsync(ApiResources.Namespaces, new ListQuery { MetadataOnly = true }, ObjectMetadata.Reader(), cancel);
        var budgets = respectsBudgets ? client.ListAsync(ApiResources.PodDisruptionBudgets, new ListQuery(), BudgetItem.Reader(), cancel) : null;
        var canaries = CanariesAsync(cancel);
        var status = await new ClusterObserver(client).ObserveAsync(name, cancel);
        return (status, new RestartScene(
            workloads.ToImmutable(), (await namespaces).Items.ToImmutableDictionary(space => space.Name, space => space.Labels, StringComparer.Ordinal),
            budgets is null ? [] : [.. (await budgets).Items], await canaries));
    }

    internal static ItemReader<WorkloadItem> Reader() => WorkloadItem.Reader(RestartMark.Annotations);

    internal static WorkloadKey KeyOf(ApiResource kind, WorkloadItem item) => new(item.Metadata.Namespace, new WorkloadName(kind.Kind, item.Metadata.Name));

    /// <summary>What Flagger is in charge of: the target, and the primary that it makes of it.</summary>
    private async Task<ImmutableDictionary<WorkloadKey, string>> CanariesAsync(CancellationToken cancel)
    {
        var found = ImmutableDictionary.CreateBuilder<WorkloadKey, string>();
        try
        {
            foreach (var canary in (await client.ListAsync(Canaries, new ListQuery(), JsonNodes.Whole, cancel)).Items)
            {
                var (metadata, target) = (canary["metadata"] as YamlMapping, (canary["spec"] as YamlMapping)?["targetRef"] as YamlMapping);
                var (space, name) = (Text(metadata, "namespace"), Text(target, "name"));
                foreach (var workload in (string[])[name, $"{name}-primary"]) found[new WorkloadKey(space, new WorkloadName(Text(target, "kind"), workload))] = Text(metadata, "name");
            }
        }
        catch (UserException e) when (e.InnerException is Rejection { Status.Code: 404 })
        {
            // A cluster without Flagger.
        }
        return found.ToImmutable();
    }

    private static string Text(YamlMapping? mapping, string key) => (mapping?[key] as YamlScalar)?.AsString ?? "";
}
