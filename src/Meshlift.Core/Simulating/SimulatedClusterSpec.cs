using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Meshlift.Core.Configuration;
using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Simulating;

/// <summary>A cluster to simulate.</summary>
/// <param name="Name">Its name, and that of its context; a DNS label.</param>
/// <param name="Kubernetes">The version that its API server says it has, such as <c>v1.33.4</c>.</param>
/// <param name="Nodes">How many nodes it has.</param>
/// <param name="Istio">Sample releases that run in it from the start.</param>
/// <param name="Manifests">Files and folders that are applied at the start, relative to the fleet file.</param>
/// <param name="Git">What a GitOps agent delivers; null for no agent.</param>
/// <param name="Namespaces">Namespaces and workloads that are made up.</param>
/// <param name="Failures">Pods that fail on purpose.</param>
/// <param name="Faults">Requests that the API server answers badly on purpose.</param>
public sealed partial record SimulatedClusterSpec(
    string Name, string Kubernetes, int Nodes, ImmutableArray<IstioInstallSpec> Istio, ImmutableArray<string> Manifests, GitDeliverySpec? Git, ImmutableArray<NamespaceSpec> Namespaces,
    ImmutableArray<PodFailureSpec> Failures, ImmutableArray<ApiFaultSpec> Faults)
{
    internal static Shape<SimulatedClusterSpec> Shape { get; } = Shapes.Mapping("simulated cluster", "A cluster to simulate.", fields =>
    {
        var spec = new SimulatedClusterSpec(
            fields.Required("name", Shapes.DnsLabel, "the name of the cluster and of its context; unique"),
            fields.Optional("kubernetes", new TextShape<string>("Kubernetes version", ParseVersion, @"^v?1\.[0-9]+\.[0-9]+$", "The version that the API server says it has.", ["1.33.4"]), "v1.33.4", "its version of Kubernetes"),
            fields.Optional("nodes", Shapes.Integer(0, 5_000), "3", "how many nodes it has"),
            fields.List("istio", IstioInstallSpec.Shape, "sample releases that run in it from the start"),
            fields.List("manifests", Shapes.NonEmptyText, "files and folders that are applied at the start, relative to this file"),
            fields.Optional("git", GitDeliverySpec.Shape, "what a GitOps agent delivers from a repository"),
            fields.List("namespaces", NamespaceSpec.Shape, "namespaces and workloads that are made up"),
            fields.List("failures", PodFailureSpec.Shape, "pods that fail on purpose"),
            fields.List("faults", ApiFaultSpec.Shape, "requests that the API server answers badly on purpose"));
        fields.Unique("revision", "istio[*].revision");
        fields.Unique("namespace", "namespaces[*].name");
        return spec;
    });

    private static string ParseVersion(string text) => Version().IsMatch(text)
        ? "v" + text.TrimStart('v')
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is no version of Kubernetes", "write for example 1.33.4");

    [GeneratedRegex(@"^v?1\.[0-9]{1,3}\.[0-9]{1,3}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Version();
}

/// <summary>A sample release of Istio in a cluster.</summary>
/// <param name="Version">The release.</param>
/// <param name="Revision">The name of its control plane.</param>
public sealed record IstioInstallSpec(string Version, string Revision)
{
    internal static Shape<IstioInstallSpec> Shape { get; } = Shapes.Mapping("istio install", "A sample release of Istio that runs in a cluster from the start.", fields => new IstioInstallSpec(
        fields.Required("version", Shapes.NonEmptyText, "one of the sample releases"),
        fields.Required("revision", Shapes.DnsLabel, "the name of its control plane, such as 1-30-3; default for one without a revision")));
}

/// <summary>What a GitOps agent delivers to a cluster.</summary>
/// <param name="Repository">A Git repository on this machine, with or without a work tree, relative to the fleet file.</param>
/// <param name="Branch">The branch.</param>
/// <param name="Paths">The folders; at least one.</param>
/// <param name="Interval">After how long it looks for a new commit, by the fleet's clock.</param>
public sealed record GitDeliverySpec(string Repository, string Branch, ImmutableArray<string> Paths, TimeSpan Interval)
{
    internal static Shape<GitDeliverySpec> Shape { get; } = Shapes.Mapping("git delivery", "What a GitOps agent delivers, as Flux does.", fields => new GitDeliverySpec(
        fields.Required("repository", Shapes.NonEmptyText, "a Git repository on this machine, with or without a work tree, relative to this file"),
        fields.Optional("branch", Shapes.NonEmptyText, "main", "the branch"),
        fields.Required("paths", Shapes.NonEmptyList(Shapes.NonEmptyText), "the folders of the repository, at least one"),
        fields.Optional("interval", Shapes.Duration, "1m", "after how long it looks for a new commit, by the fleet's clock")));
}

/// <summary>Namespaces that are made up.</summary>
/// <param name="Name">The name; with a count above 1, the beginning of the names.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Labels">Their labels.</param>
/// <param name="Workloads">What runs in each.</param>
public sealed record NamespaceSpec(string Name, int Count, ImmutableSortedDictionary<string, string> Labels, ImmutableArray<WorkloadSpec> Workloads)
{
    internal static Shape<NamespaceSpec> Shape { get; } = Shapes.Mapping("namespaces", "Namespaces that are made up.", fields => new NamespaceSpec(
        fields.Required("name", Shapes.DnsLabel, "the name; with a count, the beginning of the names"),
        fields.Optional("count", Shapes.Integer(1, 20_000), "1", "how many there are"),
        fields.Optional("labels", Shapes.Map(Shapes.LabelKey, Shapes.LabelValue), "their labels, such as istio.io/rev") ?? ImmutableSortedDictionary<string, string>.Empty,
        fields.List("workloads", WorkloadSpec.Shape, "what runs in each")));
}

/// <summary>Workloads that are made up.</summary>
/// <param name="Name">The name; with a count above 1, the beginning of the names.</param>
/// <param name="Kind">Deployment, StatefulSet, DaemonSet or CronJob.</param>
/// <param name="Count">How many there are in each namespace.</param>
/// <param name="Replicas">How many pods each has, where its kind has replicas.</param>
/// <param name="Labels">Labels of the pods.</param>
/// <param name="Annotations">Annotations of the pods.</param>
/// <param name="Budget">How many of its pods must be there (a PodDisruptionBudget's minAvailable); null for no budget.</param>
public sealed record WorkloadSpec(
    string Name, string Kind, int Count, int Replicas, ImmutableSortedDictionary<string, string> Labels, ImmutableSortedDictionary<string, string> Annotations, int? Budget)
{
    internal static Shape<WorkloadSpec> Shape { get; } = Shapes.Mapping("workloads", "Workloads that are made up.", fields => new WorkloadSpec(
        fields.Required("name", Shapes.DnsLabel, "the name; with a count, the beginning of the names"),
        fields.Optional("kind", Shapes.Choice("workload kind", [.. ((string[])["Deployment", "StatefulSet", "DaemonSet", "CronJob"]).Select(kind => new Word<string>(kind, kind))]), "Deployment", "what it is"),
        fields.Optional("count", Shapes.Integer(1, 20_000), "1", "how many there are in each namespace"),
        fields.Optional("replicas", Shapes.Integer(0, 10_000), "2", "how many pods each has, where its kind has replicas"),
        fields.Optional("labels", Shapes.Map(Shapes.LabelKey, Shapes.LabelValue), "labels of the pods") ?? ImmutableSortedDictionary<string, string>.Empty,
        fields.Optional("annotations", Shapes.Map(Shapes.LabelKey, Shapes.AnnotationValue), "annotations of the pods") ?? ImmutableSortedDictionary<string, string>.Empty,
        fields.Optional("budget", Shapes.Integer(0, 10_000).OrNull(), "how many of its pods must be there when some are evicted")));
}
