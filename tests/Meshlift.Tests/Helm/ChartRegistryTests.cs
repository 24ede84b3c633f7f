using System.Text;
using Meshlift.Core;
using Meshlift.Core.Charts;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Helm;

/// <summary>Charts from an OCI registry on loopback, with and without logins.</summary>
public sealed class ChartRegistryTests : IAsyncLifetime, IDisposable
{
    private const string User = "Basic YW5uOnMzY3JldA=="; // ann:s3cret

    private readonly HelmFixture _fixture = new();
    private ChartServer _server = null!;

    private string Source => $"{{ source: \"oci://{_server.Host}/bakery/charts\" }}";

    public async Task InitializeAsync() => _server = await ChartServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Charts_are_fetched_verified_and_kept()
    {
        _server.ServeRegistry(SampleChart.Base());
        _server.ServeRegistry(SampleChart.Istiod());
        var found = await _fixture.FindAsync(Source, IstioChart.Base, IstioChart.Istiod);
        Assert.Equal($"oci://{_server.Host}/bakery/charts/istiod:1.30.3", found.Charts[1].Origin);
        Assert.Equal(ContentDigest.Of(SampleChart.Istiod().Archive()), found.Charts[1].Digest);
        Assert.Equal(4, _server.Requests.Count);
        await _fixture.FindAsync(Source, IstioChart.Base, IstioChart.Istiod);
        Assert.Equal(4, _server.Requests.Count);
    }

    [Fact]
    public async Task An_archive_that_is_not_what_the_manifest_says_is_refused()
    {
        _server.ServeRegistry(SampleChart.Istiod(), SampleChart.Gateway().Archive());
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("is not what it is listed as", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_or_a_version_that_is_not_there_is_told_with_what_is()
    {
        _server.ServeRegistry(SampleChart.Istiod(), tag: "1.30.4");
        var version = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source));
        Assert.Equal((ErrorKind.Input, $"oci://{_server.Host}/bakery/charts has the chart istiod, but not version 1.30.3; there is 1.29.6, 1.30.4"), (version.Kind, version.Message));
        var chart = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source, IstioChart.Ztunnel));
        Assert.Equal((ErrorKind.Input, $"oci://{_server.Host}/bakery/charts has no chart ztunnel"), (chart.Kind, chart.Message));
    }

    [Theory]
    [InlineData("<html></html>", "is no JSON")]
    [InlineData("[]", "is no JSON object")]
    [InlineData("{}", "is no manifest")]
    [InlineData("""{"manifests": []}""", "is a list of manifests, not a chart")]
    [InlineData("""{"config": {"mediaType": "application/vnd.oci.image.config.v1+json"}, "layers": []}""", "is no Helm chart, but 'application/vnd.oci.image.config.v1+json'")]
    [InlineData("""{"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"}, "layers": []}""", "holds no archive of a chart")]
    [InlineData("""{"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"}, "layers": [{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": "sha512:1"}]}""", "names its archive by no SHA-256")]
    public async Task A_manifest_that_is_no_charts_is_told(string manifest, string message)
    {
        _server.Serve("/v2/bakery/charts/istiod/manifests/1.30.3", manifest, "application/vnd.oci.image.manifest.v1+json");
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source));
        Assert.Equal((ErrorKind.Environment, $"oci://{_server.Host}/bakery/charts/istiod:1.30.3 {message}"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_token_is_asked_for_without_a_login_where_everyone_may_read()
    {
        _server.ServeRegistry(SampleChart.Istiod());
        GuardWithTokens(_server, _ => "t1");
        Assert.Single((await _fixture.FindAsync(Source)).Charts);
        Assert.Equal(
            [
                "/v2/bakery/charts/istiod/manifests/1.30.3", "/token?scope=repository%3Abakery%2Fcharts%2Fistiod%3Apull&service=bakery", "/v2/bakery/charts/istiod/manifests/1.30.3 Bearer t1",
                $"/v2/bakery/charts/istiod/blobs/{ContentDigest.Of(SampleChart.Istiod().Archive())} Bearer t1",
            ],
            _server.Requests, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_token_that_ran_out_is_replaced()
    {
        _server.ServeRegistry(SampleChart.Istiod());
        var tokens = 0;
        // Each token is good for one request.
        GuardWithTokens(_server, _ => $"t{++tokens}", authorization => authorization == $"Bearer t{tokens}" && ++tokens > 0);
        Assert.Single((await _fixture.FindAsync(Source)).Charts);
        Assert.Equal(2, _server.Requests.Count(request => request.StartsWith("/token", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"auths": {"HOST": {"auth": "YW5uOnMzY3JldA=="}}}"""), InlineData("""{"auths": {"http://HOST/v2/": {"username": "ann", "password": "s3cret"}}, "credsStore": "desktop"}""")]
    public async Task The_users_login_is_given_for_a_token_and_to_a_server_that_takes_it_itself(string file)
    {
        _fixture.Logins = Logins(file);
        _server.ServeRegistry(SampleChart.Istiod());
        _server.ServeRepository(SampleChart.Base());
        GuardWithTokens(_server, authorization => authorization == User ? "t1" : null);
        Assert.Single((await _fixture.FindAsync(Source)).Charts);
        _server.Guard = (_, authorization) => authorization == User ? null : "Basic realm=\"bakery, and \\\"more\\\"\"";
        Assert.Single((await _fixture.FindAsync($$"""{ source: "{{_server.Address}}charts" }""", IstioChart.Base)).Charts);
    }

    [Fact]
    public async Task A_login_that_is_missing_or_wrong_or_elsewhere_is_told_and_never_shown()
    {
        _server.ServeRegistry(SampleChart.Istiod());
        GuardWithTokens(_server, _ => null);
        var missing = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source));
        Assert.Equal((ErrorKind.Environment, $"{_server.Host} asks for a login to read bakery/charts/istiod ({_server.Host}, which gives the tokens, answered 401)"), (missing.Kind, missing.Message));
        Assert.Contains("HELM_REGISTRY_CONFIG", missing.Remedy, StringComparison.Ordinal);
        Assert.StartsWith($"{_server.Host} does not accept the login that logins.json holds for it, to read bakery/charts/istiod", await RefusedAsync("""{"auths": {"HOST": {"auth": "YW5uOnMzY3JldA=="}}}"""), StringComparison.Ordinal);
        Assert.StartsWith($"{_server.Host} asks for a login, which logins.json leaves to a store of the system that Meshlift does not open, to read", await RefusedAsync("""{"auths": {"HOST": {}}, "credsStore": "desktop"}"""), StringComparison.Ordinal);
        Assert.StartsWith($"{_server.Host} asks for a login, which logins.json leaves to a store", await RefusedAsync("""{"credHelpers": {"HOST": "cloud"}}"""), StringComparison.Ordinal);
        _server.Guard = (_, _) => "Basic realm=x";
        Assert.StartsWith($"{_server.Host} does not accept the login that logins.json holds", await RefusedAsync("""{"auths": {"HOST": {"auth": "YW5uOnMzY3JldA=="}}}"""), StringComparison.Ordinal);
        Assert.StartsWith($"{_server.Host} asks for a login to read", await RefusedAsync("{}"), StringComparison.Ordinal);
        _server.Guard = (_, _) => "Negotiate";
        Assert.StartsWith($"{_server.Host} asks for a login of a kind that Meshlift does not know", await RefusedAsync("{}"), StringComparison.Ordinal);

        async Task<string> RefusedAsync(string file)
        {
            using var fixture = new HelmFixture { Logins = Logins(file) };
            var error = await Assert.ThrowsAsync<UserException>(() => fixture.FindAsync(Source));
            Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("YW5u", error.ToString(), StringComparison.Ordinal);
            return error.Message;
        }
    }

    [Fact]
    public async Task A_redirection_to_another_host_carries_no_login_and_one_to_the_same_does()
    {
        await using var store = await ChartServer.StartAsync();
        var archive = SampleChart.Istiod().Archive();
        _fixture.Logins = Logins("""{"auths": {"HOST": {"auth": "YW5uOnMzY3JldA=="}, "STORE": {"auth": "Ym9iOmh1c2g="}}}""".Replace("STORE", store.Host, StringComparison.Ordinal));
        _server.ServeRegistry(SampleChart.Istiod());
        _server.Serve($"/v2/bakery/charts/istiod/blobs/{ContentDigest.Of(archive)}", ChartServer.Redirect("/here/blob"));
        _server.Serve("/here/blob", ChartServer.Redirect($"{store.Address}blob?sig=1"));
        store.Serve("/blob", archive);
        GuardWithTokens(_server, authorization => authorization == User ? "t1" : null);
        Assert.Single((await _fixture.FindAsync(Source)).Charts);
        Assert.Contains("/here/blob Bearer t1", _server.Requests, StringComparer.Ordinal);
        Assert.Equal(["/blob?sig=1"], store.Requests);
        // Also when the other host asks for one: it was the server that led there, not the user.
        store.Guard = (_, _) => "Basic realm=x";
        using var other = new HelmFixture { Logins = _fixture.Logins };
        var error = await Assert.ThrowsAsync<UserException>(() => other.FindAsync(Source));
        Assert.Contains("answered 401", error.Message, StringComparison.Ordinal);
        Assert.All(store.Requests, request => Assert.Equal("/blob?sig=1", request));
    }

    [Fact]
    public async Task The_place_that_gives_tokens_may_be_another_host_and_may_fail_for_a_moment()
    {
        await using var tokens = await ChartServer.StartAsync();
        _fixture.Logins = Logins("""{"auths": {"HOST": {"auth": "YW5uOnMzY3JldA=="}}}""");
        _server.ServeRegistry(SampleChart.Istiod());
        _server.Guard = (_, authorization) => authorization == "Bearer t1" ? null : $"Bearer realm=\"{tokens.Address}give?a=b\",service=bakery";
        tokens.First("/give", ChartServer.Status(503));
        tokens.Serve("/give", """{"access_token": "t1"}""", "application/json");
        Assert.Single((await _fixture.FindAsync(Source)).Charts);
        Assert.All(tokens.Requests, request => Assert.Equal($"/give?a=b&scope=repository%3Abakery%2Fcharts%2Fistiod%3Apull&service=bakery {User}", request));
        Assert.Equal(2, tokens.Requests.Count);
    }

    [Theory]
    [InlineData("<html>", "answered without a token"), InlineData("{}", "answered without a token"), InlineData("""{"token": "a\nb"}""", "answered without a token"), InlineData("""{"token": 7}""", "answered without a token")]
    public async Task An_answer_without_a_token_is_told(string answer, string message)
    {
        _server.Guard = (context, _) => context.Request.Path == "/token" ? null : $"Bearer realm=\"{_server.Address}token\"";
        _server.Serve("/token", answer);
        Assert.Contains(message, (await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirections_without_end_are_told()
    {
        _server.Serve("/v2/bakery/charts/istiod/manifests/1.30.3", ChartServer.Redirect("/v2/bakery/charts/istiod/manifests/1.30.3"));
        Assert.Contains("redirects more than 5 times", (await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source))).Message, StringComparison.Ordinal);
        Assert.Equal(6, _server.Requests.Count);
    }

    [Fact]
    public async Task Every_page_of_tags_is_read_also_where_pages_are_cut_silently()
    {
        string[] tags = ["1.28.0", "1.29.6", "1.30.3", "1.31.0-rc.0", "latest", "sha256-abc.sig"];
        _server.Serve("/v2/bakery/charts/istiod/tags/list", context =>
        {
            var last = context.Request.Query["last"].ToString();
            return Results.Json(new { tags = tags.Where(tag => string.CompareOrdinal(tag, last) > 0).Take(2) }).ExecuteAsync(context);
        });
        var published = await _fixture.Finder(HelmFixture.Spec(Source)).PublishedAsync(HelmFixture.Revisions, default);
        Assert.Equal(["1.28.0", "1.29.6", "1.30.3", "1.31.0-rc.0"], published!.Value.Select(version => version.ToString()));
        Assert.Equal(4, _server.Requests.Count);
    }

    [Fact]
    public async Task A_registry_elsewhere_is_spoken_to_with_tls_unless_the_user_says_otherwise()
    {
        // An address that stays on this computer, but does not look so.
        var elsewhere = $"{{ source: \"oci://meshlift.invalid:{_server.Address.Port}/bakery/charts\"";
        Assert.Contains("https://meshlift.invalid", (await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(elsewhere + " }"))).Message, StringComparison.Ordinal);
        Assert.Contains("http://meshlift.invalid", (await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(elsewhere + ", plainHttp: true }"))).Message, StringComparison.Ordinal);
    }

    private RegistryLogins Logins(string file) => RegistryLogins.Read(Encoding.UTF8.GetBytes(file.Replace("HOST", _server.Host, StringComparison.Ordinal)), "logins.json");

    /// <summary>Guards a registry by tokens, which its own <c>/token</c> gives to whom it likes.</summary>
    private static void GuardWithTokens(ChartServer server, Func<string, string?> give, Func<string, bool>? isGood = null)
    {
        server.Serve("/token", context => give(context.Request.Headers.Authorization.ToString()) is { } token ? Results.Json(new { token }).ExecuteAsync(context) : ChartServer.Status(401)(context));
        server.Guard = (context, authorization) =>
            context.Request.Path == "/token" || (isGood?.Invoke(authorization) ?? authorization.StartsWith("Bearer t", StringComparison.Ordinal)) ? null : $"Bearer realm=\"{server.Address}token\",service=\"bakery\",scope=\"repository:{Repository(context)}:pull\"";
    }

    private static string Repository(HttpContext context) => context.Request.Path.Value!["/v2/".Length..].Split("/manifests/")[0].Split("/blobs/")[0];
}
