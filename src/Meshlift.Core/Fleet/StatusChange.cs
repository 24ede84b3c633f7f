using System.Collections.Immutable;

namespace Meshlift.Core.Fleet;

/// <summary>What is not as it was in a cluster: of each pair, null stands for what is not there. The set is closed.</summary>
public abstract record StatusChange
{
    private StatusChange() { }

    /// <summary>A revision: its control plane, its tags, its proxies.</summary>
    public sealed record OfRevision(RevisionStatus? From, RevisionStatus? To) : StatusChange;

    /// <summary>A namespace.</summary>
    public sealed record OfNamespace(NamespaceStatus? From, NamespaceStatus? To) : StatusChange;

    /// <summary>A workload.</summary>
    public sealed record OfWorkload(WorkloadStatus? From, WorkloadStatus? To) : StatusChange;

    /// <summary>A pod.</summary>
    public sealed record OfPod(ProxyStatus? From, ProxyStatus? To) : StatusChange;

    /// <summary>All that has changed between two states of a cluster, from the large to the small, each in the order of the status.</summary>
    public static ImmutableArray<StatusChange> Between(ClusterStatus from, ClusterStatus to)
    {
        if (ReferenceEquals(from, to)) return [];
        return
        [
            .. Pairs(from.Revisions, to.Revisions, one => one.Revision, IsSame, (a, b) => new OfRevision(a, b)),
            .. Pairs(from.Namespaces, to.Namespaces, one => one.Name, IsSame, (a, b) => new OfNamespace(a, b)),
            .. Pairs(from.Workloads, to.Workloads, one => (one.Namespace, one.Name), IsSame, (a, b) => new OfWorkload(a, b)),
            .. Pairs(from.Pods, to.Pods, one => (one.Namespace, one.Pod), (a, b) => a == b, (a, b) => new OfPod(a, b)),
        ];
    }

    private static IEnumerable<StatusChange> Pairs<T, TKey>(ImmutableArray<T> from, ImmutableArray<T> to, Func<T, TKey> key, Func<T, T, bool> isSame, Func<T?, T?, StatusChange> change)
        where T : class
        where TKey : notnull
    {
        if (from == to) yield break;
        // What did not change is the same object in both: all but a few are never compared.
        var old = from.Except(to, ReferenceEqualityComparer.Instance).Cast<T>().ToDictionary(key);
        foreach (var one in to.Except(from, ReferenceEqualityComparer.Instance).Cast<T>())
        {
            old.Remove(key(one), out var before);
            if (before is null || !isSame(before, one)) yield return change(before, one);
        }
        foreach (var gone in from.Where(one => old.ContainsKey(key(one)))) yield return change(gone, null);
    }

    // Arrays in records are compared by reference, so that what they hold is compared here.
    private static bool IsSame(RevisionStatus a, RevisionStatus b) =>
        a.Plane == b.Plane && a.Counts == b.Counts && a.Tags.SequenceEqual(b.Tags, StringComparer.Ordinal) && a.Versions.SequenceEqual(b.Versions) && a.Proxies.SequenceEqual(b.Proxies)
        && a.Images.SequenceEqual(b.Images, StringComparer.Ordinal);

    private static bool IsSame(NamespaceStatus a, NamespaceStatus b) => a.Asks == b.Asks && a.Counts == b.Counts && a.Revisions.SequenceEqual(b.Revisions);

    private static bool IsSame(WorkloadStatus a, WorkloadStatus b) => a.WouldBe == b.WouldBe && a.Reason == b.Reason && a.Counts == b.Counts && a.Revisions.SequenceEqual(b.Revisions);
}
