using System.Collections.Immutable;
using Meshlift.Core.Commits;

namespace Meshlift.Core.Forges;

/// <summary>A change as it is to stand on a forge: a pull request, or what the forge calls it.</summary>
/// <param name="Branch">The branch that holds it; there is at most one open pull request for it.</param>
/// <param name="Base">The branch that it is for.</param>
/// <param name="Title">One line.</param>
/// <param name="Body">Markdown; may be empty.</param>
public sealed record ChangeRequest(BranchName Branch, BranchName Base, string Title, string Body)
{
    /// <summary>Labels that it is to have. Those that people add stay.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Accounts that are asked to review, without '@'.</summary>
    public ImmutableArray<string> Reviewers { get; init; } = [];

    /// <summary>Teams that are asked to review: on GitHub and Gitea the team's short name, on GitLab the group's path.</summary>
    public ImmutableArray<string> Teams { get; init; } = [];

    /// <summary>Opened as a draft. What it is later is for people to say.</summary>
    public bool Draft { get; init; }
}

/// <summary>Where a pull request stands.</summary>
public enum ChangeState
{
    /// <summary>Neither merged nor closed.</summary>
    Open,
    /// <summary>In the branch that it was for.</summary>
    Merged,
    /// <summary>Closed by a person, who so said no. It is remembered, and not opened again.</summary>
    Refused,
    /// <summary>Closed by Meshlift, because it was no longer needed. It may be proposed anew.</summary>
    Withdrawn,
}

/// <summary>A pull request as a forge has it.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Address">Where people read it; null on a forge without pages.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Branch">The branch that holds it.</param>
/// <param name="Base">The branch that it is for.</param>
/// <param name="Head">The last commit of it that the forge knows; null when the forge does not say, as GitLab may of a request whose branch is gone.</param>
/// <param name="Title">Its title, without the mark by which some forges know a draft.</param>
/// <param name="Body">Its text.</param>
public sealed record PullRequest(long Number, Uri? Address, ChangeState State, string Branch, string Base, CommitId? Head, string Title, string Body)
{
    /// <summary>Its labels.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>The accounts whose review is asked for and not there yet.</summary>
    public ImmutableArray<string> Reviewers { get; init; } = [];

    /// <summary>The teams whose review is asked for and not there yet.</summary>
    public ImmutableArray<string> Teams { get; init; } = [];

    /// <summary>Whether it is a draft.</summary>
    public bool Draft { get; init; }

    /// <summary>The one that counts for a branch: the open one, else the newest; null when there is none.</summary>
    /// <param name="all">All that there ever were from this branch.</param>
    public static PullRequest? Current(IEnumerable<PullRequest> all) =>
        all.OrderByDescending(one => one.State == ChangeState.Open).ThenByDescending(one => one.Number).FirstOrDefault();

    /// <summary>Whether a change may be proposed where this one stands already; else an error says why not.</summary>
    /// <exception cref="UserException">A person closed it.</exception>
    public void RequireNotRefused(string repository)
    {
        if (State == ChangeState.Refused)
        {
            throw new UserException(ErrorKind.Refused, $"{repository}: a person closed pull request {Number} ('{CommitMessage.OneLine(Title)}') without merging it, which is a no",
                "talk to the owner; to have it after all, open that pull request again by hand");
        }
    }
}
