using System.Collections.Immutable;

namespace Meshlift.Core.Forges;

/// <summary>How a check of a commit stands.</summary>
public enum CheckStatus
{
    /// <summary>It passed, or was left out on purpose.</summary>
    Passed,
    /// <summary>It has not ended.</summary>
    Pending,
    /// <summary>It failed, was cancelled, timed out, or waits for a person.</summary>
    Failed,
    /// <summary>Nobody knows: the forge has no check yet, or says a word that is not known here. It never counts as passed.</summary>
    Unknown,
}

/// <summary>One check of a commit.</summary>
/// <param name="Name">What the forge calls it.</param>
/// <param name="Status">How it stands.</param>
public sealed record Check(string Name, CheckStatus Status);

/// <summary>All checks of a commit.</summary>
/// <param name="All">Each of them; several may have one name.</param>
public sealed record ChangeChecks(ImmutableArray<Check> All)
{
    /// <summary>
    /// All in one word: failed when one failed; else unknown when one is, or there is none at all (a moment after the push, checks have not begun); else pending
    /// when one is; else passed.
    /// </summary>
    public CheckStatus Status =>
        Any(CheckStatus.Failed) ? CheckStatus.Failed
        : All.IsEmpty || Any(CheckStatus.Unknown) ? CheckStatus.Unknown
        : Any(CheckStatus.Pending) ? CheckStatus.Pending
        : CheckStatus.Passed;

    /// <summary>What the words of the forges mean: conclusions and statuses of GitHub, states of GitLab's jobs, and of Gitea's statuses.</summary>
    public static CheckStatus Meaning(string word) => word switch
    {
        "success" or "neutral" or "skipped" => CheckStatus.Passed,
        "queued" or "in_progress" or "waiting" or "requested" or "pending" or "created" or "running" or "preparing" or "waiting_for_resource" or "scheduled" => CheckStatus.Pending,
        // Gitea's "warning" does not let a merge through either.
        "failure" or "failed" or "error" or "cancelled" or "canceled" or "timed_out" or "action_required" or "startup_failure" or "stale" or "manual" or "warning" => CheckStatus.Failed,
        _ => CheckStatus.Unknown,
    };

    private bool Any(CheckStatus status) => All.Any(check => check.Status == status);
}
