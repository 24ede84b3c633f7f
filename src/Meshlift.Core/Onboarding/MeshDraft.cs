using System.Collections.Immutable;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Onboarding;

/// <summary>A file that init writes beside <c>meshlift.yaml</c>, because that names it.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Bytes">Its content.</param>
/// <param name="Why">What it is, for people.</param>
public sealed record DraftFile(string Path, ReadOnlyMemory<byte> Bytes, string Why);

/// <summary>A chart in a draft.</summary>
/// <param name="Chart">The chart.</param>
/// <param name="Release">The name of its release; null for the usual one.</param>
/// <param name="Namespace">Its namespace; null for that of the control plane, never null for a gateway.</param>
/// <param name="Values">Its files of values.</param>
public sealed record DraftChart(IstioChart Chart, string? Release, string? Namespace, ImmutableArray<string> Values);

/// <summary>The charts of a draft.</summary>
/// <param name="Source">Where they come from.</param>
/// <param name="Namespace">The namespace of the control plane.</param>
/// <param name="Charts">The charts.</param>
public sealed record DraftCharts(string Source, string Namespace, ImmutableArray<DraftChart> Charts);

/// <summary>An environment of a draft.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Clusters">Its clusters.</param>
public sealed record DraftEnvironment(string Name, ImmutableArray<NamedCluster> Clusters);

/// <summary>Rendered resources that a repository goes without, and that are therefore left out.</summary>
/// <param name="Kind">Their kind.</param>
/// <param name="Name">A pattern of their names.</param>
public sealed record DraftCleanRule(string Kind, string Name)
{
    /// <summary>True when it leaves this resource out.</summary>
    public bool Matches(ResourceIdentity resource) => resource.Kind == Kind && Glob.Parse(Name).Matches(resource.Name);
}

/// <summary>A control plane that stands in a cluster.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Version">Its version.</param>
public sealed record StandingVersion(NamedCluster Cluster, RevisionName Revision, IstioVersion Version);

/// <summary>Everything that goes into a <c>meshlift.yaml</c>, with the reasons that it is given as comments.</summary>
public sealed record MeshDraft
{
    /// <summary>The name of the mesh.</summary>
    public required string Name { get; init; }

    /// <summary>The newest version that stands there.</summary>
    public required IstioVersion Version { get; init; }

    /// <summary>How revisions are named.</summary>
    public required RevisionTemplate Revision { get; init; }

    /// <summary>What renders.</summary>
    public required Renderer Renderer { get; init; }

    /// <summary>The IstioOperator files; empty unless istioctl renders.</summary>
    public ImmutableArray<string> Operators { get; init; } = [];

    /// <summary>The program that renders; null for the one on PATH, or one that is fetched.</summary>
    public string? Program { get; init; }

    /// <summary>The charts; null unless Helm renders.</summary>
    public DraftCharts? Charts { get; init; }

    /// <summary>Where manifests lie; null unless nothing renders.</summary>
    public string? Manifests { get; init; }

    /// <summary>What delivers.</summary>
    public required DeliveryEngine Engine { get; init; }

    /// <summary>Why that; empty when a person said so.</summary>
    public required string EngineReason { get; init; }

    /// <summary>Where Istio stands below each cluster.</summary>
    public required string Folder { get; init; }

    /// <summary>Flux's object that brings the repository; null for the usual one, or without Flux.</summary>
    public (string Name, string Namespace)? FluxSource { get; init; }

    /// <summary>This repository, as Argo CD clones it; null without Argo CD.</summary>
    public string? Repository { get; init; }

    /// <summary>The environments.</summary>
    public required ImmutableArray<DraftEnvironment> Environments { get; init; }

    /// <summary>Rendered resources that are left out.</summary>
    public ImmutableArray<DraftCleanRule> Clean { get; init; } = [];

    /// <summary>Revision tags that Meshlift renders.</summary>
    public ImmutableArray<TagName> Tags { get; init; } = [];

    /// <summary>Files that are written beside it.</summary>
    public ImmutableArray<DraftFile> Files { get; init; } = [];

    /// <summary>What stands where, oldest version first.</summary>
    public required ImmutableArray<StandingVersion> Standing { get; init; }

    /// <summary>What a person should know.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}

/// <summary>A draft, or what is missing for one.</summary>
/// <param name="Draft">The draft; null when something is missing.</param>
/// <param name="Missing">The questions whose answers are missing; empty with a draft.</param>
public sealed record DraftResult(MeshDraft? Draft, ImmutableArray<InitQuestion> Missing);
