using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meshlift.Adapters.Forges.Web;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges;

/// <summary>GitLab, by its REST API (v4), in the cloud or on premises.</summary>
/// <param name="connection">The connection.</param>
/// <param name="repository">The project's path with all its groups.</param>
internal sealed class GitLabForge(ForgeConnection connection, string repository) : IForge
{
    /// <summary>GitLab's ways.</summary>
    public static ForgeDialect Dialect { get; } = new("Bearer", "application/json", null);

    private readonly RepositoryName _name = new(connection, repository, name => "projects/" + Uri.EscapeDataString(name));

    /// <inheritdoc/>
    public Task<ForgeRepository> RepositoryAsync(CancellationToken cancel) => _name.AskAsync(cancel);

    /// <inheritdoc/>
    public async Task<PullRequest?> FindAsync(BranchName branch, CancellationToken cancel) => PullRequest.Current(await connection.PagesAsync(
        $"{await _name.ReadPathAsync(cancel)}/merge_requests?state=all&per_page=100&source_branch={Uri.EscapeDataString(branch.Value)}", "look for the merge request",
        list => GitLabAnswers.MergeRequests(list, branch), cancel));

    /// <inheritdoc/>
    public async Task<PullRequest> OpenAsync(ChangeRequest wanted, CancellationToken cancel)
    {
        var post = new ForgeCall(HttpMethod.Post, $"{await _name.WritePathAsync(cancel)}/merge_requests", "open a merge request")
        {
            Body = new JsonObject
            {
                ["title"] = wanted.Draft ? "Draft: " + wanted.Title : wanted.Title,
                ["description"] = wanted.Body,
                ["source_branch"] = wanted.Branch.Value,
                ["target_branch"] = wanted.Base.Value,
            },
        };
        return await Once.OpenAsync(this, connection, post, wanted, GitLabAnswers.MergeRequest, cancel);
    }

    /// <inheritdoc/>
    public async Task<PullRequest> UpdateAsync(PullRequest there, ChangeRequest wanted, CancellationToken cancel)
    {
        var update = ChangeUpdate.Between(there, wanted);
        var body = new JsonObject();
        if (update.Title is { } title) body["title"] = there.Draft ? "Draft: " + title : title;
        if (update.Body is { } text) body["description"] = text;
        if (update.Base is { } target) body["target_branch"] = target;
        if (!update.Labels.IsEmpty) body["add_labels"] = string.Join(',', update.Labels);
        if (body.Count > 0) await PutAsync(there, "update the merge request", body, cancel);
        ImmutableArray<string> people = [.. wanted.Reviewers.Except(there.Reviewers, StringComparer.OrdinalIgnoreCase)];
        if (!people.IsEmpty || !wanted.Teams.IsEmpty) await RequestReviewAsync(there, people, wanted.Teams, cancel);
        return there with { Title = update.Title ?? there.Title, Body = update.Body ?? there.Body, Base = update.Base ?? there.Base, Labels = there.Labels.AddRange(update.Labels) };
    }

    /// <inheritdoc/>
    public async Task CommentOnceAsync(PullRequest request, string key, string text, CancellationToken cancel)
    {
        var notes = $"{await PathAsync(request, cancel)}/notes";
        await Once.CommentAsync(connection, notes, id => $"{notes}/{id}", HttpMethod.Put, key, text, cancel);
    }

    /// <inheritdoc/>
    public async Task RequestReviewAsync(PullRequest request, ImmutableArray<string> reviewers, ImmutableArray<string> teams, CancellationToken cancel)
    {
        // A group cannot be a reviewer here; it is told by being named.
        if (!teams.IsEmpty) await CommentOnceAsync(request, "review", $"A review is asked for of {string.Join(", ", teams.Select(team => "@" + team))}.", cancel);
        if (reviewers.IsEmpty) return;
        // The list replaces the one that is there.
        var path = await PathAsync(request, cancel);
        var ids = (await connection.SendAsync(new ForgeCall(HttpMethod.Get, path, "read the merge request"), one => one.Items("reviewers", user => user.Number("id")), cancel)).ToHashSet();
        foreach (var name in reviewers)
        {
            var found = await connection.SendAsync(
                new ForgeCall(HttpMethod.Get, $"users?username={Uri.EscapeDataString(name)}", "look for a reviewer"), list => AnswerFields.Items(list, user => user.Number("id")), cancel);
            if (found is not [var id]) throw new UserException(ErrorKind.Environment, $"{repository}: the forge has no account '{name}' to ask for a review", "correct the owners of the namespace");
            ids.Add(id);
        }
        await PutAsync(request, "ask for a review", new JsonObject { ["reviewer_ids"] = new JsonArray([.. ids.Order().Select(id => (JsonNode)id)]) }, cancel);
    }

    /// <inheritdoc/>
    public async Task<ChangeChecks> ChecksAsync(PullRequest request, CancellationToken cancel) => new(await connection.PagesAsync(
        $"{await _name.ReadPathAsync(cancel)}/repository/commits/{Once.HeadOf(request)}/statuses?per_page=100", "read the jobs", GitLabAnswers.Statuses, cancel));

    /// <inheritdoc/>
    public async Task MergeAsync(PullRequest request, MergeMethod method, CancellationToken cancel) => await Once.MergeAsync(
        this, connection,
        new ForgeCall(HttpMethod.Put, $"{await PathAsync(request, cancel)}/merge", "merge the merge request")
        {
            Body = new JsonObject { ["sha"] = Once.HeadOf(request), ["squash"] = method == MergeMethod.Squash },
        },
        request, cancel);

    /// <inheritdoc/>
    public async Task CloseAsync(PullRequest request, string reason, CancellationToken cancel)
    {
        await CommentOnceAsync(request, "closed", reason, cancel);
        await PutAsync(request, "close the merge request", new JsonObject { ["state_event"] = "close", ["description"] = CommentMarker.Withdraw(request.Body) }, cancel);
    }

    private async Task PutAsync(PullRequest request, string doing, JsonObject body, CancellationToken cancel) =>
        await connection.DoAsync(new ForgeCall(HttpMethod.Put, await PathAsync(request, cancel), doing) { Body = body }, cancel);

    private async Task<string> PathAsync(PullRequest request, CancellationToken cancel) => $"{await _name.WritePathAsync(cancel)}/merge_requests/{request.Number}";
}
