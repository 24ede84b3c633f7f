using System.Collections.Immutable;
using Meshlift.Core.Injection;
using Meshlift.Core.Knowledge;
using Meshlift.Core.Selecting;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Fleet;

/// <summary>Proxies, counted.</summary>
/// <param name="Pods">All pods.</param>
/// <param name="Proxies">Those with a proxy.</param>
/// <param name="Stale">Those whose proxy is another one than they would get now.</param>
/// <param name="Moved">Those whose image comes from another registry now.</param>
/// <param name="Missing">Those that would get a proxy and have none.</param>
/// <param name="Unexpected">Those that would lose theirs.</param>
/// <param name="Troubled">Those that several revisions would inject, and those that could not be created again.</param>
/// <param name="Ambient">Those whose traffic ztunnel takes.</param>
/// <param name="Unknown">Those that nobody can judge.</param>
public readonly record struct ProxyCounts(int Pods, int Proxies, int Stale, int Moved, int Missing, int Unexpected, int Troubled, int Ambient, int Unknown)
{
    /// <summary>The sum of both.</summary>
    public static ProxyCounts operator +(ProxyCounts a, ProxyCounts b) => new(
        a.Pods + b.Pods, a.Proxies + b.Proxies, a.Stale + b.Stale, a.Moved + b.Moved, a.Missing + b.Missing, a.Unexpected + b.Unexpected, a.Troubled + b.Troubled, a.Ambient + b.Ambient, a.Unknown + b.Unknown);

    /// <summary>One pod.</summary>
    public static ProxyCounts Of(ProxyStatus pod) => new(
        1, pod.HasProxy ? 1 : 0, pod.State == ProxyState.Stale ? 1 : 0, pod.State == ProxyState.Moved ? 1 : 0, pod.State == ProxyState.Missing ? 1 : 0, pod.State == ProxyState.Unexpected ? 1 : 0,
        pod.State is ProxyState.Contested or ProxyState.Blocked ? 1 : 0, pod.IsAmbient ? 1 : 0, pod.State == ProxyState.Unknown ? 1 : 0);
}

/// <summary>A revision in a cluster: of a control plane, or of proxies whose control plane is gone.</summary>
/// <param name="Revision">Its name.</param>
/// <param name="Plane">Its control plane; null when none runs.</param>
/// <param name="Tags">The tags that point at it.</param>
/// <param name="Counts">The pods whose proxies it injected; of the stale ones, those that leave it at their next restart.</param>
/// <param name="Versions">The versions of its proxies, the newest first, each with how many there are; null stands for those that do not say.</param>
/// <param name="Proxies">Each version of its proxies with each kind that has it.</param>
/// <param name="Images">The images of its proxies.</param>
public sealed record RevisionStatus(
    string Revision, ControlPlane? Plane, ImmutableArray<string> Tags, ProxyCounts Counts, ImmutableArray<(IstioVersion? Version, int Count)> Versions, ImmutableArray<(IstioVersion Version, ProxyKind Kind)> Proxies,
    ImmutableArray<string> Images);

/// <summary>A namespace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Asks">The label by which it asks for a proxy, as <c>key=value</c>; empty when it does not.</param>
/// <param name="Revisions">The revisions of its proxies, each with how many there are.</param>
/// <param name="Counts">Its pods.</param>
public sealed record NamespaceStatus(string Name, string Asks, ImmutableArray<(string Revision, int Count)> Revisions, ProxyCounts Counts);

/// <summary>A workload.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its kind and name.</param>
/// <param name="Revisions">The revisions of its proxies, each with how many there are.</param>
/// <param name="WouldBe">The revision its pods would get now; null for none, and where they differ.</param>
/// <param name="Counts">Its pods.</param>
/// <param name="Reason">The reason of the first pod that is not as it would be now; empty when all are.</param>
public sealed record WorkloadStatus(string Namespace, WorkloadName Name, ImmutableArray<(string Revision, int Count)> Revisions, string? WouldBe, ProxyCounts Counts, string Reason);

/// <summary>A cluster as it was seen.</summary>
/// <param name="Cluster">Its name.</param>
/// <param name="Kubernetes">The version of its API server; empty when that is not known.</param>
/// <param name="Revisions">Its revisions, in ordinal order.</param>
/// <param name="Counts">All its pods.</param>
/// <param name="Namespaces">Its namespaces with pods or a wish for proxies, in ordinal order.</param>
/// <param name="Workloads">Its workloads with a proxy or a wish for one, by namespace and name.</param>
/// <param name="Pods">Its pods, by namespace and name.</param>
/// <param name="Unseen">What could not be read, with the reason.</param>
public sealed record ClusterStatus(
    string Cluster, string Kubernetes, ImmutableArray<RevisionStatus> Revisions, ProxyCounts Counts, ImmutableArray<NamespaceStatus> Namespaces, ImmutableArray<WorkloadStatus> Workloads,
    ImmutableArray<ProxyStatus> Pods, ImmutableArray<string> Unseen)
{
    /// <summary>Puts together what was seen.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="kubernetes">The version of its API server.</param>
    /// <param name="planes">Its control planes.</param>
    /// <param name="injection">Its injectors.</param>
    /// <param name="namespaces">The labels of its namespaces.</param>
    /// <param name="pods">Its pods, judged.</param>
    /// <param name="unseen">What could not be read.</param>
    public static ClusterStatus Of(
        string cluster, string kubernetes, IEnumerable<ControlPlane> planes, MeshInjection injection, IReadOnlyDictionary<string, Labels> namespaces, IEnumerable<ProxyStatus> pods, ImmutableArray<string> unseen)
    {
        var byNamespace = pods.ToLookup(pod => pod.Namespace, StringComparer.Ordinal);
        return Join(
            cluster, kubernetes, planes, injection.Tags,
            namespaces.Keys.Union(byNamespace.Select(group => group.Key), StringComparer.Ordinal).Select(name => NamespacePart.Of(name, namespaces.GetValueOrDefault(name), byNamespace[name])), unseen);
    }

    /// <summary>Puts together the namespaces of a cluster.</summary>
    internal static ClusterStatus Join(string cluster, string kubernetes, IEnumerable<ControlPlane> planes, RevisionTags tags, IEnumerable<NamespacePart> parts, ImmutableArray<string> unseen)
    {
        var sorted = parts.OrderBy(part => part.Status.Name, StringComparer.Ordinal).ToList();
        return new ClusterStatus(
            cluster, kubernetes, RevisionsOf(planes, tags, sorted), sorted.Aggregate(default(ProxyCounts), (sum, part) => sum + part.Status.Counts), [.. sorted.Where(part => part.IsShown).Select(part => part.Status)],
            Joined(sorted, part => part.Workloads), Joined(sorted, part => part.Pods), unseen);
    }

    private static ImmutableArray<T> Joined<T>(List<NamespacePart> parts, Func<NamespacePart, ImmutableArray<T>> items)
    {
        var all = ImmutableArray.CreateBuilder<T>(parts.Sum(part => items(part).Length));
        foreach (var part in parts) all.AddRange(items(part));
        return all.MoveToImmutable();
    }

    private static ImmutableArray<RevisionStatus> RevisionsOf(IEnumerable<ControlPlane> planes, RevisionTags tags, List<NamespacePart> parts)
    {
        var running = planes.GroupBy(plane => plane.Revision, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        var byRevision = parts.SelectMany(part => part.Revisions).ToLookup(part => part.Revision, StringComparer.Ordinal);
        var tagged = tags.All.SelectMany(tag => tag.Revisions.Select(revision => (revision, tag.Tag))).ToLookup(pair => pair.revision, pair => pair.Tag, StringComparer.Ordinal);
        return
        [
            .. running.Keys.Union(byRevision.Select(group => group.Key), StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(revision =>
            {
                var all = RevisionPart.Join(revision, [.. byRevision[revision]]);
                return new RevisionStatus(revision, running.GetValueOrDefault(revision), [.. tagged[revision].Order(StringComparer.Ordinal)], all.Counts, all.Versions, all.Proxies, all.Images);
            }),
        ];
    }
}
