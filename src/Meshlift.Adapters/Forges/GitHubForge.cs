using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meshlift.Adapters.Forges.Web;
using Meshlift.Core.Commits;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges;

/// <summary>GitHub, by its REST API (version 2022-11-28), in the cloud or on premises.</summary>
/// <param name="connection">The connection.</param>
/// <param name="repository">Owner and name.</param>
internal sealed class GitHubForge(ForgeConnection connection, string repository) : IForge
{
    /// <summary>GitHub's ways.</summary>
    public static ForgeDialect Dialect { get; } = new("Bearer", "application/vnd.github+json, application/json;q=0.9", ("X-GitHub-Api-Version", "2022-11-28"));

    private readonly RepositoryName _name = new(connection, repository, name => "repos/" + name);

    /// <inheritdoc/>
    public Task<ForgeRepository> RepositoryAsync(CancellationToken cancel) => _name.AskAsync(cancel);

    /// <inheritdoc/>
    public async Task<PullRequest?> FindAsync(BranchName branch, CancellationToken cancel)
    {
        var path = await _name.ReadPathAsync(cancel);
        var owner = path.Split('/')[1];
        return PullRequest.Current(await connection.PagesAsync(
            $"{path}/pulls?state=all&per_page=100&head={Uri.EscapeDataString($"{owner}:{branch}")}", "look for the pull request", list => GitHubAnswers.PullRequests(list, branch), cancel));
    }

    /// <inheritdoc/>
    public async Task<PullRequest> OpenAsync(ChangeRequest wanted, CancellationToken cancel)
    {
        var post = new ForgeCall(HttpMethod.Post, $"{await _name.WritePathAsync(cancel)}/pulls", "open a pull request")
        {
            Body = new JsonObject { ["title"] = wanted.Title, ["body"] = wanted.Body, ["head"] = wanted.Branch.Value, ["base"] = wanted.Base.Value, ["draft"] = wanted.Draft },
        };
        return await Once.OpenAsync(this, connection, post, wanted, GitHubAnswers.PullRequest, cancel);
    }

    /// <inheritdoc/>
    public async Task<PullRequest> UpdateAsync(PullRequest there, ChangeRequest wanted, CancellationToken cancel)
    {
        var path = await _name.WritePathAsync(cancel);
        var update = ChangeUpdate.Between(there, wanted);
        var body = new JsonObject();
        if (update.Title is { } title) body["title"] = title;
        if (update.Body is { } text) body["body"] = text;
        if (update.Base is { } target) body["base"] = target;
        if (body.Count > 0) await connection.DoAsync(new ForgeCall(HttpMethod.Patch, $"{path}/pulls/{there.Number}", "update the pull request") { Body = body }, cancel);
        if (!update.Labels.IsEmpty)
        {
            await connection.DoAsync(
                new ForgeCall(HttpMethod.Post, $"{path}/issues/{there.Number}/labels", "label the pull request") { Body = new JsonObject { ["labels"] = Names(update.Labels) }, IsRepeatable = true }, cancel);
        }
        ImmutableArray<string> people = [.. wanted.Reviewers.Except(there.Reviewers, StringComparer.OrdinalIgnoreCase)];
        ImmutableArray<string> teams = [.. wanted.Teams.Except(there.Teams, StringComparer.OrdinalIgnoreCase)];
        // Who has reviewed is no longer among those who are asked.
        if (!(people.IsEmpty && teams.IsEmpty) && !await IsReviewedAsync(path, there, cancel)) await RequestReviewAsync(there, people, teams, cancel);
        return there with { Title = update.Title ?? there.Title, Body = update.Body ?? there.Body, Base = update.Base ?? there.Base, Labels = there.Labels.AddRange(update.Labels) };
    }

    /// <inheritdoc/>
    public async Task CommentOnceAsync(PullRequest request, string key, string text, CancellationToken cancel)
    {
        var path = await _name.WritePathAsync(cancel);
        await Once.CommentAsync(connection, $"{path}/issues/{request.Number}/comments", id => $"{path}/issues/comments/{id}", HttpMethod.Patch, key, text, cancel);
    }

    /// <inheritdoc/>
    public async Task RequestReviewAsync(PullRequest request, ImmutableArray<string> reviewers, ImmutableArray<string> teams, CancellationToken cancel) => await connection.DoAsync(
        new ForgeCall(HttpMethod.Post, $"{await _name.WritePathAsync(cancel)}/pulls/{request.Number}/requested_reviewers", "ask for a review")
        {
            Body = new JsonObject { ["reviewers"] = Names(reviewers), ["team_reviewers"] = Names(teams) },
            IsRepeatable = true,
        },
        cancel);

    /// <inheritdoc/>
    public async Task<ChangeChecks> ChecksAsync(PullRequest request, CancellationToken cancel)
    {
        var commit = $"{await _name.ReadPathAsync(cancel)}/commits/{Once.HeadOf(request)}";
        var runs = await connection.PagesAsync($"{commit}/check-runs?per_page=100", "read the checks", GitHubAnswers.CheckRuns, cancel);
        return new ChangeChecks(runs.AddRange(await connection.PagesAsync($"{commit}/status?per_page=100", "read the statuses", GitHubAnswers.Statuses, cancel)));
    }

    /// <inheritdoc/>
    public async Task MergeAsync(PullRequest request, MergeMethod method, CancellationToken cancel) => await Once.MergeAsync(
        this, connection,
        new ForgeCall(HttpMethod.Put, $"{await _name.WritePathAsync(cancel)}/pulls/{request.Number}/merge", "merge the pull request")
        {
            Body = new JsonObject { ["sha"] = Once.HeadOf(request), ["merge_method"] = method switch { MergeMethod.Squash => "squash", MergeMethod.Rebase => "rebase", _ => "merge" } },
        },
        request, cancel);

    /// <inheritdoc/>
    public async Task CloseAsync(PullRequest request, string reason, CancellationToken cancel)
    {
        await CommentOnceAsync(request, "closed", reason, cancel);
        await connection.DoAsync(
            new ForgeCall(HttpMethod.Patch, $"{await _name.WritePathAsync(cancel)}/pulls/{request.Number}", "close the pull request")
            {
                Body = new JsonObject { ["state"] = "closed", ["body"] = CommentMarker.Withdraw(request.Body) },
            },
            cancel);
    }

    private Task<bool> IsReviewedAsync(string path, PullRequest request, CancellationToken cancel) => connection.SendAsync(
        new ForgeCall(HttpMethod.Get, $"{path}/pulls/{request.Number}/reviews?per_page=1", "read the reviews"), list => AnswerFields.Items(list, review => review.Number("id")).Length > 0, cancel);

    private static JsonArray Names(ImmutableArray<string> names) => [.. names.Select(name => (JsonNode)name)];
}
