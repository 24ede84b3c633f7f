using System.Collections.Immutable;

namespace Meshlift.Core.Fleet;

/// <summary>Which part of what runs is shown. The counts of clusters and revisions stay those of the whole.</summary>
/// <param name="Namespaces">Only these; empty for all.</param>
/// <param name="Revision">Only what runs this revision, or would get it; null for all.</param>
/// <param name="OnlyTroubled">Only what is not as it would be made now.</param>
public sealed record StatusFilter(ImmutableArray<string> Namespaces, string? Revision, bool OnlyTroubled)
{
    /// <summary>The cluster with the rows that are wanted.</summary>
    public ClusterStatus Of(ClusterStatus cluster)
    {
        if (Namespaces.IsEmpty && Revision is null && !OnlyTroubled) return cluster;
        ImmutableArray<ProxyStatus> pods = [.. cluster.Pods.Where(IsWanted)];
        var workloads = pods.Select(pod => (pod.Namespace, pod.Workload)).ToHashSet();
        var namespaces = pods.Select(pod => pod.Namespace).ToHashSet(StringComparer.Ordinal);
        return cluster with
        {
            Pods = pods,
            Workloads = [.. cluster.Workloads.Where(workload => workloads.Contains((workload.Namespace, workload.Name)))],
            // A namespace that is asked for by name is shown even when nothing runs there.
            Namespaces = [.. cluster.Namespaces.Where(space => namespaces.Contains(space.Name) || (Revision is null && !OnlyTroubled && Namespaces.Contains(space.Name, StringComparer.Ordinal)))],
        };
    }

    private bool IsWanted(ProxyStatus pod) =>
        (Namespaces.IsEmpty || Namespaces.Contains(pod.Namespace, StringComparer.Ordinal))
        && (Revision is null || pod.Revision == Revision || pod.WouldBe == Revision)
        && (!OnlyTroubled || pod.State is not (ProxyState.Current or ProxyState.Outside or ProxyState.Overridden));
}
