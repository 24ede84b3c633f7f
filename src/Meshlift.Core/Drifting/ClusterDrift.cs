using System.Collections.Immutable;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Drifting;

/// <summary>In what way a cluster is not what Git says.</summary>
public enum DriftKind
{
    /// <summary>Git has the object, the cluster does not, or is about to delete it.</summary>
    Missing,
    /// <summary>Fields are not what Git says.</summary>
    Differs,
    /// <summary>The API server would not take the object as Git has it.</summary>
    Refused,
    /// <summary>The cluster has an object that came from this source, and Git no longer has it.</summary>
    LeftOver,
    /// <summary>It could not be compared.</summary>
    Unknown,
}

/// <summary>Who wrote a field last, as the API server keeps account (<c>metadata.managedFields</c>).</summary>
/// <param name="Manager">Such as <c>kubectl-edit</c> or <c>kustomize-controller</c>.</param>
/// <param name="Operation"><c>Apply</c> or <c>Update</c>.</param>
/// <param name="Time">When that manager last wrote this object; null when the server does not say.</param>
public sealed record FieldAuthor(string Manager, string Operation, DateTimeOffset? Time);

/// <summary>A field that is not what Git says.</summary>
/// <param name="Path">Where, as <see cref="Diffing.DiffPath"/> writes it.</param>
/// <param name="Git">What Git says; null when Git does not have it, or when values are hidden. Of an item that stands elsewhere, <c>place 2</c>, counted from 1.</param>
/// <param name="Live">The same of the cluster.</param>
/// <param name="Author">Who wrote what the cluster has; null when that is not known.</param>
/// <param name="Owner">Why it rightly is another's field, as a clause; null for drift.</param>
public sealed record DriftedField(string Path, YamlNode? Git, YamlNode? Live, FieldAuthor? Author, string? Owner)
{
    /// <summary>True for what belongs to a Secret: its values are in no report.</summary>
    public bool IsHidden { get; init; }

    /// <summary>True for a mark of whoever delivers, such as Flux's labels: it is on every object, and not counted.</summary>
    public bool IsMark { get; init; }
}

/// <summary>An object that is not as Git has it.</summary>
/// <param name="Kind">In what way.</param>
/// <param name="Resource">Which object; its namespace is the one it is looked for in.</param>
/// <param name="Origin">Where it stands in Git, as <c>file:line:column</c>; empty for what is left over.</param>
/// <param name="Fields">The fields, those of others included, in the order of their paths.</param>
/// <param name="Reason">Why, where the fields do not say it; else empty.</param>
public sealed record DriftFinding(DriftKind Kind, ResourceIdentity Resource, string Origin, ImmutableArray<DriftedField> Fields, string Reason)
{
    /// <summary>True when there is nothing but fields of others.</summary>
    public bool IsFolded => Kind == DriftKind.Differs && Fields.All(one => one.Owner is not null);
}

/// <summary>What was found in a cluster.</summary>
/// <param name="Compared">How many objects of Git were held against the cluster.</param>
/// <param name="DryRuns">Of how many the API server itself said what they would become; the fields of the others were compared here.</param>
/// <param name="Findings">In the order of the objects; those with nothing but fields of others included.</param>
/// <param name="Remarks">What was not looked at, or not in the best way.</param>
public sealed record ClusterDrift(int Compared, int DryRuns, ImmutableArray<DriftFinding> Findings, ImmutableArray<string> Remarks)
{
    /// <summary>The findings that are more than fields of others.</summary>
    public IEnumerable<DriftFinding> Real => Findings.Where(finding => !finding.IsFolded);

    /// <summary>How many fields rightly belong to others, marks left out.</summary>
    public int Folded => Findings.Sum(finding => finding.Fields.Count(one => one is { Owner: not null, IsMark: false }));

    /// <summary>True when something of Git could not be read, so that it was held against nothing.</summary>
    public bool IsPartial { get; init; }

    /// <summary>True when the cluster is known not to be what Git says.</summary>
    public bool HasDrift => Real.Any(finding => finding.Kind != DriftKind.Unknown);

    /// <summary>True when not everything could be compared.</summary>
    public bool HasUnknown => IsPartial || Real.Any(finding => finding.Kind == DriftKind.Unknown);

    /// <summary>How many findings there are of a kind.</summary>
    public int Count(DriftKind kind) => Real.Count(finding => finding.Kind == kind);
}
