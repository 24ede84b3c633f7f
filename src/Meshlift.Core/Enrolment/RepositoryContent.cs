using System.Collections.Immutable;
using Meshlift.Core.Configuration;
using Meshlift.Core.Injection;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Core.Enrolment;

/// <summary>The files of a repository at one commit, as far as they may say who is enrolled where.</summary>
/// <param name="Name">The repository, as the configuration calls it.</param>
/// <param name="Forge">Where its pull requests are.</param>
/// <param name="Files">Manifests, kustomizations, values and <c>CODEOWNERS</c>, by their paths from the root with '/' between the parts.</param>
/// <param name="Values">Labels that stand in values of charts.</param>
/// <param name="Generated">Files and folders that a tool writes, without '/' at the end; empty for none.</param>
public sealed record RepositoryContent(
    string Name, ForgeKind Forge, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Files, ImmutableArray<ValuesLabels> Values, ImmutableArray<string> Generated)
{
    /// <summary>The files of environments that are not meant, as patterns from the root; empty when every file is for all of them.</summary>
    public ImmutableArray<PathGlob> Elsewhere { get; init; } = [];
}

/// <summary>What carries the labels by which a namespace or a pod asks for a proxy.</summary>
public enum LabelPlaceKind
{
    /// <summary>A document of kind Namespace.</summary>
    Namespace,
    /// <summary>The pods of a workload.</summary>
    Pod,
    /// <summary>A setting of a kustomization, which puts labels on all its resources.</summary>
    Kustomization,
    /// <summary>Labels in the values of a chart.</summary>
    ValuesLabels,
    /// <summary>The revision alone, in the values of a chart.</summary>
    ValuesRevision,
    /// <summary>Something that is not edited: a patch or a template.</summary>
    Other,
}

/// <summary>A place in a file that says how namespaces or pods are enrolled.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line of the labels, or of what would carry them; 1-based.</param>
/// <param name="Kind">What carries them.</param>
/// <param name="Namespaces">The namespaces it reaches, in ordinal order.</param>
/// <param name="Workload">The workload; null for a place of whole namespaces.</param>
/// <param name="Document">The index of the document in the file.</param>
/// <param name="Path">The labels, or the revision, in the document; null for <see cref="LabelPlaceKind.Other"/>.</param>
/// <param name="Labels">What stands there.</param>
/// <param name="Obstacle">Why it is not edited; null when it is.</param>
public sealed record LabelPlace(
    string File, int Line, LabelPlaceKind Kind, ImmutableArray<string> Namespaces, ResourceIdentity? Workload, int Document, YamlPath? Path, Labels Labels, string? Obstacle)
{
    /// <summary>True when a label here has a say about injection.</summary>
    public bool Asks => Labels[InjectionLabels.Injection] is not null || Labels[InjectionLabels.Revision] is not null || Kind is LabelPlaceKind.ValuesRevision or LabelPlaceKind.Other;
}

/// <summary>One definition of a namespace: a document, as one way of delivering it makes it.</summary>
/// <param name="Name">The namespace.</param>
/// <param name="File">The file.</param>
/// <param name="Line">The line; 1-based.</param>
/// <param name="Labels">Its labels, those that kustomizations add included.</param>
/// <param name="Annotations">Its annotations.</param>
public sealed record NamespaceDefinition(string Name, string File, int Line, Labels Labels, Labels Annotations)
{
    /// <summary>What it says about injection, to be compared.</summary>
    public (string? Injection, string? Revision) Enrolment => (Labels[InjectionLabels.Injection], Labels[InjectionLabels.Revision]);
}

/// <summary>What a repository says about enrolment.</summary>
/// <param name="Content">The files.</param>
/// <param name="Definitions">Its namespaces, in the order of the files.</param>
/// <param name="Subjects">What makes pods, with its effective namespace and labels.</param>
/// <param name="Places">Where labels stand, in the order of the files.</param>
/// <param name="Unread">What could not be read, so that nothing is known of it.</param>
/// <param name="Templates">Files that are templates of a chart and so are no YAML.</param>
public sealed record EnrolledRepository(
    RepositoryContent Content, ImmutableArray<NamespaceDefinition> Definitions, ImmutableArray<InjectionSubject> Subjects, ImmutableArray<LabelPlace> Places,
    ImmutableArray<UserException> Unread, int Templates);
