using System.Collections.Immutable;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;
using Meshlift.Core.Injection;

namespace Meshlift.Core.Enrolment;

/// <summary>What is to be moved. The set is closed.</summary>
public abstract record MigrationSelection
{
    private MigrationSelection() { }

    /// <summary>The first wave in which something is left to do.</summary>
    public sealed record NextWave : MigrationSelection;

    /// <summary>One wave.</summary>
    /// <param name="Name">Its name.</param>
    public sealed record Wave(string Name) : MigrationSelection;

    /// <summary>Namespaces by their names, whatever their wave.</summary>
    /// <param name="Names">At least one.</param>
    public sealed record Namespaces(ImmutableArray<string> Names) : MigrationSelection;

    /// <summary>One workload, ahead of its namespace.</summary>
    /// <param name="Namespace">Its namespace.</param>
    /// <param name="Kind">Its kind, whatever its capitals; null for any.</param>
    /// <param name="Name">Its name.</param>
    public sealed record Workload(string Namespace, string? Kind, string Name) : MigrationSelection;
}

/// <summary>The injectors of a cluster, as they stand in Git.</summary>
/// <param name="Name">The cluster.</param>
/// <param name="Mesh">Its injectors.</param>
public sealed record MeshCluster(string Name, MeshInjection Mesh);

/// <summary>All that a migration is decided from.</summary>
/// <param name="Repositories">The repositories.</param>
/// <param name="Clusters">The clusters that the namespaces are in; at least one.</param>
/// <param name="Where">A word for these clusters, such as their environment; a part of the names of branches.</param>
/// <param name="DataPlane">Waves and strategy.</param>
/// <param name="Owners">How owners are found.</param>
/// <param name="Target">The revision or the tag.</param>
/// <param name="Selection">What is to be moved.</param>
public sealed record MigrationRequest(
    ImmutableArray<EnrolledRepository> Repositories, ImmutableArray<MeshCluster> Clusters, string Where, DataPlaneSpec DataPlane, Owners Owners, string Target, MigrationSelection Selection);

/// <summary>Why something is not part of a change.</summary>
public enum RemarkKind
{
    /// <summary>It asks for the target already.</summary>
    AlreadyThere,
    /// <summary>It asks for no proxy, so that nothing is to be moved.</summary>
    NotEnrolled,
    /// <summary>No repository defines the namespace.</summary>
    Undefined,
    /// <summary>Nobody owns the namespace.</summary>
    Unowned,
    /// <summary>The labels do not allow it.</summary>
    NotPossible,
    /// <summary>A line of a <c>CODEOWNERS</c> file that the forge passes over.</summary>
    Owners,
}

/// <summary>Something that a person should know.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">The namespace, the workload or the file.</param>
/// <param name="Message">In a sentence.</param>
public sealed record MigrationRemark(RemarkKind Kind, string Subject, string Message)
{
    /// <summary>True when a person has to do something about it.</summary>
    public bool NeedsPerson => Kind is RemarkKind.Undefined or RemarkKind.Unowned or RemarkKind.NotPossible or RemarkKind.Owners;
}

/// <summary>One edit of a change.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line before the change; 1-based.</param>
/// <param name="Edit">What is done, as an instruction.</param>
public sealed record PlannedEdit(string File, int Line, string Edit);

/// <summary>What happens to the pods of a change in some clusters.</summary>
/// <param name="Clusters">The clusters in which exactly this happens.</param>
/// <param name="Rows">Each workload and gateway of the namespaces.</param>
public sealed record ClusterForecast(ImmutableArray<string> Clusters, ImmutableArray<ForecastRow> Rows);

/// <summary>A change to propose: one owner, one wave, one repository.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Owners">Who is asked; empty for nobody.</param>
/// <param name="Namespaces">The namespaces that it moves, in ordinal order.</param>
/// <param name="Branch">The branch; a function of the step.</param>
/// <param name="Files">The new contents of the files that change.</param>
/// <param name="Edits">The edits, in the order of the files.</param>
/// <param name="Forecasts">What happens to the pods.</param>
/// <param name="Title">The title of the pull request.</param>
/// <param name="Body">Its text, in Markdown.</param>
public sealed record ProposedChange(
    string Repository, ImmutableArray<string> Owners, ImmutableArray<string> Namespaces, BranchName Branch, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Files,
    ImmutableArray<PlannedEdit> Edits, ImmutableArray<ClusterForecast> Forecasts, string Title, string Body);

/// <summary>A migration, decided.</summary>
/// <param name="Wave">The wave; null for what was named by hand, and when no wave has anything left.</param>
/// <param name="Target">The revision or the tag.</param>
/// <param name="Changes">The changes to propose, by repository and owners.</param>
/// <param name="ByHand">The edits that a person has to make; their namespaces are in no change.</param>
/// <param name="Remarks">What is not part of a change, and why.</param>
public sealed record MigrationPlan(string? Wave, string Target, ImmutableArray<ProposedChange> Changes, ImmutableArray<ManualEdit> ByHand, ImmutableArray<MigrationRemark> Remarks)
{
    /// <summary>True when a person has to do something beyond merging.</summary>
    public bool NeedsPerson => !ByHand.IsEmpty || Remarks.Any(remark => remark.NeedsPerson);
}
