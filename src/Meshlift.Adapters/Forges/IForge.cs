using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges;

/// <summary>How a pull request comes into its branch.</summary>
public enum MergeMethod
{
    /// <summary>By a merge commit.</summary>
    Merge,
    /// <summary>As one commit.</summary>
    Squash,
    /// <summary>Commit by commit. GitLab does as its project says.</summary>
    Rebase,
}

/// <summary>
/// The pull requests of one repository. Everything may be done again: what is there already is found, and not made twice. All throws
/// <see cref="UserException"/>: <see cref="ErrorKind.Environment"/> when the forge is down, far, limited or does not know the token, and
/// <see cref="ErrorKind.Refused"/> when a person or a rule says no.
/// </summary>
public interface IForge
{
    /// <summary>The repository as the forge knows it. Its name differs from the configured one when it was renamed: it is then read, but not written to.</summary>
    Task<ForgeRepository> RepositoryAsync(CancellationToken cancel);

    /// <summary>The pull request of a branch: the open one, else the newest; null when there never was one. Those of forks do not count.</summary>
    Task<PullRequest?> FindAsync(BranchName branch, CancellationToken cancel);

    /// <summary>Proposes a change: opens a pull request, or brings the open one up to date. The branch is there already.</summary>
    /// <exception cref="UserException">Among others: a person closed it before, which is a no.</exception>
    Task<PullRequest> OpenAsync(ChangeRequest wanted, CancellationToken cancel);

    /// <summary>Corrects title, text, base, and labels and reviewers that are missing. Reviews are not asked for again once somebody has reviewed.</summary>
    /// <returns>The pull request as it is then.</returns>
    Task<PullRequest> UpdateAsync(PullRequest there, ChangeRequest wanted, CancellationToken cancel);

    /// <summary>Says something once: a comment of the same key is edited, not repeated, and left alone when it says so already.</summary>
    Task CommentOnceAsync(PullRequest request, string key, string text, CancellationToken cancel);

    /// <summary>Asks people and teams for a review, also again.</summary>
    Task RequestReviewAsync(PullRequest request, ImmutableArray<string> reviewers, ImmutableArray<string> teams, CancellationToken cancel);

    /// <summary>The checks of the last commit.</summary>
    Task<ChangeChecks> ChecksAsync(PullRequest request, CancellationToken cancel);

    /// <summary>Merges it, if it is still at the commit that was seen and the rules of the branch allow it.</summary>
    Task MergeAsync(PullRequest request, MergeMethod method, CancellationToken cancel);

    /// <summary>Closes it, and says why. It is then <see cref="ChangeState.Withdrawn"/>, and may be proposed anew.</summary>
    Task CloseAsync(PullRequest request, string reason, CancellationToken cancel);
}
