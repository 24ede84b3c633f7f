namespace Meshlift.Simulator.Workloads.Kubelets;

/// <summary>How long pods take, by the clock of the cluster.</summary>
public sealed record PodTimes
{
    /// <summary>From the node to running containers.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From running containers to ready ones.</summary>
    public TimeSpan Ready { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>From the deletion to the end; never longer than the pod's grace period.</summary>
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From ready containers of a pod that ends by itself (of a Job) to its end.</summary>
    public TimeSpan Work { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a pod that failed is tried again.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(10);
}
