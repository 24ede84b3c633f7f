using System.Text.Json.Nodes;
using Meshlift.Adapters.Forges;
using Meshlift.Core;
using Meshlift.Core.Forges;

namespace Meshlift.Tests.Forges;

/// <summary>GitHub's answers, and everything that can go wrong on the way to them.</summary>
public sealed class GitHubForgeTests
{
    private const string Sha = "1111111111111111111111111111111111111111";
    private static readonly PullRequest Seven = new(7, null, ChangeState.Open, ForgeServer.Branch.Value, "main", Core.Commits.CommitId.Parse(Sha), "Move checkout to 1-30-3", "What happens.");

    [Fact]
    public async Task A_change_is_opened_labelled_and_reviewed()
    {
        await using var server = await StartAsync();
        server.On("GET repos/acme/shop/pulls?", "[]").On("POST repos/acme/shop/pulls", Request(7), 201).On("GET repos/acme/shop/pulls/7/reviews", "[]")
            .On("POST repos/acme/shop/issues/7/labels", "[]").On("POST repos/acme/shop/pulls/7/requested_reviewers", Request(7), 201);
        var opened = await server.Open().OpenAsync(ForgeServer.Wanted, default);
        Assert.Equal((7, ChangeState.Open, Sha), (opened.Number, opened.State, opened.Head!.Value));
        Assert.Contains(server.Asked, asked => asked.StartsWith("POST repos/acme/shop/pulls {", StringComparison.Ordinal) && asked.Contains($"\"head\":\"{ForgeServer.Branch}\",\"base\":\"main\"", StringComparison.Ordinal));
        Assert.Contains("POST repos/acme/shop/issues/7/labels {\"labels\":[\"meshlift\"]}", server.Asked);
        Assert.Contains("POST repos/acme/shop/pulls/7/requested_reviewers {\"reviewers\":[\"jane\"],\"team_reviewers\":[\"shops\"]}", server.Asked);
        Assert.All(server.Tokens, token => Assert.Equal("Bearer " + ForgeServer.Secret, token));
    }

    [Fact]
    public async Task One_that_is_open_is_brought_up_to_date_in_place()
    {
        await using var server = await StartAsync();
        server.On("GET repos/acme/shop/pulls?", $"[{Request(7, title: "Old", body: "What happens.\r\n")}]").On("PATCH repos/acme/shop/pulls/7", Request(7))
            .On("POST repos/acme/shop/issues/7/labels", "[]").On("GET repos/acme/shop/pulls/7/reviews", """[{"id":1}]""");
        var updated = await server.Open().OpenAsync(ForgeServer.Wanted, default);
        Assert.Equal("Move checkout to 1-30-3", updated.Title);
        Assert.Contains("PATCH repos/acme/shop/pulls/7 {\"title\":\"Move checkout to 1-30-3\"}", server.Asked);
        // Somebody has reviewed it, so nobody is asked again.
        Assert.Equal((0, 0), (server.Count("POST repos/acme/shop/pulls "), server.Count("POST repos/acme/shop/pulls/7/requested_reviewers")));
    }

    [Fact]
    public async Task One_that_a_person_closed_is_a_no_and_is_not_opened_again()
    {
        await using var server = await StartAsync();
        server.On("GET repos/acme/shop/pulls?", $"[{Request(7, state: "closed")}]");
        var error = await Assert.ThrowsAsync<UserException>(() => server.Open().OpenAsync(ForgeServer.Wanted, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("a person closed pull request 7", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Asked, asked => asked.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_was_withdrawn_is_proposed_anew()
    {
        await using var server = await StartAsync();
        server.On("GET repos/acme/shop/issues/7/comments", "[]").On("POST repos/acme/shop/issues/7/comments", "{}", 201).On("PATCH repos/acme/shop/pulls/7", Request(7));
        var forge = server.Open();
        await forge.CloseAsync(Seven, "The wave was taken back.", default);
        var patch = (JsonObject)JsonNode.Parse(server.Asked.Last()["PATCH repos/acme/shop/pulls/7 ".Length..])!;
        Assert.Equal("closed", patch["state"]!.GetValue<string>());
        server.On("GET repos/acme/shop/pulls?", $"[{Request(7, state: "closed", body: patch["body"]!.GetValue<string>())}]").On("POST repos/acme/shop/pulls", Request(8), 201);
        Assert.Equal(ChangeState.Withdrawn, (await forge.FindAsync(ForgeServer.Branch, default))!.State);
        Assert.Equal(8, (await forge.OpenAsync(ForgeServer.Wanted with { Labels = [], Reviewers = [], Teams = [] }, default)).Number);
    }

    [Fact]
    public async Task After_an_answer_that_was_lost_it_looks_before_it_asks_again()
    {
        await using var server = await StartAsync();
        server.On("GET repos/acme/shop/pulls?", "[]").On("GET repos/acme/shop/pulls?", $"[{Request(7)}]").On("POST repos/acme/shop/pulls", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        Assert.Equal(7, (await server.Open().OpenAsync(ForgeServer.Wanted with { Labels = [], Reviewers = [], Teams = [] }, default)).Number);
        Assert.Equal(1, server.Count("POST repos/acme/shop/pulls"));
    }

    [Fact]
    public async Task One_that_somebody_opened_a_moment_before_is_taken()
    {
        await using var server = await StartAsync();
        server.On("GET repos/acme/shop/pulls?", "[]").On("GET repos/acme/shop/pulls?", $"[{Request(7)}]")
            .On("POST repos/acme/shop/pulls", """{"message":"Validation Failed","errors":[{"message":"A pull request already exists for acme:x."}]}""", 422);
        Assert.Equal(7, (await server.Open().OpenAsync(ForgeServer.Wanted with { Labels = [], Reviewers = [], Teams = [] }, default)).Number);
    }

    [Fact]
    public async Task Requests_of_forks_are_not_ours()
    {
        await using var server = await StartAsync();
        server.On("GET repos/acme/shop/pulls?", $"[{Request(7, from: "eve/shop")}]");
        Assert.Null(await server.Open().FindAsync(ForgeServer.Branch, default));
    }

    [Fact]
    public async Task A_comment_is_written_once_and_then_edited()
    {
        await using var server = await StartAsync();
        server.On("GET repos/acme/shop/issues/7/comments", "[]").On("GET repos/acme/shop/issues/7/comments", $$"""[{"id":3,"body":"> quoted"},{"id":4,"body":"{{CommentMarker.Mark("deadline", "7 days").Replace("\n", "\\r\\n", StringComparison.Ordinal)}}"}]""")
            .On("POST repos/acme/shop/issues/7/comments", """{"id":4}""", 201).On("PATCH repos/acme/shop/issues/comments/4", "{}");
        var forge = server.Open();
        foreach (var text in new[] { "7 days", "7 days", "6 days" }) await forge.CommentOnceAsync(Seven, "deadline", text, default);
        Assert.Equal((1, 1), (server.Count("POST"), server.Count("PATCH")));
    }

    [Theory]
    [InlineData("""{"total_count":1,"check_runs":[{"name":"a","status":"completed","conclusion":"success"}]}""", """{"statuses":[{"context":"b","state":"pending"}]}""", CheckStatus.Pending)]
    [InlineData("""{"total_count":1,"check_runs":[{"name":"a","status":"completed","conclusion":"timed_out"}]}""", """{"statuses":[]}""", CheckStatus.Failed)]
    [InlineData("""{"total_count":1,"check_runs":[{"name":"a","status":"completed","conclusion":"brand_new"}]}""", """{"statuses":[]}""", CheckStatus.Unknown)]
    [InlineData("""{"total_count":0,"check_runs":[]}""", """{"statuses":[]}""", CheckStatus.Unknown)]
    [InlineData("""{"total_count":0,"check_runs":[]}""", """{"statuses":[{"context":"b","state":"success"}]}""", CheckStatus.Passed)]
    public async Task Check_runs_and_statuses_are_one_answer(string runs, string statuses, CheckStatus expected)
    {
        await using var server = await StartAsync();
        server.On($"GET repos/acme/shop/commits/{Sha}/check-runs", runs).On($"GET repos/acme/shop/commits/{Sha}/status", statuses);
        Assert.Equal(expected, (await server.Open().ChecksAsync(Seven, default)).Status);
    }

    [Fact]
    public async Task A_protected_branch_is_not_merged_into()
    {
        await using var server = await StartAsync();
        server.On("PUT repos/acme/shop/pulls/7/merge", """{"message":"At least 1 approving review is required by reviewers with write access."}""", 405);
        var error = await Assert.ThrowsAsync<UserException>(() => server.Open().MergeAsync(Seven, MergeMethod.Squash, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.EndsWith("acme/shop: merge the pull request: a rule of the repository forbids it (405): At least 1 approving review is required by reviewers with write access.", error.Message, StringComparison.Ordinal);
        Assert.Contains($$"""PUT repos/acme/shop/pulls/7/merge {"sha":"{{Sha}}","merge_method":"squash"}""", server.Asked);
    }

    [Fact]
    public async Task A_merge_whose_answer_was_lost_is_looked_up()
    {
        await using var server = await StartAsync();
        server.On("PUT repos/acme/shop/pulls/7/merge", "{}", 502).On("GET repos/acme/shop/pulls?", $"[{Request(7, state: "closed", merged: true)}]");
        await server.Open().MergeAsync(Seven, MergeMethod.Merge, default);
        Assert.Equal(1, server.Count("PUT"));
    }

    private static Task<ForgeServer> StartAsync() => StartAsync("acme/shop");

    internal static async Task<ForgeServer> StartAsync(string name) =>
        (await ForgeServer.StartAsync()).On("GET repos/acme/shop", $$"""{"full_name":"{{name}}","default_branch":"main"}""");

    internal static string Request(int number, string state = "open", string title = "Move checkout to 1-30-3", string body = "What happens.\n", string from = "acme/shop", bool merged = false) => new JsonObject
    {
        ["number"] = number, ["state"] = state, ["title"] = title, ["body"] = body, ["html_url"] = $"https://github.com/acme/shop/pull/{number}",
        ["merged_at"] = merged ? "2026-11-20T10:00:00Z" : null,
        ["head"] = new JsonObject { ["ref"] = ForgeServer.Branch.Value, ["sha"] = Sha, ["repo"] = new JsonObject { ["full_name"] = from } },
        ["base"] = new JsonObject { ["ref"] = "main", ["repo"] = new JsonObject { ["full_name"] = "acme/shop" } },
    }.ToJsonString();
}
