using System.Collections.Immutable;
using Meshlift.Core.Fleet;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Restarting;

/// <summary>A workload in a plan.</summary>
/// <param name="Workload">Which.</param>
/// <param name="Wave">The wave of its namespace; empty when it is in none.</param>
/// <param name="Standing">What becomes of it; never <see cref="RestartStanding.Current"/>.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Hold">Why a budget would hold it now; empty when none would.</param>
/// <param name="Pods">How many pods it has.</param>
/// <param name="Stale">How many of them have a stale proxy.</param>
/// <param name="Target">The proxy that it is restarted for; empty for what is not restarted.</param>
/// <param name="IsNamed">True when a person named the workload itself.</param>
/// <param name="Estimate">How long its rollout may take, by a rule of thumb; zero for what is not restarted.</param>
public sealed record PlannedRestart(WorkloadKey Workload, string Wave, RestartStanding Standing, string Reason, string Hold, int Pods, int Stale, string Target, bool IsNamed, TimeSpan Estimate)
{
    /// <summary>True when it is restarted, or followed.</summary>
    public bool IsRestart => Standing is RestartStanding.Stale or RestartStanding.UnderWay;
}

/// <summary>The workloads whose proxies are not those that are expected, in the order of their restarts.</summary>
public static class RestartPlan
{
    /// <summary>Makes it: by wave, namespace and name.</summary>
    /// <param name="status">The cluster's proxies.</param>
    /// <param name="scene">The rest of the cluster.</param>
    /// <param name="waves">The waves.</param>
    /// <param name="selection">What is meant.</param>
    /// <param name="since">From when on a restart of ours that is not complete counts as under way.</param>
    public static ImmutableArray<PlannedRestart> Of(ClusterStatus status, RestartScene scene, WaveOrder waves, RestartSelection selection, DateTimeOffset since)
    {
        var pods = status.Pods.ToLookup(pod => new WorkloadKey(pod.Namespace, pod.Workload));
        var keys = pods.Select(group => group.Key).Union(scene.Workloads.Where(one => RestartMark.TimeOf(one.Value) >= since || selection.Names(one.Key)).Select(one => one.Key));
        return
        [
            .. keys.Where(selection.Has)
                .Select(key => (Place: waves.Of(key.Namespace, scene.Namespaces.GetValueOrDefault(key.Namespace, Labels.None)), Plan: Of(key, [.. pods[key]], scene, selection, since)))
                .Where(one => one.Plan.Standing != RestartStanding.Current)
                .Select(one => (one.Place, Plan: one.Place is { } place
                    ? one.Plan with { Wave = waves.Names[place] }
                    : one.Plan.IsRestart ? one.Plan with { Standing = RestartStanding.Reported, Reason = "its namespace is in none of the waves of spec.dataPlane.waves", Estimate = TimeSpan.Zero } : one.Plan))
                .Where(one => selection.Wave is null || one.Plan.Wave == selection.Wave)
                .OrderBy(one => one.Place ?? int.MaxValue).ThenBy(one => one.Plan.Workload.Namespace, StringComparer.Ordinal)
                .ThenBy(one => one.Plan.Workload.Name.Name, StringComparer.Ordinal).ThenBy(one => one.Plan.Workload.Name.Kind, StringComparer.Ordinal)
                .Select(one => one.Plan),
        ];
    }

    private static PlannedRestart Of(WorkloadKey key, ImmutableArray<ProxyStatus> pods, RestartScene scene, RestartSelection selection, DateTimeOffset since)
    {
        var workload = scene.Workloads.GetValueOrDefault(key);
        var (standing, reason, target) = RestartRule.Of(key.Name, workload, pods, selection.Names(key), scene.Canaries.GetValueOrDefault(key), since);
        return new PlannedRestart(
            key, "", standing, reason, standing == RestartStanding.Stale ? BudgetHold.Of(key, workload!, scene.Budgets, []) ?? "" : "", pods.Length, pods.Count(pod => pod.State == ProxyState.Stale), target, selection.Names(key),
            workload is not null && standing is RestartStanding.Stale or RestartStanding.UnderWay ? RestartEstimate.Of(key.Name.Kind, workload!) : TimeSpan.Zero);
    }
}
