using System.Collections.Immutable;

namespace Meshlift.Core.Commits;

/// <summary>A commit as it stands on a branch.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Tree">The name of the tree it holds.</param>
/// <param name="Parents">Its parents; empty for a first commit.</param>
/// <param name="Author">Its author, as <c>Name &lt;address&gt;</c>.</param>
/// <param name="Message">Its message, all of it.</param>
public sealed record RecordedCommit(CommitId Id, string Tree, ImmutableArray<CommitId> Parents, string Author, string Message);

/// <summary>A commit as a step would make it, wherever it may end up.</summary>
/// <param name="Tree">The name of the tree it holds.</param>
/// <param name="Message">Its message, all of it.</param>
public sealed record IntendedCommit(string Tree, string Message);

/// <summary>What may happen to a branch that is there already.</summary>
public static class BranchHistory
{
    /// <summary>The first commit that Meshlift did not make, or null: then the branch may be rebuilt, since nobody's work is lost.</summary>
    /// <param name="beyondBase">The commits of the branch that its base does not have, oldest first.</param>
    public static RecordedCommit? FirstForeign(IEnumerable<RecordedCommit> beyondBase) =>
        beyondBase.FirstOrDefault(commit => CommitMessage.Parse(commit.Message).Step is null);

    /// <summary>Whether the branch already holds just these commits, in this order, directly on this base.</summary>
    /// <param name="basis">The commit that the step starts from.</param>
    /// <param name="beyondBase">The commits of the branch that its base does not have, oldest first.</param>
    /// <param name="intended">The commits of the step, oldest first.</param>
    public static bool AlreadyHolds(CommitId basis, ImmutableArray<RecordedCommit> beyondBase, ImmutableArray<IntendedCommit> intended)
    {
        if (beyondBase.Length != intended.Length) return false;
        var parent = basis;
        foreach (var (there, wanted) in beyondBase.Zip(intended))
        {
            if (there.Parents is not [var only] || only != parent || there.Tree != wanted.Tree) return false;
            if (there.Message.TrimEnd('\n') != wanted.Message.TrimEnd('\n')) return false;
            parent = there.Id;
        }
        return true;
    }
}
