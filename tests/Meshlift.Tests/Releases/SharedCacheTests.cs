using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Releases;
using static Meshlift.Tests.Releases.FetcherFixture;

namespace Meshlift.Tests.Releases;

/// <summary>Processes that share the cache, and those that are killed.</summary>
public sealed class SharedCacheTests : IDisposable
{
    private static readonly byte[] TheProgram = TestArchive.Noise(400_000);
    private static readonly byte[] TheArchive = TestArchive.OfIstioctl(TheProgram);
    private readonly FetcherFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Two_processes_that_fetch_the_same_at_once_fetch_it_once()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        mirror.First(SmallArchive, async context =>
        {
            begun.SetResult();
            await go.Task;
            await context.Response.Body.WriteAsync(TheArchive);
        });
        using var first = FetchingProcess.Start(mirror.Releases, _fixture.CacheFolder);
        await begun.Task;
        using var second = FetchingProcess.Start(mirror.Releases, _fixture.CacheFolder);
        await second.SaysAsync("Waiting");
        go.SetResult();
        var folders = await Task.WhenAll(first.SaysAsync("done"), second.SaysAsync("done"));
        Assert.Equal(folders[0], folders[1]);
        Assert.Equal(TheProgram, await File.ReadAllBytesAsync(Path.Combine(folders[0], "istioctl")));
        Assert.Equal([SmallArchive + ".sha256", SmallArchive], mirror.Requests);
    }

    [Fact]
    public async Task Many_that_fetch_different_parts_at_once_fetch_each_archive_once()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(WholeArchive, TestArchive.OfAll(TheProgram));
        var releases = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            _fixture.Fetcher(mirror.Releases, TimeProvider.System).FetchAsync(FetcherFixture.Version, i % 2 == 0 ? ReleasePart.Istioctl : ReleasePart.Charts, [], null, default))));
        Assert.Equal(2, releases.Select(release => release.Folder).Distinct(StringComparer.Ordinal).Count());
        Assert.Single(mirror.Requests, WholeArchive);
    }

    [Fact]
    public async Task One_that_waits_for_another_can_give_up()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var begun = new TaskCompletionSource();
        mirror.First(SmallArchive, context =>
        {
            begun.SetResult();
            return Mirror.UntilTheClientIsGoneAsync(context);
        });
        using var first = FetchingProcess.Start(mirror.Releases, _fixture.CacheFolder);
        using var second = FetchingProcess.Start(mirror.Releases, _fixture.CacheFolder);
        var waiting = await Task.WhenAny(WaitsAsync(first), WaitsAsync(second));
        using var cancel = new CancellationTokenSource();
        var third = _fixture.Fetcher(mirror.Releases, TimeProvider.System).FetchAsync(FetcherFixture.Version, ReleasePart.Istioctl, [], new Cancelling(cancel), cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);

        // The one that holds the lock is killed in the middle; the lock goes with it, and the one that waited does the work.
        await begun.Task;
        await (await waiting == first ? second : first).KillAsync();
        var folder = await (await waiting).SaysAsync("done");
        Assert.Equal(TheProgram, await File.ReadAllBytesAsync(Path.Combine(folder, "istioctl")));

        static async Task<FetchingProcess> WaitsAsync(FetchingProcess process)
        {
            await process.SaysAsync("Waiting");
            return process;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(250_000)]
    [InlineData(-1)]
    public async Task A_process_that_is_killed_in_the_middle_leaves_nothing_that_a_later_one_trusts(int after)
    {
        if (after < 0) after = TheArchive.Length - 1;
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.First(SmallArchive, async context =>
        {
            context.Response.ContentLength = TheArchive.Length;
            context.Response.Headers.ETag = "\"one\"";
            await context.Response.Body.WriteAsync(TheArchive.AsMemory(0, after));
            await context.Response.Body.FlushAsync();
            await Mirror.UntilTheClientIsGoneAsync(context);
        });
        using (var killed = FetchingProcess.Start(mirror.Releases, _fixture.CacheFolder))
        {
            await killed.SaysAsync("Downloading");
            await killed.KillAsync();
        }
        Assert.False(Directory.Exists(_fixture.Cache("archives")));
        Assert.False(Directory.Exists(_fixture.Cache("unpacked")));
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.Matches($"^{SmallArchive} bytes=[1-9][0-9]*-$", mirror.Requests.Last());
    }

    [Fact]
    public async Task However_many_bytes_came_the_next_fetch_has_them_all()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var random = new Random(7);
        foreach (var after in Enumerable.Range(0, 20).Select(_ => random.Next(TheArchive.Length)))
        {
            using var fixture = new FetcherFixture();
            mirror.First(SmallArchive, [.. Enumerable.Repeat(Mirror.Break(TheArchive, after), 5)]);
            var error = await Record.ExceptionAsync(() => fixture.FetchAsync(mirror));
            Assert.True(error is null or UserException);
            mirror.First(SmallArchive);
            Assert.Equal(TheProgram, Program(await fixture.FetchAsync(mirror)));
        }
    }

    [Fact]
    public async Task The_proxy_variables_are_heeded()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        // The host exists nowhere; the mirror answers in its place, as a proxy.
        using var process = FetchingProcess.Start(
            new Uri("http://releases.invalid/releases"), _fixture.CacheFolder, ("http_proxy", mirror.Releases.GetLeftPart(UriPartial.Authority)), ("no_proxy", ""), ("all_proxy", ""));
        var folder = await process.SaysAsync("done");
        Assert.Equal(TheProgram, await File.ReadAllBytesAsync(Path.Combine(folder, "istioctl")));
    }

    private sealed class Cancelling(CancellationTokenSource cancel) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => cancel.Cancel();
    }
}
