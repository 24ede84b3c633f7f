using Meshlift.Core;
using Meshlift.Core.Charts;

namespace Meshlift.Tests.Helm;

/// <summary>Charts from a chart repository on loopback.</summary>
public sealed class ChartRepositoryTests : IAsyncLifetime, IDisposable
{
    private readonly HelmFixture _fixture = new();
    private ChartServer _server = null!;

    private string Source => $$"""{ source: "{{_server.Address}}charts" }""";

    public async Task InitializeAsync() => _server = await ChartServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Charts_are_fetched_verified_and_kept()
    {
        _server.ServeRepository([.. SampleChart.All("1.29.6"), .. SampleChart.All()]);
        var found = await _fixture.FindAsync(Source, IstioChart.Base, IstioChart.Istiod);
        Assert.Equal([ContentDigest.Of(SampleChart.Base().Archive()), ContentDigest.Of(SampleChart.Istiod().Archive())], found.Charts.Select(chart => chart.Digest));
        Assert.Equal($"{_server.Address}charts istiod 1.30.3", found.Charts[1].Origin);
        Assert.Equal(SampleChart.Istiod().Files["values.yaml"], File.ReadAllText(Path.Combine(found.Charts[1].Folder, "values.yaml")));
        Assert.Equal(["/charts/index.yaml", "/charts/base-1.30.3.tgz", "/charts/istiod-1.30.3.tgz"], _server.Requests);
        // From then on nobody is asked.
        _server.Serve("/charts/index.yaml", ChartServer.Status(500));
        Assert.Equal(found.Charts.Select(chart => chart.Digest), (await _fixture.FindAsync(Source, IstioChart.Base, IstioChart.Istiod)).Charts.Select(chart => chart.Digest));
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task What_was_kept_and_damaged_is_fetched_again()
    {
        _server.ServeRepository(SampleChart.Istiod());
        await _fixture.FindAsync(Source);
        foreach (var file in Directory.EnumerateFiles(_fixture.Folder["cache/meshlift/charts/archives"])) File.WriteAllText(file, "damaged");
        Assert.Equal(ContentDigest.Of(SampleChart.Istiod().Archive()), (await _fixture.FindAsync(Source)).Charts[0].Digest);
        foreach (var file in Directory.EnumerateFiles(_fixture.Folder["cache/meshlift/charts/sources"])) File.WriteAllText(file, "sha256:damaged");
        await _fixture.FindAsync(Source);
        Assert.Equal(5, _server.Requests.Count);
    }

    [Fact]
    public async Task Two_that_want_a_chart_at_once_fetch_it_once()
    {
        _server.ServeRepository(SampleChart.Istiod());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _fixture.FindAsync(Source)));
        Assert.Equal(["/charts/index.yaml", "/charts/istiod-1.30.3.tgz"], _server.Requests);
    }

    [Fact]
    public async Task An_archive_that_is_not_what_the_index_says_is_refused_and_not_kept()
    {
        _server.ServeRepository(SampleChart.Istiod());
        _server.First("/charts/istiod-1.30.3.tgz", context => context.Response.Body.WriteAsync(SampleChart.Gateway().Archive()).AsTask());
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.StartsWith($"{_server.Address}charts/istiod-1.30.3.tgz is not what it is listed as: {ContentDigest.Of(SampleChart.Istiod().Archive())} is wanted, ", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_fixture.Folder["cache"], "*.tgz", SearchOption.AllDirectories));
        Assert.Single((await _fixture.FindAsync(Source)).Charts);
    }

    [Fact]
    public async Task An_archive_that_breaks_off_is_fetched_again_and_one_that_stays_cut_is_refused()
    {
        _server.ServeRepository(SampleChart.Istiod());
        var archive = SampleChart.Istiod().Archive();
        _server.First("/charts/istiod-1.30.3.tgz", async context =>
        {
            context.Response.ContentLength = archive.Length;
            await context.Response.Body.WriteAsync(archive.AsMemory(0, 100));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        Assert.Single((await _fixture.FindAsync(Source)).Charts);
        using var other = new HelmFixture();
        _server.Serve("/charts/istiod-1.30.3.tgz", archive[..100]);
        Assert.Equal(ErrorKind.Refused, (await Assert.ThrowsAsync<UserException>(() => other.FindAsync(Source))).Kind);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><title>Log in</title>", "text/html", "a web page came in its place")]
    [InlineData("\n <html></html>", "text/plain", "is a web page, not the index of a chart repository")]
    [InlineData("entries: [\n", "text/yaml", "index.yaml:2:1: the index is damaged")]
    [InlineData("apiVersion: v1\n", "text/yaml", "index.yaml:1:1: it has no 'entries'")]
    [InlineData("", "text/yaml", "index.yaml:1:1: it has no 'entries'")]
    [InlineData("entries: { istiod: [{ version: 1.30.3, urls: [a.tgz] }] }", "text/yaml", "index.yaml:1:21: it names no digest for istiod 1.30.3")]
    [InlineData("entries: { istiod: [{ version: 1.30.3, digest: sha512-1, urls: [a.tgz] }] }", "text/yaml", "the digest of istiod 1.30.3 is no SHA-256")]
    [InlineData("entries: { istiod: [{ version: 1.30.3, digest: DIGEST }] }", "text/yaml", "it does not say where istiod 1.30.3 is")]
    [InlineData("entries: { istiod: [{ version: 1.30.3, digest: DIGEST, urls: [\"file:///etc/passwd\"] }] }", "text/yaml", "the archive of istiod 1.30.3 is at no address of the web")]
    [InlineData("entries: { istiod: [{ version: 1.30.3, digest: DIGEST, urls: [a.tgz] }, { version: 1.30.3, digest: DIGEST, urls: [b.tgz] }] }", "text/yaml", "istiod 1.30.3 stands there twice, with different archives")]
    [InlineData("entries: { istiod: [{ version: 1.30.3, digest: DIGEST, urls: [a.tgz] }] }", "text/yaml", "charts/a.tgz is not there (404), but it is listed")]
    public async Task An_index_that_is_none_or_names_no_verifiable_archive_is_told(string text, string type, string message)
    {
        _server.Serve("/charts/index.yaml", text.Replace("DIGEST", new string('a', 64), StringComparison.Ordinal), type);
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_or_a_version_that_is_not_there_is_told_with_what_is()
    {
        _server.ServeRepository(SampleChart.Istiod("1.29.6"), SampleChart.Istiod("1.30.4"), SampleChart.Base());
        var version = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source));
        Assert.Equal((ErrorKind.Input, $"{_server.Address}charts/index.yaml has the chart istiod, but not version 1.30.3; there is 1.29.6, 1.30.4"), (version.Kind, version.Message));
        var chart = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source, IstioChart.Ztunnel));
        Assert.Equal((ErrorKind.Input, $"{_server.Address}charts/index.yaml has no chart ztunnel; there is istiod, base"), (chart.Kind, chart.Message));
    }

    [Theory]
    [InlineData(404, "is not there (404)", "spec.istio.charts.source"), InlineData(500, "answered 500 Internal Server Error, 5 times", "vendor/istio/${version}/charts")]
    [InlineData(403, "answered 403 Forbidden", "open the address by hand")]
    public async Task An_index_that_does_not_come_is_told(int status, string message, string remedy)
    {
        _server.Serve("/charts/index.yaml", ChartServer.Status(status));
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.Contains($"{_server.Address}charts/index.yaml", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("releases:", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_fails_and_recovers_is_asked_again()
    {
        _server.ServeRepository(SampleChart.Istiod());
        _server.First("/charts/index.yaml", ChartServer.Status(503), ChartServer.Status(500));
        Assert.Single((await _fixture.FindAsync(Source)).Charts);
    }

    [Fact]
    public async Task Archives_may_be_on_another_host_and_behind_redirections()
    {
        await using var store = await ChartServer.StartAsync();
        var archive = SampleChart.Istiod().Archive();
        store.Serve("/a/istiod.tgz", ChartServer.Redirect("/b/istiod.tgz"));
        store.Serve("/b/istiod.tgz", archive);
        _server.Serve("/charts/index.yaml", $"entries: {{ istiod: [{{ version: 1.30.3, digest: \"sha256:{ContentDigest.Of(archive)["sha256:".Length..].ToUpperInvariant()}\", urls: [\"{store.Address}a/istiod.tgz\"] }}] }}");
        Assert.Single((await _fixture.FindAsync(Source)).Charts);
    }

    [Fact]
    public async Task An_archive_larger_than_any_chart_is_not_read_to_its_end()
    {
        _server.ServeRepository(SampleChart.Istiod());
        _server.First("/charts/istiod-1.30.3.tgz", context =>
        {
            context.Response.ContentLength = 1L << 40;
            return context.Response.Body.WriteAsync(new byte[1 << 10]).AsTask();
        });
        Assert.Contains("is larger than 20 MiB", (await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_digest_than_the_locked_one_is_refused_before_anything_is_fetched()
    {
        _server.ServeRepository(SampleChart.Istiod());
        await _fixture.FindAsync(Source);
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync(Source, new Dictionary<string, string>(StringComparer.Ordinal) { ["istiod-1.30.3.tgz"] = ContentDigest.Of("other"u8) }));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task Published_versions_are_those_of_the_control_plane()
    {
        _server.ServeRepository(SampleChart.Istiod("1.30.3"), SampleChart.Istiod("1.29.6"), SampleChart.Istiod("1.31.0-rc.0"), SampleChart.Base("1.28.0"));
        var published = await _fixture.Finder(HelmFixture.Spec(Source)).PublishedAsync(HelmFixture.Revisions, default);
        Assert.Equal(["1.29.6", "1.30.3", "1.31.0-rc.0"], published!.Value.Select(version => version.ToString()));
        Assert.Null(await _fixture.Finder(HelmFixture.Spec("{ source: \"https://charts.example.com/${version}\" }")).PublishedAsync(HelmFixture.Revisions, default));
    }

    [Fact]
    public async Task Secrets_of_the_address_are_not_shown()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync($$"""{ source: "{{_server.Address}}charts?key=s3cret" }"""));
        Assert.DoesNotContain("s3cret", error.Message + error.Remedy, StringComparison.Ordinal);
        Assert.Equal("/charts/index.yaml?key=s3cret", Assert.Single(_server.Requests));
    }
}
