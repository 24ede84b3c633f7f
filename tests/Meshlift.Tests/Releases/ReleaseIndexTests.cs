using System.Globalization;
using System.Text;
using FsCheck.Fluent;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;
using Meshlift.Tests.Git;

namespace Meshlift.Tests.Releases;

public sealed class ReleaseIndexTests : IDisposable
{
    private readonly FetcherFixture _fixture = new();
    private readonly HttpClient _http = ReleaseWeb.Client();

    public void Dispose()
    {
        _http.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Versions_are_the_tags_of_a_repository_that_are_bare_semantic_versions()
    {
        using var repository = await TestRepository.CreateAsync();
        var commit = (await repository.GitAsync("rev-parse", "HEAD")).Trim();
        var versions = Enumerable.Range(0, 31).SelectMany(minor => Enumerable.Range(0, 12).Select(patch => string.Create(CultureInfo.InvariantCulture, $"1.{minor}.{patch}")))
            .Append("1.31.0-alpha.0").Append("1.31.0-beta.1").Append("1.31.0-rc.0").ToArray();
        string[] junk = ["v1.30.3", "1.30", "1.1.0.snapshot.0", "1.30.03", "release-1.30", "1.30.3+build", "nightly", "client-1.30.3", "foo/1.2.3", "1.15-beta.0"];
        await System.IO.File.WriteAllLinesAsync(
            Path.Combine(repository.Folder, ".git", "packed-refs"), versions.Concat(junk).OrderDescending(StringComparer.Ordinal).Select(tag => $"{commit} refs/tags/{tag}").Prepend("# pack-refs with: peeled fully-peeled"));
        await repository.GitAsync("tag", "-a", "1.31.0", "-m", "An annotated tag, as Istio makes them");
        var found = await Index(repository.Program).ListAsync(new Uri("https://nobody.invalid"), repository.Folder, repository.Home.Path, default);
        Assert.Equal(versions.Append("1.31.0").Select(IstioVersion.Parse).Order(), found);
        Assert.Equal("1.31.0", found[^1].ToString());
    }

    [Fact]
    public async Task A_repository_that_cannot_be_read_is_an_error_with_what_git_says()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => Index(new GitProgram(TimeProvider.System)).ListAsync(new Uri("https://nobody.invalid"), _fixture.Folder["none"], _fixture.Folder.Path, default));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.Contains("ls-remote", error.Message, StringComparison.Ordinal);
        Assert.Contains("exact version", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_is_never_taken_for_an_option()
    {
        using var repository = await TestRepository.CreateAsync();
        await repository.GitAsync("remote", "add", "origin", repository.Folder);
        var touched = _fixture.Folder["touched"];
        await Assert.ThrowsAsync<UserException>(() => Index(repository.Program).ListAsync(new Uri("https://nobody.invalid"), $"--upload-pack=touch {touched};git-upload-pack", repository.Folder, default));
        Assert.False(System.IO.File.Exists(touched));
    }

    [Fact]
    public async Task A_folder_lists_its_folders()
    {
        foreach (var name in new[] { "1.30.3", "1.29.6", "1.9.9", "1.31.0-rc.0", "latest", "v1.30.4" }) Directory.CreateDirectory(_fixture.Folder[$"releases/{name}"]);
        _fixture.Folder.Write("releases/1.28.10", "a file");
        Assert.Equal(["1.9.9", "1.29.6", "1.30.3", "1.31.0-rc.0"], await ListAsync(new Uri($"file://{_fixture.Folder["releases"]}")), StringComparer.Ordinal);
        var error = await Assert.ThrowsAsync<UserException>(() => ListAsync(new Uri($"file://{_fixture.Folder["none"]}")));
        Assert.Contains(_fixture.Folder["none"], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""<html><body><a href="../">../</a><a href="1.30.3/">1.30.3/</a> <A class=x HREF='1.9.9/'>x</A><a href="/releases/1.31.0-rc.0/?C=N">rc</a><a href=1.29.6>y</a><a href="istio-1.2.3.tgz">1.2.3</a></body></html>""", "text/html")]
    [InlineData("""["1.30.3", "1.9.9", "1.31.0-rc.0", "1.29.6", "latest", 5]""", "application/json")]
    [InlineData("""[{"name":"1.30.3","type":"directory"},{"name":"1.9.9/"},{"name":"Istio 1.29.6","tag_name":"1.29.6"},{"uri":"/1.31.0-rc.0","folder":true},{"other":1}]""", "application/json")]
    [InlineData("""{"children":[{"uri":"/1.30.3"},{"uri":"/1.9.9"},{"uri":"/1.29.6"},{"uri":"/1.31.0-rc.0"}]}""", "text/plain")]
    [InlineData("""  {"versions":["1.30.3","1.9.9","1.29.6","1.31.0-rc.0"]}""", "text/plain")]
    public async Task A_mirror_lists_its_versions_as_a_page_or_as_json(string listing, string type)
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.Serve("", Mirror.Text(listing, type));
        Assert.Equal(["1.9.9", "1.29.6", "1.30.3", "1.31.0-rc.0"], await ListAsync(mirror.Releases), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("nothing that anybody knows")]
    [InlineData("")]
    [InlineData("{\"versions\":3}")]
    [InlineData("[\"1.30.3\"")]
    public async Task A_listing_that_says_nothing_is_an_error(string listing)
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.Serve("", Mirror.Text(listing, "text/plain"));
        Assert.Equal(ErrorKind.Environment, (await Assert.ThrowsAsync<UserException>(() => ListAsync(mirror.Releases))).Kind);
    }

    [Fact]
    public async Task A_mirror_that_lists_nothing_says_that_an_exact_version_is_needed()
    {
        await using var mirror = await Mirror.StartAsync();
        Assert.Contains("exact version", (await Assert.ThrowsAsync<UserException>(() => ListAsync(mirror.Releases))).Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://github.com/istio/istio/releases/download", "https://github.com/istio/istio")]
    [InlineData("https://git.example.com/mirrors/istio/releases/download/", "https://git.example.com/mirrors/istio")]
    [InlineData("https://blob.istio.io/istio-release/releases", null)]
    [InlineData("file:///srv/releases/download", null)]
    public void The_releases_of_a_forge_are_the_tags_of_its_repository(string releases, string? repository) => Assert.Equal(repository, PublishedVersions.RepositoryOf(new Uri(releases)));

    [Fact]
    public void Whatever_is_listed_the_answer_is_versions_or_an_error_for_people() => Prop.ForAll(
        Gen.Elements("<a href=", "\"", "1.30.3", "/", ">", "[", "]", "{", "}", ",", ":", "\"name\"", "null", " ", "\\u", "%31", "\0").ListOf().Select(string.Concat).ToArbitrary(),
        text =>
        {
            try
            {
                return PublishedVersions.OfListing(Encoding.UTF8.GetBytes(text), "x").All(version => version.ToString() is "1.30.3");
            }
            catch (UserException)
            {
                return true;
            }
        }).Holds();

    private ReleaseIndex Index(GitProgram git) => new(git, _http, _fixture.Clock);

    private async Task<IEnumerable<string>> ListAsync(Uri releases) =>
        (await Index(new GitProgram(TimeProvider.System)).ListAsync(releases, repository: null, _fixture.Folder.Path, default)).Select(version => version.ToString());
}
