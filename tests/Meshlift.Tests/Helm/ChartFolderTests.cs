using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Charts;
using Meshlift.Tests.Releases;

namespace Meshlift.Tests.Helm;

/// <summary>Charts in folders: unpacked, packed, and in the order of a release.</summary>
public sealed class ChartFolderTests : IDisposable
{
    private static readonly IstioChart[] All = [IstioChart.Base, IstioChart.Istiod, IstioChart.Cni, IstioChart.Ztunnel, IstioChart.Gateway];
    private readonly HelmFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("charts", false), InlineData("release", false), InlineData("release/manifests/charts", false), InlineData("archives", true)]
    public async Task Charts_are_found_unpacked_packed_and_in_the_order_of_a_release(string folder, bool packed)
    {
        _fixture.Unpack("charts");
        foreach (var chart in SampleChart.All())
        {
            chart.Unpack(_fixture.Folder, $"release/manifests/charts/{chart.ReleaseFolder}");
            Write($"archives/{chart.Name}-1.30.3.tgz", chart.Archive());
        }
        var found = await _fixture.FindAsync($"{{ source: {(folder == "release" ? "./release" : folder)} }}", All);
        Assert.Equal(All, found.Charts.Select(chart => chart.Chart));
        Assert.All(found.Charts, chart =>
        {
            Assert.True(File.Exists(Path.Combine(chart.Folder, "Chart.yaml")));
            Assert.StartsWith($"{folder}/", chart.Origin, StringComparison.Ordinal);
            Assert.Equal(packed, chart.Digest is not null);
        });
        if (packed) Assert.Equal(ContentDigest.Of(SampleChart.Istiod().Archive()), found.Charts[1].Digest);
    }

    [Fact]
    public async Task The_archive_of_the_release_holds_them_too()
    {
        var archive = SampleChart.Tar(SampleChart.All().SelectMany(chart => chart.Files.Select(file => SampleChart.File($"istio-1.30.3/manifests/charts/{chart.ReleaseFolder}/{file.Key}", file.Value))));
        Write($"mirror/{FetcherFixture.WholeArchive}", archive);
        Write($"mirror/{FetcherFixture.WholeArchive}.sha256", Mirror.DigestLine(Path.GetFileName(FetcherFixture.WholeArchive), archive));
        var finder = _fixture.Finder(HelmFixture.Spec("{ source: release }"), new Uri(_fixture.Folder["mirror"]));
        var found = await finder.FindAsync([.. All], HelmFixture.Version, HelmFixture.Revision, _fixture.Folder["work"], [], progress: null, default);
        Assert.All(found.Charts, chart => Assert.Equal(ContentDigest.Of(archive), chart.Digest));
        Assert.EndsWith("istio-cni", found.Charts[2].Folder, StringComparison.Ordinal);
        var locked = ImmutableDictionary<string, string>.Empty.Add(Path.GetFileName(FetcherFixture.WholeArchive), ContentDigest.Of("other"u8));
        var error = await Assert.ThrowsAsync<UserException>(() => finder.FindAsync([.. All], HelmFixture.Version, HelmFixture.Revision, _fixture.Folder["work"], locked, progress: null, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
    }

    [Fact]
    public async Task A_file_url_names_a_folder_outside_of_the_repository()
    {
        using var elsewhere = new TempFolder();
        SampleChart.Istiod().Unpack(elsewhere, "1.30.3/istiod");
        var found = await _fixture.FindAsync($$"""{ source: "file://{{elsewhere.Path}}/${version}" }""");
        Assert.Equal(elsewhere["1.30.3/istiod"], found.Charts[0].Folder);
    }

    [Theory]
    [InlineData("none", "there are no charts of Istio 1.30.3: the folder none does not exist")]
    [InlineData("empty", "there is no chart istiod of Istio 1.30.3: the folder empty holds neither istiod-1.30.3.tgz nor istiod/Chart.yaml nor istio-control/istio-discovery/Chart.yaml nor manifests/charts/istio-control/istio-discovery/Chart.yaml")]
    [InlineData("twice", "the chart istiod stands in twice more than once: twice/istiod, twice/istiod-1.30.3.tgz")]
    [InlineData("old", "old/istiod: the chart istiod is of version '1.29.6', not 1.30.3")]
    [InlineData("git", "git/istiod: the chart istiod is of version '1.0.0', not 1.30.3")]
    [InlineData("other", "other/istiod: this is the chart 'gateway', not istiod")]
    [InlineData("nameless", "nameless/istiod/Chart.yaml:1:1: it does not say the chart's name and version")]
    [InlineData("broken", "broken/istiod/Chart.yaml:2:1: ")]
    public async Task A_chart_that_is_missing_or_another_one_is_told(string folder, string message)
    {
        Directory.CreateDirectory(_fixture.Folder["empty"]);
        SampleChart.Istiod().Unpack(_fixture.Folder, "twice/istiod");
        Write("twice/istiod-1.30.3.tgz", SampleChart.Istiod().Archive());
        SampleChart.Istiod("1.29.6").Unpack(_fixture.Folder, "old/istiod");
        SampleChart.Istiod("1.0.0").Unpack(_fixture.Folder, "git/istiod");
        SampleChart.Gateway().Unpack(_fixture.Folder, "other/istiod");
        _fixture.Folder.Write("nameless/istiod/Chart.yaml", "version: 1.30.3\n");
        _fixture.Folder.Write("broken/istiod/Chart.yaml", "name: [\n");
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync($"{{ source: {folder} }}"));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        if (folder == "git") Assert.StartsWith("charts in Istio's Git repository are no release", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_that_a_team_changed_keeps_the_version_that_it_installs()
    {
        SampleChart.Istiod().With("Chart.yaml", "name: istiod\nversion: 7.1.0\nappVersion: 1.30.3\n").Unpack(_fixture.Folder, "charts/istiod");
        Assert.Single((await _fixture.FindAsync("{ source: charts }")).Charts);
    }

    [Fact]
    public async Task The_archive_must_have_the_locked_digest()
    {
        Write("charts/istiod-1.30.3.tgz", SampleChart.Istiod().Archive());
        var digest = ContentDigest.Of(SampleChart.Istiod().Archive());
        Assert.Equal(digest, (await _fixture.FindAsync("{ source: charts }", new Dictionary<string, string>(StringComparer.Ordinal) { ["istiod-1.30.3.tgz"] = digest })).Charts[0].Digest);
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FindAsync("{ source: charts }", new Dictionary<string, string>(StringComparer.Ordinal) { ["istiod-1.30.3.tgz"] = ContentDigest.Of("other"u8) }));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("but meshlift.lock.yaml says", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Published_versions_are_those_of_folders_archives_and_the_unpacked_chart()
    {
        foreach (var version in (string[])["1.30.3", "1.29.6"]) SampleChart.Istiod(version).Unpack(_fixture.Folder, $"vendor/{version}/istiod");
        SampleChart.Istiod("1.28.10").Unpack(_fixture.Folder, "flat/istio-control/istio-discovery");
        foreach (var name in (string[])["istiod-1.30.3.tgz", "istiod-1.31.0-rc.0.tgz", "istiod-x.tgz", "base-1.9.9.tgz"]) _fixture.Folder.Write($"flat/{name}", "");
        Assert.Equal("1.29.6, 1.30.3", string.Join(", ", await PublishedAsync("\"vendor/${version}\"")));
        Assert.Equal("1.28.10, 1.30.3, 1.31.0-rc.0", string.Join(", ", await PublishedAsync("flat")));
        Assert.Empty(await PublishedAsync("none"));
        Assert.Null(await _fixture.Finder(HelmFixture.Spec("{ source: release }")).PublishedAsync(HelmFixture.Revisions, default));

        async Task<string[]> PublishedAsync(string source) =>
            [.. (await _fixture.Finder(HelmFixture.Spec($"{{ source: {source} }}")).PublishedAsync(HelmFixture.Revisions, default))!.Value.Select(version => version.ToString())];
    }

    private void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_fixture.Folder[path])!);
        File.WriteAllBytes(_fixture.Folder[path], content);
    }
}
