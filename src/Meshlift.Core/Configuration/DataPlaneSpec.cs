using System.Collections.Immutable;
using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>How namespaces come under a new control plane.</summary>
public enum Enrolment
{
    /// <summary>A pull request to the owner changes the namespace's label.</summary>
    PullRequest,
    /// <summary>A tag that the namespaces name is moved.</summary>
    Tag,
    /// <summary>The sidecar itself is committed beside the workload.</summary>
    Inject,
    /// <summary>A share of the workloads, chosen by consistent hashing, is labelled pod by pod.</summary>
    Distribution,
}

/// <summary>How proxies are upgraded.</summary>
/// <param name="Enrol">How namespaces come under the new control plane.</param>
/// <param name="Waves">In which portions, in order; at least one. Only the last can take the rest.</param>
/// <param name="Deadline">How long an owner has to merge; null for no limit.</param>
/// <param name="Restart">How workloads get their new proxy.</param>
public sealed record DataPlaneSpec(Enrolment Enrol, ImmutableArray<WaveSpec> Waves, TimeSpan? Deadline, RestartSpec Restart)
{
    internal static Shape<DataPlaneSpec> Shape { get; } = Shapes.Mapping("data plane", "How proxies are upgraded.", fields =>
    {
        var dataPlane = new DataPlaneSpec(
            fields.Optional("enrol", Shapes.Choice<Enrolment>("enrolment",
                new("pullRequest", Enrolment.PullRequest, "a pull request to the owner changes the namespace's label"),
                new("tag", Enrolment.Tag, "a tag that the namespaces name is moved"),
                new("inject", Enrolment.Inject, "the sidecar itself is committed beside the workload"),
                new("distribution", Enrolment.Distribution, "a share of the workloads, by consistent hashing, is labelled pod by pod")), "pullRequest",
                    "how namespaces come under the new control plane"),
            fields.Optional("waves", Shapes.NonEmptyList(WaveSpec.Shape), "in which portions, in order; all at once when absent") is { IsDefault: false } waves ? waves : [WaveSpec.Rest],
            fields.Optional("deadline", Shapes.Duration.OrNull(), "how long an owner has to merge before the status says so; no limit when absent"),
            fields.Optional("restart", RestartSpec.Shape, "how workloads get their new proxy; Meshlift restarts nothing when absent") ?? RestartSpec.Off);
        fields.Check(refuse =>
        {
            var percent = 0;
            for (var i = 0; i < dataPlane.Waves.Length; i++)
            {
                var wave = dataPlane.Waves[i];
                if (wave.TakesRest && i < dataPlane.Waves.Length - 1) refuse($"waves[{i}]",
                    $"wave '{wave.Name}' selects nothing, so it takes all that is left and must be the last; give it 'namespaces' or 'percent', or move it to the end");
                if (wave.Percent is not { } share) continue;
                if (share <= percent) refuse($"waves[{i}].percent",
                    $"wave '{wave.Name}' adds nothing: an earlier one has {percent} percent already; percentages grow from wave to wave");
                percent = Math.Max(percent, share);
            }
        });
        return dataPlane;
    });
}

/// <summary>A set of namespaces that is moved together.</summary>
/// <param name="Name">A DNS label; unique.</param>
/// <param name="Namespaces">The namespaces; null when they are not chosen by name or label.</param>
/// <param name="Percent">Up to which share of all namespaces, by consistent hashing, from 1 to 100; null when they are not chosen by share.</param>
public sealed record WaveSpec(string Name, NamespaceSelector? Namespaces, int? Percent)
{
    /// <summary>The wave that there is when the file names none: everything at once.</summary>
    internal static WaveSpec Rest { get; } = new("rest", null, null);

    /// <summary>True when it takes all that no earlier wave took.</summary>
    public bool TakesRest => Namespaces is null && Percent is null;

    internal static Shape<WaveSpec> Shape { get; } = Shapes.Mapping("wave",
        "A set of namespaces that is moved together. With neither `namespaces` nor `percent` it takes all that is left.", fields =>
    {
        var wave = new WaveSpec(
            fields.Required("name", Shapes.DnsLabel, "the name of the wave; unique"),
            fields.Optional("namespaces", NamespaceSelector.Shape, "the namespaces, by name or label"),
            fields.Optional("percent", Shapes.Integer(1, 100).OrNull(), "up to this share of all namespaces, by consistent hashing: a larger one only adds"));
        fields.Check(refuse =>
        {
            if (wave is { Namespaces: not null, Percent: not null }) refuse("percent", "a wave selects by 'namespaces' or by 'percent', not by both; make two waves of it");
        });
        return wave;
    });
}

/// <summary>Which namespaces are meant; both must match where both are given.</summary>
/// <param name="Names">Patterns of which one must match; empty when names are not looked at.</param>
/// <param name="Labels">Labels that must all be there, with patterns for their values; empty when labels are not looked at.</param>
public sealed record NamespaceSelector(ImmutableArray<Glob> Names, ImmutableSortedDictionary<string, Glob> Labels)
{
    internal static Shape<NamespaceSelector> Shape { get; } = Shapes.Mapping("namespaces", "Which namespaces are meant; both must match where both are given.", fields =>
    {
        var selector = new NamespaceSelector(
            fields.Optional("names", Shapes.NonEmptyList(Shapes.Glob), "patterns of which one must match") is { IsDefault: false } names ? names : [],
            fields.Optional("labels", Shapes.Map(Shapes.LabelKey, Shapes.Glob), "labels that must all be there, with patterns for their values") ?? ImmutableSortedDictionary<string, Glob>.Empty);
        fields.AtLeastOneOf("names", "labels");
        return selector;
    });

    /// <summary>True when a namespace is meant.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="label">Gives the value of one of its labels, or null.</param>
    public bool Matches(string name, Func<string, string?> label) =>
        (Names.IsEmpty || Names.Any(pattern => pattern.Matches(name))) && Labels.All(wanted => label(wanted.Key) is { } value && wanted.Value.Matches(value));
}

/// <summary>Who restarts workloads.</summary>
public enum RestartMode
{
    /// <summary>Nobody: the owners do.</summary>
    Off,
    /// <summary>Meshlift, in the cluster, with credentials of its own.</summary>
    Cluster,
    /// <summary>The delivery engine, after a commit.</summary>
    Git,
}

/// <summary>How workloads get their new proxy.</summary>
/// <param name="Mode">Who restarts them.</param>
/// <param name="Parallelism">How many are restarted at once; at least 1.</param>
/// <param name="Timeout">How long one may take; more than zero.</param>
/// <param name="RespectBudgets">True when a PodDisruptionBudget that allows nothing holds a restart.</param>
public sealed record RestartSpec(RestartMode Mode, int Parallelism, TimeSpan Timeout, bool RespectBudgets)
{
    internal static RestartSpec Off { get; } = new(RestartMode.Off, 3, TimeSpan.FromMinutes(15), RespectBudgets: true);

    internal static Shape<RestartSpec> Shape { get; } = Shapes.Mapping("restart", "How workloads get their new proxy.", fields =>
    {
        var restart = new RestartSpec(
            fields.Required("mode", Shapes.Choice<RestartMode>("restart mode",
                new("cluster", RestartMode.Cluster, "Meshlift restarts them in the cluster, with credentials of its own"),
                new("git", RestartMode.Git, "a commit restarts them"),
                new("off", RestartMode.Off, "their owners restart them")), "who restarts workloads"),
            fields.Optional("parallelism", Shapes.Integer(1), "3", "how many are restarted at once"),
            fields.Optional("timeout", Shapes.Duration, "15m", "how long one restart may take"),
            fields.Optional("respectBudgets", Shapes.Boolean, "true", "a PodDisruptionBudget that allows nothing holds the restart"));
        fields.Check(refuse =>
        {
            if (restart.Timeout == TimeSpan.Zero) refuse("timeout", "the timeout must be longer than 0s; the usual one is 15m");
        });
        return restart;
    });
}
