using Meshlift.Simulator.Clusters.Store;

namespace Meshlift.Simulator.Workloads.Kubelets;

/// <summary>What becomes of a pod that does not go well.</summary>
public enum PodFate
{
    /// <summary>It goes well.</summary>
    Fine,

    /// <summary>No node takes it.</summary>
    Unschedulable,

    /// <summary>Its image cannot be pulled.</summary>
    ImagePull,

    /// <summary>It starts and ends again, over and over.</summary>
    Crash,

    /// <summary>It runs and is never ready.</summary>
    NeverReady,
}

/// <summary>Pods that fail on purpose. It holds while it is there: once it is taken away or its time is over, the pods recover.</summary>
/// <param name="Fate">What becomes of them.</param>
public sealed record PodFailure(PodFate Fate)
{
    /// <summary>The annotation by which a pod itself says its fate: <c>unschedulable</c>, <c>image-pull</c>, <c>crash</c> or <c>never-ready</c>.</summary>
    public const string Annotation = "simulator.meshlift.dev/fate";

    /// <summary>The annotation by which a pod says after how long it is ready, such as <c>90s</c>.</summary>
    public const string ReadyAfter = "simulator.meshlift.dev/ready-after";

    /// <summary>The namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>The beginning of the pods' names, such as the workload's name; null for all.</summary>
    public string? Workload { get; init; }

    /// <summary>The revision that injected the pods; null for all, injected or not.</summary>
    public string? Revision { get; init; }

    /// <summary>Not before; null for at once.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Not at this time or later; null for ever.</summary>
    public DateTimeOffset? Until { get; init; }

    internal bool Meets(StoredObject pod, string? revision, DateTimeOffset now) =>
        (Namespace ?? pod.Namespace) == pod.Namespace && (Workload is null || pod.Name == Workload || pod.Name.StartsWith(Workload + "-", StringComparison.Ordinal))
        && (Revision ?? revision) == revision && !(now < From) && !(now >= Until);

    /// <summary>What a pod says itself.</summary>
    internal static PodFate Of(string? annotation) => annotation switch
    {
        "unschedulable" => PodFate.Unschedulable,
        "image-pull" => PodFate.ImagePull,
        "crash" => PodFate.Crash,
        "never-ready" => PodFate.NeverReady,
        _ => PodFate.Fine,
    };
}
