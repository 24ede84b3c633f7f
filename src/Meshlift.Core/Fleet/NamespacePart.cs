using System.Collections.Immutable;
using Meshlift.Core.Injection;
using Meshlift.Core.Knowledge;
using Meshlift.Core.Selecting;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Fleet;

/// <summary>The proxies of one revision, of a namespace or of several.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Counts">Their pods.</param>
/// <param name="Versions">Their versions, the newest first, each with how many there are; null stands for those that do not say.</param>
/// <param name="Proxies">Each version with each kind that has it.</param>
/// <param name="Images">Their images.</param>
internal sealed record RevisionPart(
    string Revision, ProxyCounts Counts, ImmutableArray<(IstioVersion? Version, int Count)> Versions, ImmutableArray<(IstioVersion Version, ProxyKind Kind)> Proxies, ImmutableArray<string> Images)
{
    /// <summary>The parts of one revision as one; none for a revision without proxies.</summary>
    public static RevisionPart Join(string revision, IReadOnlyList<RevisionPart> parts) => parts is [var only] ? only : new(
        revision, parts.Aggregate(default(ProxyCounts), (sum, part) => sum + part.Counts),
        [.. parts.SelectMany(part => part.Versions).GroupBy(one => one.Version).OrderByDescending(group => group.Key).Select(group => (group.Key, group.Sum(one => one.Count)))],
        [.. parts.SelectMany(part => part.Proxies).Distinct().OrderByDescending(one => one.Version).ThenBy(one => one.Kind)],
        [.. parts.SelectMany(part => part.Images).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
}

/// <summary>What one namespace adds to the status of its cluster. A cluster is put together of these, so that a change of a pod costs its namespace and no other.</summary>
internal sealed class NamespacePart
{
    private NamespacePart(NamespaceStatus status, ImmutableArray<ProxyStatus> pods)
    {
        Status = status;
        Pods = pods;
        Workloads = WorkloadsOf(pods);
        Revisions =
        [
            .. pods.Where(pod => pod.HasProxy && pod.Revision is not null).GroupBy(pod => pod.Revision!, StringComparer.Ordinal).Select(group => new RevisionPart(
                group.Key, Sum(group),
                [.. group.GroupBy(pod => pod.Version).OrderByDescending(same => same.Key).Select(same => (same.Key, same.Count()))],
                [.. group.Where(pod => pod.Version is not null).Select(pod => (pod.Version!, KindOf(pod.Role))).Distinct().OrderByDescending(one => one.Item1).ThenBy(one => one.Item2)],
                [.. group.Select(pod => pod.Image).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)])),
        ];
    }

    /// <summary>The namespace.</summary>
    public NamespaceStatus Status { get; }

    /// <summary>Its pods, by name.</summary>
    public ImmutableArray<ProxyStatus> Pods { get; }

    /// <summary>Its workloads with a proxy or a wish for one, by name and kind.</summary>
    public ImmutableArray<WorkloadStatus> Workloads { get; }

    /// <summary>The revisions of its proxies.</summary>
    public ImmutableArray<RevisionPart> Revisions { get; }

    /// <summary>True when there is something to tell of it: pods, or a wish for proxies.</summary>
    public bool IsShown => Status.Asks.Length > 0 || Status.Counts.Pods > 0;

    /// <summary>Counts the pods of a namespace.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels; null when they are not known.</param>
    /// <param name="pods">Its pods, judged.</param>
    public static NamespacePart Of(string name, Labels? labels, IEnumerable<ProxyStatus> pods)
    {
        ImmutableArray<ProxyStatus> sorted = [.. pods.OrderBy(pod => pod.Pod, StringComparer.Ordinal)];
        return new NamespacePart(new NamespaceStatus(name, AsksOf(labels ?? Labels.None), ByRevision(sorted), Sum(sorted)), sorted);
    }

    private static ProxyCounts Sum(IEnumerable<ProxyStatus> pods)
    {
        var counts = default(ProxyCounts);
        foreach (var pod in pods) counts += ProxyCounts.Of(pod);
        return counts;
    }

    private static ProxyKind KindOf(ProxyRole role) => role switch
    {
        ProxyRole.Gateway => ProxyKind.Gateway,
        ProxyRole.Managed => ProxyKind.Waypoint,
        ProxyRole.Ztunnel => ProxyKind.Ztunnel,
        _ => ProxyKind.Sidecar,
    };

    private static ImmutableArray<WorkloadStatus> WorkloadsOf(ImmutableArray<ProxyStatus> pods) =>
    [
        .. pods.GroupBy(pod => pod.Workload).Where(group => group.Any(pod => pod.Role != ProxyRole.None || pod.State != ProxyState.Outside))
            .OrderBy(group => group.Key.Name, StringComparer.Ordinal).ThenBy(group => group.Key.Kind, StringComparer.Ordinal)
            .Select(group => new WorkloadStatus(
                group.First().Namespace, group.Key, ByRevision(group), group.Select(pod => pod.WouldBe).Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : null, Sum(group),
                group.FirstOrDefault(pod => pod.State is not (ProxyState.Current or ProxyState.Outside))?.Reason ?? "")),
    ];

    private static ImmutableArray<(string, int)> ByRevision(IEnumerable<ProxyStatus> pods) =>
        [.. pods.Where(pod => pod.HasProxy).GroupBy(pod => pod.Revision ?? "?", StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, group.Count()))];

    private static string AsksOf(Labels labels)
    {
        foreach (var key in (ReadOnlySpan<string>)[InjectionLabels.Injection, InjectionLabels.Revision, InjectionLabels.DataplaneMode])
            if (labels[key] is { } value)
                return $"{key}={value}";
        return "";
    }
}
