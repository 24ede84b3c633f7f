using System.Collections.Immutable;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Workloads.Kubelets;

namespace Meshlift.Simulator.Workloads;

/// <summary>What runs the workloads of a cluster.</summary>
public sealed record WorkloadSettings
{
    /// <summary>How many nodes there are.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>How long pods take.</summary>
    public PodTimes Times { get; init; } = new();

    /// <summary>Which pods fail on purpose; may be changed at any time.</summary>
    public PodFailures Failures { get; init; } = new();
}

/// <summary>The pods that fail on purpose. The first failure that meets a pod holds.</summary>
public sealed class PodFailures
{
    private ImmutableArray<PodFailure> _failures = [];

    /// <summary>Adds one.</summary>
    public void Add(PodFailure failure) => ImmutableInterlocked.Update(ref _failures, failures => failures.Add(failure));

    /// <summary>Takes one away.</summary>
    public void Remove(PodFailure failure) => ImmutableInterlocked.Update(ref _failures, failures => failures.Remove(failure));

    internal PodFate FateOf(StoredObject pod, string? revision, DateTimeOffset now)
    {
        foreach (var failure in _failures)
            if (failure.Meets(pod, revision, now)) return failure.Fate;
        return PodFate.Fine;
    }
}
