using System.Collections.Immutable;
using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Configuration;

/// <summary>A ring of clusters that is upgraded together, after the one before it.</summary>
/// <param name="Name">A DNS label; unique.</param>
/// <param name="Clusters">Its clusters; at least one.</param>
/// <param name="Soak">How long it must have run completely on a version before the next environment starts; zero for not at all.</param>
/// <param name="Windows">When steps may be taken; empty for at any time.</param>
/// <param name="NeedsApproval">True when a person merges the promotion into it.</param>
/// <param name="RehearsesRollback">True when its data plane is rolled back and forward again before the next environment starts.</param>
/// <param name="MaxParallelClusters">How many of its clusters are worked on at once; at least 1.</param>
public sealed record EnvironmentSpec(
    string Name, ImmutableArray<ClusterSpec> Clusters, TimeSpan Soak, ImmutableArray<TimeWindow> Windows, bool NeedsApproval, bool RehearsesRollback, int MaxParallelClusters)
{
    internal static Shape<EnvironmentSpec> Shape { get; } = Shapes.Mapping("environment",
        "A ring of clusters that is upgraded together, after the one before it.", fields => new EnvironmentSpec(
        fields.Required("name", Shapes.DnsLabel, "the name of the environment; unique"),
        fields.Required("clusters", Shapes.NonEmptyList(ClusterSpec.Shape), "its clusters, at least one"),
        fields.Optional("soak", Shapes.Duration, "0s", "how long it must have run completely on a version before the next environment starts"),
        fields.Optional("window", Windowed, "when steps may be taken; at any time when absent") is { IsDefault: false } windows ? windows : [],
        fields.Optional("approve", Shapes.Boolean, "false", "a person merges the promotion into it"),
        fields.Optional("rehearseRollback", Shapes.Boolean, "false", "roll the data plane back and forward again before the next environment starts"),
        fields.Optional("maxParallelClusters", Shapes.Integer(1), "1", "how many of its clusters are worked on at once")));

    private static Shape<ImmutableArray<TimeWindow>> Windowed => new MappedShape<ImmutableArray<ImmutableArray<TimeWindow>>, ImmutableArray<TimeWindow>>(
        Shapes.OneOrMany(Shapes.TimeWindow), windows => [.. windows.SelectMany(window => window)]);
}

/// <summary>A cluster.</summary>
/// <param name="Name">A DNS label; unique in the whole file.</param>
/// <param name="Path">Its folder in this repository; unique in the whole file.</param>
/// <param name="Context">Its context in the kubeconfig; null when it is not looked at.</param>
public sealed record ClusterSpec(string Name, RepositoryPath Path, string? Context)
{
    internal static Shape<ClusterSpec> Shape { get; } = Shapes.Mapping("cluster", "A cluster and its folder in this repository.", fields => new ClusterSpec(
        fields.Required("name", Shapes.DnsLabel, "the name of the cluster; unique in the whole file"),
        fields.Required("path", Shapes.RepositoryPath, "its folder in this repository; unique in the whole file"),
        fields.Optional("context", Shapes.NonEmptyText, "its context in the kubeconfig; without one, only its files are looked at")));
}
