namespace Meshlift.Simulator.Prometheus;

/// <summary>How a Prometheus of a fleet answers.</summary>
public sealed record PrometheusSettings
{
    /// <summary>The port on the loopback address; 0 for one that the system chooses.</summary>
    public int Port { get; init; }

    /// <summary>The clock of queries that name no time: that of the clusters.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What the metrics are to show.</summary>
    public MetricPlan Plan { get; init; } = new();

    /// <summary>How long the pods that are ready at the start have been so, so that ranges reach back at once.</summary>
    public TimeSpan Past { get; init; } = TimeSpan.FromDays(8);
}
