using System.Globalization;
using System.Text;
using Meshlift.Core;
using Meshlift.Core.Forges;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Forges;

/// <summary>Forges that are down, limited, renamed, in the wrong place or mad.</summary>
public sealed class ForgeFaultTests
{
    private const string Find = "GET repos/acme/shop/pulls?";

    [Fact]
    public async Task A_forge_that_is_down_is_asked_again_and_then_told()
    {
        await using var server = await StartAsync();
        server.On(Find, "oops", 503);
        var error = await FailAsync(server);
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.EndsWith("look for the pull request: the forge failed (503)", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, server.Count(Find));
    }

    [Fact]
    public async Task A_forge_that_is_away_for_a_moment_is_not_an_error()
    {
        await using var server = await StartAsync();
        server.On(Find, "", 502).On(Find, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }).On(Find, "[]");
        Assert.Null(await server.Open().FindAsync(ForgeServer.Branch, default));
    }

    [Fact]
    public async Task Nobody_at_home_is_told()
    {
        await using var server = await StartAsync();
        var forge = server.Open();
        await server.DisposeAsync();
        var error = await Assert.ThrowsAsync<UserException>(() => forge.FindAsync(ForgeServer.Branch, default));
        Assert.Contains("acme/shop: find the repository: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_has_expired_names_where_it_comes_from_and_not_itself()
    {
        await using var server = await StartAsync();
        server.On(Find, $$"""{"message":"Bad credentials: {{ForgeServer.Secret}}"}""", 401);
        var error = await FailAsync(server);
        Assert.EndsWith("the token of the variable GITHUB_TOKEN is not accepted (401): Bad credentials: ***", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ForgeServer.Secret, error.ToString() + error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "You have exceeded a secondary rate limit", "retry-after", "7")]
    [InlineData(429, "", "retry-after", "7")]
    public async Task A_short_rate_limit_is_waited_for(int status, string message, string header, string value)
    {
        await using var server = await StartAsync();
        server.On(Find, $$"""{"message":"{{message}}"}""", status, (header, value)).On(Find, "[]");
        Assert.Null(await server.Open().FindAsync(ForgeServer.Branch, default));
        Assert.Contains(TimeSpan.FromSeconds(7), server.Clock.Pauses);
    }

    [Fact]
    public async Task A_write_that_was_turned_away_by_a_rate_limit_was_not_done_and_is_sent_again()
    {
        await using var server = await StartAsync();
        server.On(Find, "[]").On("POST repos/acme/shop/pulls", """{"message":"secondary rate limit"}""", 403, ("retry-after", "3")).On("POST repos/acme/shop/pulls", GitHubForgeTests.Request(7), 201);
        Assert.Equal(7, (await server.Open().OpenAsync(ForgeServer.Wanted with { Labels = [], Reviewers = [], Teams = [] }, default)).Number);
    }

    [Fact]
    public async Task A_long_rate_limit_says_when_to_come_again()
    {
        await using var server = await StartAsync();
        var reset = server.Clock.GetUtcNow().AddMinutes(40).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        server.On(Find, """{"message":"API rate limit exceeded"}""", 403, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset));
        var error = await FailAsync(server);
        Assert.Contains("no more requests of this account until 2026-10-01 12:40:01 UTC (rate limit)", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Count(Find));
    }

    [Fact]
    public async Task The_last_request_of_a_limit_is_the_last()
    {
        await using var server = await StartAsync();
        var reset = server.Clock.GetUtcNow().AddSeconds(20).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        server.On(Find, "[]", 200, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)).On(Find, "[]");
        var forge = server.Open();
        await forge.FindAsync(ForgeServer.Branch, default);
        Assert.Empty(server.Clock.Pauses);
        await forge.FindAsync(ForgeServer.Branch, default);
        Assert.Equal(TimeSpan.FromSeconds(21), Assert.Single(server.Clock.Pauses));
    }

    [Fact]
    public async Task A_repository_that_was_renamed_is_read_and_not_written_to()
    {
        await using var server = await ForgeServer.StartAsync();
        server.On("GET repos/acme/shop", "{}", 301, ("Location", "/api/repositories/42")).On("GET repositories/42", """{"full_name":"acme/store","default_branch":"main"}""")
            .On("GET repos/acme/store/pulls?", "[]");
        var forge = server.Open();
        Assert.Equal("acme/store", (await forge.RepositoryAsync(default)).Name);
        Assert.Null(await forge.FindAsync(ForgeServer.Branch, default));
        var error = await Assert.ThrowsAsync<UserException>(() => forge.OpenAsync(ForgeServer.Wanted, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("the repository 'acme/shop' has another name now: 'acme/store'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_is_not_there_or_not_to_be_seen_is_told()
    {
        await using var server = await ForgeServer.StartAsync();
        Assert.Contains("there is no such thing, or the token of the variable GITHUB_TOKEN may not see it (404)", (await FailAsync(server)).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(301), InlineData(302), InlineData(307), InlineData(308)]
    public async Task Another_host_never_gets_the_token(int status)
    {
        await using var other = await ForgeServer.StartAsync();
        await using var server = await StartAsync();
        server.On(Find, "", status, ("Location", new Uri(other.Address, "api/repos").AbsoluteUri));
        var error = await FailAsync(server);
        Assert.Contains($"it leads to another host, http://{other.Address.Authority}, which does not get the token", error.Message, StringComparison.Ordinal);
        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task A_next_page_on_another_host_is_not_asked_for()
    {
        await using var other = await ForgeServer.StartAsync();
        await using var server = await StartAsync();
        server.On(Find, "[]", 200, ("Link", $"<{other.Address}x>; rel=\"next\""));
        Assert.Contains("it leads to another host", (await FailAsync(server)).Message, StringComparison.Ordinal);
        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task Pages_are_followed_but_not_without_end()
    {
        await using var server = await StartAsync();
        server.On(Find, "[]", 200, ("Link", "</api/page/1>; rel=\"next\", </api/page/9>; rel=\"last\"")).On("GET page/1", $"[{GitHubForgeTests.Request(7)}]");
        Assert.Equal(7, (await server.Open().FindAsync(ForgeServer.Branch, default))!.Number);
        var page = 0;
        server.On("GET endless", context =>
        {
            context.Response.Headers["Link"] = $"</api/endless/{++page}>; rel=\"next\"";
            return context.Response.WriteAsync("[]");
        }).On(Find, "[]", 200, ("Link", "</api/endless>; rel=\"next\""));
        await server.Open().FindAsync(ForgeServer.Branch, default);
        Assert.Contains("there is no end to the pages of the answer (after 30)", (await FailAsync(server)).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Mad => new()
    {
        { "<html>login</html>", "the answer is not what this forge's API writes" },
        { new string('[', 100) + new string(']', 100), "the answer is not what this forge's API writes" },
        { "{}", "a list was expected" },
        { """[{"number":"7"}]""", "the field 'head' is missing" },
        { "[" + new string(' ', 9 << 20) + "]", "the answer is larger than 8 MiB" },
        { "", "the answer is not what this forge's API writes" },
    };

    [Theory, MemberData(nameof(Mad))]
    public async Task An_answer_that_is_none_is_told(string body, string expected)
    {
        await using var server = await StartAsync();
        server.On(Find, context => context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask());
        var error = await FailAsync(server);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Environment, error.Kind);
    }

    [Fact]
    public void A_limit_without_a_time_is_waited_for_a_minute_and_a_missing_right_is_not()
    {
        var now = DateTimeOffset.UnixEpoch;
        Assert.Equal(TimeSpan.FromMinutes(1), RateLimit.Wait(new ForgeAnswer(403, "You have exceeded a secondary rate limit."), now));
        Assert.Equal(TimeSpan.FromMinutes(1), RateLimit.Wait(new ForgeAnswer(429, ""), now));
        Assert.Null(RateLimit.Wait(new ForgeAnswer(403, "Resource not accessible by integration"), now));
        Assert.Null(RateLimit.Wait(new ForgeAnswer(200, "") { Remaining = 0, Reset = now.AddHours(1) }, now));
        Assert.Equal(TimeSpan.Zero, RateLimit.Until(now.AddSeconds(-5), now));
    }

    private static Task<ForgeServer> StartAsync() => GitHubForgeTests.StartAsync("acme/shop");

    private static Task<UserException> FailAsync(ForgeServer server) => Assert.ThrowsAsync<UserException>(() => server.Open().FindAsync(ForgeServer.Branch, default));
}
