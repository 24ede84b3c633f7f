using System.Text.Json.Nodes;
using Meshlift.Adapters.Forges;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;
using Meshlift.Core.Forges;

namespace Meshlift.Tests.Forges;

/// <summary>GitLab, and Gitea with Forgejo, as their documentation says they answer.</summary>
public sealed class OtherForgesTests
{
    private const string Sha = "2222222222222222222222222222222222222222";
    private const string Project = "projects/acme%2Fshop";
    private static readonly PullRequest Seven = new(7, null, ChangeState.Open, ForgeServer.Branch.Value, "main", CommitId.Parse(Sha), "Move checkout to 1-30-3", "What happens.");

    [Fact]
    public async Task GitLab_opens_labels_and_asks_people_by_their_numbers_and_groups_by_their_names()
    {
        await using var server = await GitLabAsync();
        server.On($"GET {Project}/merge_requests?", "[]").On($"POST {Project}/merge_requests", Merge(7, title: "Draft: Move checkout to 1-30-3"), 201).On($"PUT {Project}/merge_requests/7", Merge(7))
            .On($"GET {Project}/merge_requests/7/notes", "[]").On($"POST {Project}/merge_requests/7/notes", """{"id":1}""", 201)
            .On($"GET {Project}/merge_requests/7", """{"reviewers":[{"id":11,"username":"ann"}]}""").On("GET users?username=jane", """[{"id":12,"username":"jane"}]""");
        var opened = await server.Open(ForgeKind.GitLab).OpenAsync(ForgeServer.Wanted with { Draft = true }, default);
        Assert.Equal((7, true, "Move checkout to 1-30-3", Sha), (opened.Number, opened.Draft, opened.Title, opened.Head!.Value));
        Assert.Contains(server.Asked, asked => asked.StartsWith($"POST {Project}/merge_requests {{\"title\":\"Draft: Move", StringComparison.Ordinal));
        Assert.Contains($"PUT {Project}/merge_requests/7 {{\"add_labels\":\"meshlift\"}}", server.Asked);
        Assert.Contains($"PUT {Project}/merge_requests/7 {{\"reviewer_ids\":[11,12]}}", server.Asked);
        Assert.Contains(server.Asked, asked => asked.Contains("asked for of @shops.", StringComparison.Ordinal));
        Assert.All(server.Tokens, token => Assert.Equal("Bearer " + ForgeServer.Secret, token));
    }

    [Theory]
    [InlineData("opened", "", ChangeState.Open), InlineData("locked", "", ChangeState.Open), InlineData("merged", "", ChangeState.Merged), InlineData("closed", "", ChangeState.Refused)]
    [InlineData("closed", CommentMarker.Withdrawn, ChangeState.Withdrawn)]
    public async Task GitLab_says_where_a_merge_request_stands(string word, string body, ChangeState expected)
    {
        await using var server = await GitLabAsync();
        server.On($"GET {Project}/merge_requests?", $"[{Merge(9, from: 99)},{Merge(7, state: word, body: body)}]");
        var found = await server.Open(ForgeKind.GitLab).FindAsync(ForgeServer.Branch, default);
        Assert.Equal((7, expected), (found!.Number, found.State));
    }

    [Theory]
    [InlineData("""[{"name":"build","status":"success"},{"name":"lint","status":"failed","allow_failure":true}]""", CheckStatus.Passed)]
    [InlineData("""[{"name":"build","status":"running"}]""", CheckStatus.Pending)]
    [InlineData("""[{"name":"build","status":"failed","allow_failure":false}]""", CheckStatus.Failed)]
    [InlineData("[]", CheckStatus.Unknown)]
    public async Task GitLab_says_how_the_jobs_stand(string statuses, CheckStatus expected)
    {
        await using var server = await GitLabAsync();
        server.On($"GET {Project}/repository/commits/{Sha}/statuses", statuses);
        Assert.Equal(expected, (await server.Open(ForgeKind.GitLab).ChecksAsync(Seven, default)).Status);
    }

    [Theory, InlineData(405, "405 Method Not Allowed"), InlineData(406, "Branch cannot be merged"), InlineData(409, "SHA does not match HEAD of source branch: 3333")]
    public async Task GitLab_refuses_to_merge(int status, string message)
    {
        await using var server = await GitLabAsync();
        server.On($"PUT {Project}/merge_requests/7/merge", $$"""{"message":"{{message}}"}""", status);
        var error = await Assert.ThrowsAsync<UserException>(() => server.Open(ForgeKind.GitLab).MergeAsync(Seven, MergeMethod.Squash, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal($$"""PUT {{Project}}/merge_requests/7/merge {"sha":"{{Sha}}","squash":true}""", server.Asked.Last());
    }

    [Fact]
    public async Task GitLab_closes_with_a_reason_and_a_mark()
    {
        await using var server = await GitLabAsync();
        server.On($"GET {Project}/merge_requests/7/notes", "[]").On($"POST {Project}/merge_requests/7/notes", "{}", 201).On($"PUT {Project}/merge_requests/7", Merge(7));
        await server.Open(ForgeKind.GitLab).CloseAsync(Seven, "The wave was taken back.", default);
        Assert.Contains("\"state_event\":\"close\"", server.Asked.Last(), StringComparison.Ordinal);
        Assert.Contains("meshlift:withdrawn", server.Asked.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_GitLab_does_not_have_is_told()
    {
        await using var server = await GitLabAsync();
        server.On($"GET {Project}/merge_requests/7", "{}").On("GET users?username=ghost", "[]");
        var error = await Assert.ThrowsAsync<UserException>(() => server.Open(ForgeKind.GitLab).RequestReviewAsync(Seven, ["ghost"], [], default));
        Assert.Contains("no account 'ghost'", error.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(ForgeKind.Gitea), InlineData(ForgeKind.Forgejo)]
    public async Task Gitea_and_Forgejo_label_by_numbers_and_know_drafts_by_their_titles(ForgeKind kind)
    {
        await using var server = await GitHubForgeTests.StartAsync("acme/shop");
        server.On("GET repos/acme/shop/pulls?", "[]").On("POST repos/acme/shop/pulls", GitHubForgeTests.Request(7, title: "WIP: Move checkout to 1-30-3"), 201)
            .On("GET repos/acme/shop/labels", """[{"id":3,"name":"Urgent"}]""").On("POST repos/acme/shop/labels", """{"id":4,"name":"meshlift"}""", 201).On("POST repos/acme/shop/issues/7/labels", "[]")
            .On("GET repos/acme/shop/pulls/7/reviews", """[{"id":1,"state":"REQUEST_REVIEW"}]""").On("POST repos/acme/shop/pulls/7/requested_reviewers", "[]", 201);
        var opened = await server.Open(kind).OpenAsync(ForgeServer.Wanted with { Draft = true, Labels = ["urgent", "meshlift"] }, default);
        Assert.Equal((7, true, "Move checkout to 1-30-3"), (opened.Number, opened.Draft, opened.Title));
        Assert.Contains("POST repos/acme/shop/issues/7/labels {\"labels\":[3,4]}", server.Asked);
        Assert.Contains("POST repos/acme/shop/pulls/7/requested_reviewers {\"reviewers\":[\"jane\"],\"team_reviewers\":[\"shops\"]}", server.Asked);
        Assert.All(server.Tokens, token => Assert.Equal("token " + ForgeServer.Secret, token));
    }

    [Fact]
    public async Task Gitea_merges_says_how_checks_stand_and_closes()
    {
        await using var server = await GitHubForgeTests.StartAsync("acme/shop");
        server.On("POST repos/acme/shop/pulls/7/merge", "", 204).On($"GET repos/acme/shop/commits/{Sha}/status", """{"state":"warning","statuses":[{"context":"build","status":"success"},{"context":"lint","status":"warning"}]}""")
            .On("GET repos/acme/shop/issues/7/comments", "[]").On("POST repos/acme/shop/issues/7/comments", "{}", 201).On("PATCH repos/acme/shop/pulls/7", "{}", 201);
        var forge = server.Open(ForgeKind.Gitea);
        await forge.MergeAsync(Seven, MergeMethod.Rebase, default);
        Assert.Contains($$"""POST repos/acme/shop/pulls/7/merge {"Do":"rebase","head_commit_id":"{{Sha}}"}""", server.Asked);
        Assert.Equal(CheckStatus.Failed, (await forge.ChecksAsync(Seven, default)).Status);
        await forge.CloseAsync(Seven, "No longer needed.", default);
        Assert.Contains("PATCH repos/acme/shop/pulls/7 {\"state\":\"closed\"", server.Asked.Last(), StringComparison.Ordinal);
    }

    private static async Task<ForgeServer> GitLabAsync() =>
        (await ForgeServer.StartAsync()).On($"GET {Project}", """{"id":1,"path_with_namespace":"acme/shop","default_branch":"main"}""");

    private static string Merge(int number, string state = "opened", string title = "Move checkout to 1-30-3", string body = "What happens.", int from = 1) => new JsonObject
    {
        ["iid"] = number, ["state"] = state, ["title"] = title, ["description"] = body, ["source_branch"] = ForgeServer.Branch.Value, ["target_branch"] = "main", ["sha"] = Sha,
        ["source_project_id"] = from, ["target_project_id"] = 1, ["web_url"] = "https://gitlab.example.com/acme/shop/-/merge_requests/7",
    }.ToJsonString();
}
