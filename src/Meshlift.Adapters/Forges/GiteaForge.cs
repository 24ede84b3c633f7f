using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meshlift.Adapters.Forges.Web;
using Meshlift.Core.Commits;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges;

/// <summary>Gitea and Forgejo, by the API that they share (v1).</summary>
/// <param name="connection">The connection.</param>
/// <param name="repository">Owner and name.</param>
internal sealed class GiteaForge(ForgeConnection connection, string repository) : IForge
{
    /// <summary>Their ways.</summary>
    public static ForgeDialect Dialect { get; } = new("token", "application/json", null);

    private readonly RepositoryName _name = new(connection, repository, name => "repos/" + name);

    /// <inheritdoc/>
    public Task<ForgeRepository> RepositoryAsync(CancellationToken cancel) => _name.AskAsync(cancel);

    /// <inheritdoc/>
    // They cannot be asked for one branch, so all are looked through.
    public async Task<PullRequest?> FindAsync(BranchName branch, CancellationToken cancel) => PullRequest.Current(await connection.PagesAsync(
        $"{await _name.ReadPathAsync(cancel)}/pulls?state=all&sort=recentupdate&limit=50", "look for the pull request", list => GitHubAnswers.PullRequests(list, branch), cancel, mostPages: 400));

    /// <inheritdoc/>
    public async Task<PullRequest> OpenAsync(ChangeRequest wanted, CancellationToken cancel)
    {
        var post = new ForgeCall(HttpMethod.Post, $"{await _name.WritePathAsync(cancel)}/pulls", "open a pull request")
        {
            Body = new JsonObject { ["title"] = wanted.Draft ? "WIP: " + wanted.Title : wanted.Title, ["body"] = wanted.Body, ["head"] = wanted.Branch.Value, ["base"] = wanted.Base.Value },
        };
        return await Once.OpenAsync(this, connection, post, wanted, GitHubAnswers.PullRequest, cancel);
    }

    /// <inheritdoc/>
    public async Task<PullRequest> UpdateAsync(PullRequest there, ChangeRequest wanted, CancellationToken cancel)
    {
        var path = await _name.WritePathAsync(cancel);
        var update = ChangeUpdate.Between(there, wanted);
        var body = new JsonObject();
        if (update.Title is { } title) body["title"] = there.Draft ? "WIP: " + title : title;
        if (update.Body is { } text) body["body"] = text;
        if (update.Base is { } target) body["base"] = target;
        if (body.Count > 0) await connection.DoAsync(new ForgeCall(HttpMethod.Patch, $"{path}/pulls/{there.Number}", "update the pull request") { Body = body }, cancel);
        if (!update.Labels.IsEmpty)
        {
            JsonArray ids = [.. (await LabelsAsync(path, update.Labels, cancel)).Select(id => (JsonNode)id)];
            await connection.DoAsync(new ForgeCall(HttpMethod.Post, $"{path}/issues/{there.Number}/labels", "label the pull request") { Body = new JsonObject { ["labels"] = ids }, IsRepeatable = true }, cancel);
        }
        ImmutableArray<string> people = [.. wanted.Reviewers.Except(there.Reviewers, StringComparer.OrdinalIgnoreCase)];
        ImmutableArray<string> teams = [.. wanted.Teams.Except(there.Teams, StringComparer.OrdinalIgnoreCase)];
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
            Body = new JsonObject { ["reviewers"] = new JsonArray([.. reviewers.Select(name => (JsonNode)name)]), ["team_reviewers"] = new JsonArray([.. teams.Select(name => (JsonNode)name)]) },
            IsRepeatable = true,
        },
        cancel);

    /// <inheritdoc/>
    public async Task<ChangeChecks> ChecksAsync(PullRequest request, CancellationToken cancel) => new(await connection.PagesAsync(
        $"{await _name.ReadPathAsync(cancel)}/commits/{Once.HeadOf(request)}/status?limit=50", "read the statuses", GitHubAnswers.Statuses, cancel));

    /// <inheritdoc/>
    public async Task MergeAsync(PullRequest request, MergeMethod method, CancellationToken cancel) => await Once.MergeAsync(
        this, connection,
        new ForgeCall(HttpMethod.Post, $"{await _name.WritePathAsync(cancel)}/pulls/{request.Number}/merge", "merge the pull request")
        {
            Body = new JsonObject { ["Do"] = method switch { MergeMethod.Squash => "squash", MergeMethod.Rebase => "rebase", _ => "merge" }, ["head_commit_id"] = Once.HeadOf(request) },
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

    private async Task<ImmutableArray<long>> LabelsAsync(string path, ImmutableArray<string> names, CancellationToken cancel)
    {
        var there = await connection.PagesAsync($"{path}/labels?limit=50", "read the labels", list => AnswerFields.Items(list, label => (Name: label.Text("name"), Id: label.Number("id"))), cancel);
        var ids = ImmutableArray.CreateBuilder<long>();
        foreach (var name in names)
        {
            if (there.FirstOrDefault(label => label.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Id: > 0 } known) ids.Add(known.Id);
            else
            {
                ids.Add(await connection.SendAsync(
                    new ForgeCall(HttpMethod.Post, $"{path}/labels", "make a label") { Body = new JsonObject { ["name"] = name, ["color"] = "#466bb0" }, IsRepeatable = true }, label => label.Number("id"), cancel));
            }
        }
        return ids.DrainToImmutable();
    }

    // The list holds requests, too.
    private async Task<bool> IsReviewedAsync(string path, PullRequest request, CancellationToken cancel) => (await connection.PagesAsync(
        $"{path}/pulls/{request.Number}/reviews?limit=50", "read the reviews", list => AnswerFields.Items(list, review => review.TextOrNull("state")), cancel)).Any(state => state != "REQUEST_REVIEW");
}
