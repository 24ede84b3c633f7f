using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;
using static Meshlift.Tests.Releases.FetcherFixture;

namespace Meshlift.Tests.Releases;

public sealed class ReleaseFetcherTests : IDisposable
{
    private static readonly byte[] TheProgram = TestArchive.Noise(100_000);
    private static readonly byte[] TheArchive = TestArchive.OfIstioctl(TheProgram);
    private readonly FetcherFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Istioctl_comes_out_of_its_own_small_archive_ready_to_run()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var release = await _fixture.FetchAsync(mirror);
        Assert.Equal(TheProgram, Program(release));
        Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(TheArchive)), release.Digest);
        Assert.Equal($"{mirror.Releases}/{SmallArchive}", release.Source);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(release.Folder, "istioctl")));
        Assert.Equal([SmallArchive + ".sha256", SmallArchive], mirror.Requests, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Of_the_whole_archive_only_what_is_needed_is_unpacked()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(WholeArchive, TestArchive.OfAll(TheProgram));
        var program = await _fixture.FetchAsync(mirror);
        var charts = await _fixture.FetchAsync(mirror, ReleasePart.Charts);
        Assert.Equal(TheProgram, Program(program));
        Assert.Equal(["istioctl"], Files(program.Folder), StringComparer.Ordinal);
        Assert.Equal(["base/Chart.yaml", "base/templates/crds.yaml", "gateways/istio-ingress/Chart.yaml"], Files(charts.Folder), StringComparer.Ordinal);
        Assert.Single(mirror.Requests, WholeArchive);
    }

    [Fact]
    public async Task The_old_name_of_a_platform_is_tried_behind_the_new_one()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive("1.30.3/istioctl-1.30.3-osx.tar.gz", TheArchive);
        var release = await _fixture.Fetcher(mirror.Releases, platform: ReleasePlatform.Of(OSPlatform.OSX, Architecture.X64)).FetchAsync(FetcherFixture.Version, ReleasePart.Istioctl, [], null, default);
        Assert.Equal(TheProgram, Program(release));
        Assert.Equal("1.30.3/istioctl-1.30.3-osx-amd64.tar.gz.sha256", mirror.Requests.First());
    }

    [Fact]
    public async Task Windows_gets_a_zip_file()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive("1.30.3/istioctl-1.30.3-win-amd64.zip", TestArchive.Zip(("istioctl.exe", TheProgram, 0)));
        var release = await _fixture.Fetcher(mirror.Releases, platform: ReleasePlatform.Of(OSPlatform.Windows, Architecture.Arm64)).FetchAsync(FetcherFixture.Version, ReleasePart.Istioctl, [], null, default);
        Assert.Equal(TheProgram, await File.ReadAllBytesAsync(Path.Combine(release.Folder, "istioctl.exe")));
    }

    [Fact]
    public async Task A_folder_of_this_computer_is_a_mirror()
    {
        _fixture.Folder.Write($"releases/{SmallArchive}.sha256", System.Text.Encoding.ASCII.GetString(Mirror.DigestLine(SmallArchive, TheArchive)));
        await File.WriteAllBytesAsync(_fixture.Folder[$"releases/{SmallArchive}"], TheArchive);
        var release = await _fixture.FetchAsync(new Uri($"file://{_fixture.Folder["releases"]}"));
        Assert.Equal(TheProgram, Program(release));
    }

    [Fact]
    public async Task What_was_fetched_once_needs_no_network_again()
    {
        Uri releases;
        await using (var mirror = await Mirror.StartAsync())
        {
            mirror.ServeArchive(SmallArchive, TheArchive);
            await _fixture.FetchAsync(mirror);
            releases = mirror.Releases;
        }
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(releases)));
    }

    [Fact]
    public async Task Offline_says_what_would_have_been_fetched_from_where()
    {
        Uri gone;
        await using (var mirror = await Mirror.StartAsync()) gone = mirror.Releases;
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(gone));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.Contains($"cannot fetch {gone}/{SmallArchive}.sha256", error.Message, StringComparison.Ordinal);
        Assert.Contains("file:///", error.Remedy, StringComparison.Ordinal);
        Assert.Equal(4, _fixture.Clock.Pauses.Count);
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_named_with_all_that_was_looked_for()
    {
        await using var mirror = await Mirror.StartAsync();
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.Contains("has no Istio 1.30.3 for linux-amd64", error.Message, StringComparison.Ordinal);
        Assert.Contains("istioctl-1.30.3-linux-amd64.tar.gz.sha256, istio-1.30.3-linux-amd64.tar.gz.sha256", error.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Clock.Pauses);
    }

    [Fact]
    public async Task An_archive_without_a_digest_is_not_taken()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.Serve(SmallArchive, TheArchive);
        await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.DoesNotContain(SmallArchive, mirror.Requests, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_mirror_that_lies_about_the_digest_is_refused_and_nothing_is_unpacked()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.Serve(SmallArchive, TheArchive);
        mirror.Serve(SmallArchive + ".sha256", Mirror.DigestLine(SmallArchive, TestArchive.OfIstioctl("another"u8.ToArray())));
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("is not what its .sha256 says", error.Message, StringComparison.Ordinal);
        Assert.Equal(["locks/1.30.3-linux-amd64"], Files(_fixture.Cache("")), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_corrupt_archive_is_refused_and_a_later_good_one_is_taken()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var corrupt = TheArchive.ToArray();
        corrupt[corrupt.Length / 2] ^= 1;
        mirror.First(SmallArchive, context => context.Response.Body.WriteAsync(corrupt).AsTask());
        await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
    }

    [Fact]
    public async Task A_locked_digest_holds_against_a_mirror_that_changed_archive_and_digest()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var locked = (await _fixture.FetchAsync(mirror)).Digest;
        mirror.ServeArchive(SmallArchive, TestArchive.OfIstioctl("evil"u8.ToArray()));
        using var elsewhere = new FetcherFixture();
        var error = await Assert.ThrowsAsync<UserException>(() => elsewhere.Fetcher(mirror.Releases).FetchAsync(FetcherFixture.Version, ReleasePart.Istioctl, ImmutableDictionary<string, string>.Empty.Add(SmallArchive.Split('/')[1], locked), null, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains(locked, error.Message, StringComparison.Ordinal);
        Assert.Equal(2, mirror.Requests.Count(request => request.EndsWith(".sha256", StringComparison.Ordinal)));
        Assert.Single(mirror.Requests, SmallArchive);
    }

    [Fact]
    public async Task A_release_that_must_not_be_installed_is_refused_with_its_bulletin_before_anything_is_asked()
    {
        await using var mirror = await Mirror.StartAsync();
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.Fetcher(mirror.Releases).FetchAsync(IstioVersion.Parse("1.14.2"), ReleasePart.Istioctl, [], null, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("ISTIO-SECURITY-2022-006", error.Message, StringComparison.Ordinal);
        Assert.Empty(mirror.Requests);
    }

    [Fact]
    public async Task A_retired_host_is_named_with_its_replacement_when_it_fails()
    {
        // The name stands for a host that no longer answers; the proxy settings of this client make sure that nobody is asked.
        using var nowhere = new HttpClient(new SocketsHttpHandler { Proxy = new System.Net.WebProxy("http://127.0.0.1:1") }) { Timeout = Timeout.InfiniteTimeSpan };
        var fetcher = new ReleaseFetcher(new ReleaseSource(new Uri("https://istio-release.storage.googleapis.com/releases")) { Platform = Linux }, _fixture.CacheFolder, nowhere, _fixture.Clock);
        var error = await Assert.ThrowsAsync<UserException>(() => fetcher.FetchAsync(FetcherFixture.Version, ReleasePart.Istioctl, [], null, default));
        Assert.Contains("istio-release.storage.googleapis.com is switched off in December 2026", error.Message, StringComparison.Ordinal);
        Assert.Contains("https://blob.istio.io/istio-release/releases", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("archives")]
    [InlineData("unpacked")]
    [InlineData("sources")]
    public async Task Whatever_is_damaged_in_the_cache_is_noticed_and_made_good(string folder)
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        await _fixture.FetchAsync(mirror);
        foreach (var file in Directory.EnumerateFiles(_fixture.Cache(folder), "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
    }

    [Fact]
    public async Task A_file_that_was_slipped_into_the_unpacked_charts_is_thrown_out()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(WholeArchive, TestArchive.OfAll(TheProgram));
        var release = await _fixture.FetchAsync(mirror, ReleasePart.Charts);
        await File.WriteAllTextAsync(Path.Combine(release.Folder, "base/templates/extra.yaml"), "kind: Secret");
        Assert.DoesNotContain("base/templates/extra.yaml", Files((await _fixture.FetchAsync(mirror, ReleasePart.Charts)).Folder), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Leftovers_of_a_process_that_was_killed_while_it_unpacked_are_cleared()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var release = await _fixture.FetchAsync(mirror);
        var unpacked = Path.GetDirectoryName(release.Folder)!;
        Directory.Move(unpacked, unpacked + ".new");
        await File.WriteAllTextAsync(Path.Combine(unpacked + ".new", "files", "istioctl"), "half");
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.False(Directory.Exists(unpacked + ".new"));
    }

    [Fact]
    public async Task A_complete_download_that_was_not_published_is_used_without_another_request()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var hex = Convert.ToHexStringLower(SHA256.HashData(TheArchive));
        Directory.CreateDirectory(_fixture.Cache("partial"));
        await File.WriteAllBytesAsync(_fixture.Cache($"partial/{hex}"), TheArchive);
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.DoesNotContain(SmallArchive, mirror.Requests, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_read_only_cache_is_an_error_that_names_the_folder()
    {
        _fixture.Folder.Write("file", "");
        var fetcher = new ReleaseFetcher(new ReleaseSource(new Uri("file:///nowhere")) { Platform = Linux }, _fixture.Folder["file"], new HttpClient(), _fixture.Clock);
        var error = await Assert.ThrowsAsync<UserException>(() => fetcher.FetchAsync(FetcherFixture.Version, ReleasePart.Istioctl, [], null, default));
        Assert.Contains(_fixture.Folder["file"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_address_with_a_host_is_corrected()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(new Uri("file://srv/istio")));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains("file:///srv/istio", error.Remedy, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal);
}
