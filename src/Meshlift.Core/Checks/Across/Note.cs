using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Across;

/// <summary>A file, as rules across files need it.</summary>
/// <param name="ShownAs">What findings call it, with '/' between its parts.</param>
/// <param name="Cluster">The cluster in whose folder it lies; empty for none.</param>
/// <param name="Together">Names the files that are applied together with it.</param>
/// <param name="IsContext">True for a file that is read for what it says of others, and in which nothing is found.</param>
public sealed record FileScope(string ShownAs, string Cluster, string Together, bool IsContext = false)
{
    /// <summary>True when what stands in the other file can be in the same cluster. What lies in no cluster's folder can be in any.</summary>
    internal bool Sees(FileScope other) => Cluster.Length == 0 || other.Cluster.Length == 0 || Cluster == other.Cluster;
}

/// <summary>What a document says that matters to others. It is kept until all are read, so it holds a few words, never the document.</summary>
/// <param name="Subject">The resource; null for a document that is none.</param>
/// <param name="At">Where it begins.</param>
public abstract record Note(ResourceIdentity? Subject, SourcePosition At)
{
    /// <summary>Codes of rules that a comment in the document silences, with the line.</summary>
    public ImmutableArray<(string Code, int Line)> Silenced { get; init; } = [];

    /// <summary>Where findings of rules across files can be told.</summary>
    internal virtual IEnumerable<SourcePosition> Places => [At];
}

/// <summary>Pods that a workload makes.</summary>
internal sealed record PodsNote(ResourceIdentity Identity, SourcePosition At, Labels Labels, bool HasProbes) : Note(Identity, At);

/// <summary>A Service; without a selector, <paramref name="Selector"/> is empty.</summary>
internal sealed record ServiceNote(ResourceIdentity Identity, SourcePosition At, LabelDemands Selector) : Note(Identity, At)
{
    internal override IEnumerable<SourcePosition> Places => [Selector.At];
}

/// <summary>A namespace, and how the pods in it join the mesh.</summary>
internal sealed record NamespaceNote(ResourceIdentity Identity, SourcePosition At, bool HasSidecars, bool IsAmbient) : Note(Identity, At);

/// <summary>A NetworkPolicy; a direction that it does not govern is null.</summary>
internal sealed record PolicyNote(ResourceIdentity Identity, SourcePosition At, LabelDemands Selector, PolicySide? Ingress, PolicySide? Egress) : Note(Identity, At)
{
    internal override IEnumerable<SourcePosition> Places => [.. new[] { Ingress?.At, Egress?.At }.OfType<SourcePosition>(), Selector.At];
}

/// <summary>Where a VirtualService sends requests.</summary>
internal sealed record RoutesNote(ResourceIdentity Identity, SourcePosition At, ImmutableArray<Destination> Destinations) : Note(Identity, At)
{
    internal override IEnumerable<SourcePosition> Places => Destinations.Select(destination => destination.At).Concat(Destinations.Select(destination => destination.SubsetAt));
}

/// <summary>One destination; an empty subset is none.</summary>
internal readonly record struct Destination(string Host, string Subset, SourcePosition At, SourcePosition SubsetAt, string Path);

/// <summary>A DestinationRule.</summary>
internal sealed record HostRuleNote(ResourceIdentity Identity, SourcePosition At, string Host, ImmutableArray<string> Subsets) : Note(Identity, At);

/// <summary>The hosts of a ServiceEntry.</summary>
internal sealed record EntriesNote(ResourceIdentity Identity, SourcePosition At, ImmutableArray<string> Hosts) : Note(Identity, At);

/// <summary>Something makes resources that stand in no file: a release of a chart, an operator's object. A null namespace can be any.</summary>
internal sealed record MakesNote(SourcePosition At, string? Namespace) : Note(null, At);

/// <summary>Something gives resources the namespace that they do not name.</summary>
internal sealed record NamesNamespacesNote(SourcePosition At) : Note(null, At);

/// <summary>A release of a Helm chart.</summary>
/// <param name="Identity">The object that asks for it; null for an entry of a helmfile.</param>
/// <param name="At">Where its name stands.</param>
/// <param name="Name">Its name.</param>
/// <param name="Path">The field that names it.</param>
/// <param name="Place">What it shares with another release that would overwrite it: tool, cluster and namespace.</param>
internal sealed record ReleaseNote(ResourceIdentity? Identity, SourcePosition At, string Name, string Path, string Place) : Note(Identity, At);

/// <summary>A file of values or of secrets that a helmfile or an Application names.</summary>
/// <param name="Identity">The object that names it; null for a helmfile.</param>
/// <param name="At">Where its name stands.</param>
/// <param name="File">Its path; where only its end is known, it begins with '*'.</param>
/// <param name="Path">The field that names it.</param>
/// <param name="IsSecret">True for a file of secrets.</param>
internal sealed record NamedFileNote(ResourceIdentity? Identity, SourcePosition At, string File, string Path, bool IsSecret) : Note(Identity, At);

/// <summary>A chart that stands in the files: its folder and the names of the charts that it depends on.</summary>
internal sealed record ChartNote(SourcePosition At, string Folder, ImmutableArray<string> Dependencies) : Note(null, At);

/// <summary>A document that is no Kubernetes object, or the values that one holds.</summary>
/// <param name="Identity">The object that holds the values; null for a file of its own.</param>
/// <param name="At">Where it begins.</param>
/// <param name="Empty">Keys with nothing behind them.</param>
/// <param name="IsPlain">True when it holds values that anybody can read.</param>
/// <param name="IsOverride">True when they are known to be laid over a chart's defaults.</param>
internal sealed record ValuesNote(ResourceIdentity? Identity, SourcePosition At, ImmutableArray<(SourcePosition At, string Path)> Empty, bool IsPlain, bool IsOverride) : Note(Identity, At)
{
    internal override IEnumerable<SourcePosition> Places => Empty.Select(empty => empty.At);
}

/// <summary>A webhook of a configuration that injects sidecars.</summary>
/// <param name="Identity">The configuration.</param>
/// <param name="At">Where the webhook begins.</param>
/// <param name="Path">The webhook.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespaces">Which namespaces it answers for.</param>
/// <param name="Pods">Which pods it answers for.</param>
/// <param name="Service">Namespace and name of the Service that it calls; null when it calls an address.</param>
internal sealed record InjectorNote(ResourceIdentity Identity, SourcePosition At, string Path, string Name, LabelSelector Namespaces, LabelSelector Pods, (string Namespace, string Name)? Service) : Note(Identity, At);
