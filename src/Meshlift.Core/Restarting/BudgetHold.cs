using System.Globalization;
using Meshlift.Core.Kubernetes.Items;

namespace Meshlift.Core.Restarting;

/// <summary>Whether PodDisruptionBudgets let a workload roll now.</summary>
/// <remarks>The API server asks budgets about evictions only; a rollout goes below them unless somebody asks before.</remarks>
public static class BudgetHold
{
    /// <summary>Why it has to wait; null when it may go.</summary>
    /// <param name="workload">Which workload.</param>
    /// <param name="item">The workload.</param>
    /// <param name="budgets">The budgets of the cluster.</param>
    /// <param name="rolling">The workloads that roll now: what a budget allows is not yet less by what they take.</param>
    public static string? Of(WorkloadKey workload, WorkloadItem item, IEnumerable<BudgetItem> budgets, IReadOnlyCollection<(WorkloadKey Key, WorkloadItem Item)> rolling)
    {
        foreach (var budget in budgets.Where(budget => IsOf(budget, item)).OrderBy(budget => budget.Metadata.Name, StringComparer.Ordinal))
        {
            var name = $"the disruption budget {budget.Metadata.Name}";
            if (rolling.FirstOrDefault(other => other.Key != workload && IsOf(budget, other.Item)) is { Item: not null } other) return $"{other.Key} rolls under {name}, too";
            if (budget.Allowed is not { } allowed) return $"{name} has not been counted yet";
            if (allowed == 0) return $"{name} allows nothing now";
            var away = RollingStep.Of(workload.Name.Kind, item).Away;
            if (allowed < away) return string.Create(CultureInfo.InvariantCulture, $"{name} allows {allowed} now, and the rollout takes {away} at once");
        }
        return null;
    }

    private static bool IsOf(BudgetItem budget, WorkloadItem item) => budget.Metadata.Namespace == item.Metadata.Namespace && budget.Selector?.Matches(item.Template.Labels) == true;
}
