using System.Collections.Immutable;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Restarting;

/// <summary>What is known of a cluster beside its proxies.</summary>
/// <param name="Workloads">Its Deployments, StatefulSets and DaemonSets.</param>
/// <param name="Namespaces">The labels of its namespaces.</param>
/// <param name="Budgets">Its disruption budgets; empty when they are not asked.</param>
/// <param name="Canaries">The workloads that Flagger rolls, each with the name of its Canary.</param>
public sealed record RestartScene(ImmutableDictionary<WorkloadKey, WorkloadItem> Workloads, ImmutableDictionary<string, Labels> Namespaces, ImmutableArray<BudgetItem> Budgets, ImmutableDictionary<WorkloadKey, string> Canaries);

/// <summary>Which workloads are meant.</summary>
/// <param name="Subjects">Only these, as <c>deployment/web</c> or <c>web</c>; empty for all.</param>
/// <param name="Namespaces">Only those in these namespaces; empty for all.</param>
/// <param name="Wave">Only those of this wave; null for all.</param>
public sealed record RestartSelection(ImmutableArray<string> Subjects, ImmutableArray<string> Namespaces, string? Wave)
{
    /// <summary>Everything that is stale.</summary>
    public static RestartSelection All { get; } = new([], [], null);

    /// <summary>True when a person named the workload itself.</summary>
    public bool Names(WorkloadKey workload) =>
        Subjects.Any(subject => subject == workload.Name.Name || string.Equals(subject, workload.Name.ToString(), StringComparison.OrdinalIgnoreCase)) && IsIn(workload.Namespace);

    /// <summary>True when the workload is meant, as far as its name and namespace go.</summary>
    public bool Has(WorkloadKey workload) => IsIn(workload.Namespace) && (Subjects.IsEmpty || Names(workload));

    private bool IsIn(string space) => Namespaces.IsEmpty || Namespaces.Contains(space, StringComparer.Ordinal);
}
