using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Commits;

namespace Meshlift.Core.Forges;

/// <summary>Reads what GitLab answers about merge requests.</summary>
public static class GitLabAnswers
{
    /// <summary>A list of merge requests of one branch. Those from forks that have a branch of that name are left out.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ImmutableArray<PullRequest> MergeRequests(JsonElement list, BranchName branch) =>
        [.. AnswerFields.Items(list, one => one.Number("source_project_id") == one.Number("target_project_id") ? MergeRequest(one) : null).OfType<PullRequest>().Where(one => one.Branch == branch.Value)];

    /// <summary>A merge request.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static PullRequest MergeRequest(JsonElement one)
    {
        var body = one.TextOrNull("description") ?? "";
        var state = one.Text("state");
        var (title, isDraft) = DraftTitle.Read(one.Text("title"));
        return new PullRequest(
            // "locked" is the moment in which it is being merged.
            one.Number("iid"), one.Address("web_url"), GitHubAnswers.State(state == "locked" ? "opened" : state, state == "merged", body),
            one.Text("source_branch"), one.Text("target_branch"), GitHubAnswers.Commit(one.TextOrNull("sha")), title, body)
        {
            Labels = one.Items("labels", label => label.GetString() ?? ""),
            Reviewers = one.Items("reviewers", user => user.TextOrNull("username") ?? ""),
            Draft = isDraft || one.IsTrue("draft"),
        };
    }

    /// <summary>The jobs and statuses of a commit. One that is allowed to fail does not count when it did.</summary>
    /// <exception cref="JsonException">It is no such list.</exception>
    public static ImmutableArray<Check> Statuses(JsonElement list) => AnswerFields.Items(list, status =>
    {
        var meaning = ChangeChecks.Meaning(status.Text("status"));
        return new Check(status.TextOrNull("name") ?? "", meaning == CheckStatus.Failed && status.IsTrue("allow_failure") ? CheckStatus.Passed : meaning);
    });
}
