using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Commits;

namespace Meshlift.Core.Forges;

/// <summary>Reads what GitHub, and Gitea after its model, answer about pull requests.</summary>
public static class GitHubAnswers
{
    /// <summary>A list of pull requests of one branch. Those from forks that have a branch of that name are left out.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ImmutableArray<PullRequest> PullRequests(JsonElement list, BranchName branch) =>
        [.. AnswerFields.Items(list, one => IsOwn(one) ? PullRequest(one) : null).OfType<PullRequest>().Where(one => one.Branch == branch.Value)];

    /// <summary>A pull request.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static PullRequest PullRequest(JsonElement one)
    {
        var head = one.Needed("head");
        var title = one.Text("title");
        var body = one.TextOrNull("body") ?? "";
        var (plain, isDraft) = DraftTitle.Read(title);
        var state = one.Text("state");
        var isMerged = state == "closed" && (one.TextOrNull("merged_at") is not null || one.IsTrue("merged"));
        return new PullRequest(
            one.Number("number"), one.Address("html_url"), State(state, isMerged, body), head.Text("ref"), one.Needed("base").Text("ref"), Commit(head.TextOrNull("sha")), plain, body)
        {
            Labels = one.Items("labels", label => label.TextOrNull("name") ?? ""),
            Reviewers = one.Items("requested_reviewers", user => user.TextOrNull("login") ?? ""),
            Teams = one.Items("requested_teams", team => team.TextOrNull("slug") ?? team.TextOrNull("name") ?? ""),
            Draft = isDraft || one.IsTrue("draft"),
        };
    }

    /// <summary>The check runs of a commit.</summary>
    /// <exception cref="JsonException">It is no such list.</exception>
    public static ImmutableArray<Check> CheckRuns(JsonElement answer) => answer.Items("check_runs", run => new Check(
        run.Text("name"), ChangeChecks.Meaning(run.Text("status") == "completed" ? run.TextOrNull("conclusion") ?? "" : run.Text("status"))));

    /// <summary>The statuses of a commit, the last of each name.</summary>
    /// <exception cref="JsonException">It is no such list.</exception>
    public static ImmutableArray<Check> Statuses(JsonElement answer) =>
        answer.Items("statuses", status => new Check(status.TextOrNull("context") ?? "", ChangeChecks.Meaning(status.TextOrNull("state") ?? status.TextOrNull("status") ?? "")));

    internal static ChangeState State(string word, bool isMerged, string body) =>
        isMerged ? ChangeState.Merged
        : word != "closed" ? ChangeState.Open
        : body.Contains(CommentMarker.Withdrawn, StringComparison.Ordinal) ? ChangeState.Withdrawn
        : ChangeState.Refused;

    internal static CommitId? Commit(string? text) => text is null or "" ? null : text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower) ? CommitId.Parse(text) : throw new JsonException("the head is no commit");

    // A fork that was deleted has no repository; the branch is then not ours.
    private static bool IsOwn(JsonElement one) =>
        one.Needed("head").Field("repo") is { } from && one.Needed("base").Field("repo") is { } to && from.TextOrNull("full_name") == to.TextOrNull("full_name");
}
