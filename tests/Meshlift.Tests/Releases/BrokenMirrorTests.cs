using System.Net;
using System.Net.Sockets;
using System.Text;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Releases;
using static Meshlift.Tests.Releases.FetcherFixture;

namespace Meshlift.Tests.Releases;

/// <summary>What mirrors and networks do to a download.</summary>
public sealed class BrokenMirrorTests : IDisposable
{
    private static readonly byte[] TheProgram = TestArchive.Noise(300_000);
    private static readonly byte[] TheArchive = TestArchive.OfIstioctl(TheProgram);
    private readonly FetcherFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_download_that_breaks_off_is_continued_where_it_broke()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.First(SmallArchive, Mirror.Break(TheArchive, 200_000));
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.Matches($"^{SmallArchive} bytes=[1-9][0-9]*-$", mirror.Requests.Last());
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_not_continued()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive, tag: "\"two\"");
        mirror.First(SmallArchive, Mirror.Break(TestArchive.Noise(TheArchive.Length, seed: 2), 200_000, tag: "\"one\""));
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
    }

    [Fact]
    public async Task A_server_that_continues_without_heeding_the_validator_is_not_believed()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.First(SmallArchive, Mirror.Break(TestArchive.Noise(TheArchive.Length, seed: 2), 200_000), context =>
        {
            var from = int.Parse(context.Request.Headers.Range[0]!["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers.ETag = "\"another\"";
            context.Response.Headers.ContentRange = $"bytes {from}-{TheArchive.Length - 1}/{TheArchive.Length}";
            return context.Response.Body.WriteAsync(TheArchive.AsMemory(from)).AsTask();
        });
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.Equal(SmallArchive, mirror.Requests.Last());
    }

    [Fact]
    public async Task A_server_that_continues_at_another_place_is_not_believed()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.First(SmallArchive, Mirror.Break(TheArchive, 200_000), context =>
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ETag = "\"one\"";
            context.Response.Headers.ContentRange = $"bytes 5-{TheArchive.Length - 1}/{TheArchive.Length}";
            return context.Response.Body.WriteAsync(TheArchive.AsMemory(5)).AsTask();
        });
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("W/\"weak\"")]
    public async Task Without_a_strong_validator_a_broken_download_begins_anew(string? tag)
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.First(SmallArchive, Mirror.Break(TheArchive, 200_000, tag));
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.Equal(SmallArchive, mirror.Requests.Last());
    }

    [Fact]
    public async Task A_beginning_that_another_mirror_left_is_not_continued()
    {
        await using var one = await Mirror.StartAsync();
        await using var other = await Mirror.StartAsync();
        one.ServeArchive(SmallArchive, TheArchive);
        other.ServeArchive(SmallArchive, TheArchive);
        one.First(SmallArchive, [.. Enumerable.Repeat(Mirror.Break(TheArchive, 100_000), 5)]);
        await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(one));
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(other)));
        Assert.Equal(SmallArchive, other.Requests.Last());
    }

    [Fact]
    public async Task A_damaged_beginning_is_noticed_and_the_whole_is_brought_in_once_more()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.First(SmallArchive, [.. Enumerable.Repeat(Mirror.Break(TheArchive, 100_000), 5)]);
        await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        var partial = Directory.EnumerateFiles(_fixture.Cache("partial")).Single(file => !file.EndsWith(".from", StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(partial);
        bytes[10] ^= 1;
        await File.WriteAllBytesAsync(partial, bytes);
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.Equal(SmallArchive, mirror.Requests.Last());
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_server_that_is_busy_is_asked_again(int status)
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.First(SmallArchive + ".sha256", Mirror.Status(status));
        mirror.First(SmallArchive, Mirror.Status(status), Mirror.Status(status));
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.Equal(3, _fixture.Clock.Pauses.Count);
    }

    [Fact]
    public async Task The_pauses_grow_and_end_after_five_tries()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.Serve(SmallArchive + ".sha256", Mirror.Status(500));
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.Contains("answered 500 Internal Server Error, 5 times", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, mirror.Requests.Count);
        Assert.Equal(4, _fixture.Clock.Pauses.Count);
        Assert.InRange(_fixture.Clock.Pauses.Sum(pause => pause.TotalSeconds), 5, 12);
    }

    [Fact]
    public async Task The_server_says_when_to_come_again()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var at = _fixture.Clock.GetUtcNow().AddSeconds(7 + 20).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        mirror.First(SmallArchive, Mirror.Status(429, retryAfter: "7"), Mirror.Status(503, retryAfter: at));
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(20)], _fixture.Clock.Pauses);
    }

    [Fact]
    public async Task A_server_that_asks_for_an_hour_is_not_waited_for()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.Serve(SmallArchive + ".sha256", Mirror.Status(429, retryAfter: "3600"));
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.Contains("asks to wait 60 minutes", error.Message, StringComparison.Ordinal);
        Assert.Single(mirror.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(407)]
    [InlineData(501)]
    public async Task What_would_not_be_better_a_moment_later_is_not_asked_again(int status)
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.Serve(SmallArchive + ".sha256", Mirror.Status(status));
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.Single(mirror.Requests);
    }

    [Fact]
    public async Task A_redirection_is_followed_and_continued_through()
    {
        await using var mirror = await Mirror.StartAsync();
        await using var store = await Mirror.StartAsync();
        store.ServeArchive(SmallArchive, TheArchive);
        store.First(SmallArchive, Mirror.Break(TheArchive, 200_000));
        mirror.Serve(SmallArchive, Mirror.Redirect($"{store.Releases}/{SmallArchive}"));
        mirror.Serve(SmallArchive + ".sha256", Mirror.Redirect($"{store.Releases}/{SmallArchive}.sha256"));
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.Contains(" bytes=", store.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirection_in_a_circle_ends()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.Serve(SmallArchive + ".sha256", Mirror.Redirect($"{mirror.Releases}/{SmallArchive}.sha256"));
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.Contains("redirects more than 5 times", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, mirror.Requests.Count);
    }

    [Fact]
    public async Task A_web_page_in_place_of_a_digest_or_an_archive_is_named()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.Serve(SmallArchive + ".sha256", Mirror.Text("<html>Please log in</html>", "text/html"));
        var digest = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.Contains("a web page came in its place", digest.Message, StringComparison.Ordinal);
        mirror.Serve(SmallArchive + ".sha256", Mirror.Text("<html>Please log in</html>", "text/plain"));
        Assert.Contains("is a web page", (await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror))).Message, StringComparison.Ordinal);
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.Serve(SmallArchive, Mirror.Text("<html>Please log in</html>", "text/html"));
        var archive = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.Contains($"{SmallArchive}: a web page came in its place", archive.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_digest_file_without_end_is_refused()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.Serve(SmallArchive + ".sha256", Mirror.Text(new string('a', 5000), "text/plain"));
        Assert.Contains("larger than 4096 bytes", (await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror))).Message, StringComparison.Ordinal);
        mirror.Serve(SmallArchive + ".sha256", async context =>
        {
            // Without a length: in chunks.
            for (var i = 0; i < 5; i++)
            {
                await context.Response.Body.WriteAsync(new byte[1024]);
                await context.Response.Body.FlushAsync();
            }
        });
        Assert.Contains("larger than 4096 bytes", (await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_claims_to_be_huge_is_refused_before_it_comes()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.Serve(SmallArchive, async context =>
        {
            context.Response.ContentLength = 1L << 40;
            await context.Response.Body.WriteAsync(new byte[1]);
            await context.Response.Body.FlushAsync();
            await Mirror.UntilTheClientIsGoneAsync(context);
        });
        Assert.Contains("larger than 512 MiB", (await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_left_after_a_minute_and_asked_again()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var silent = new TaskCompletionSource();
        mirror.First(SmallArchive, async context =>
        {
            context.Response.ContentLength = TheArchive.Length;
            context.Response.Headers.ETag = "\"one\"";
            await context.Response.Body.WriteAsync(TheArchive.AsMemory(0, 1000));
            await context.Response.Body.FlushAsync();
            silent.SetResult();
            await Mirror.UntilTheClientIsGoneAsync(context);
        });
        var arrived = new TaskCompletionSource();
        var progress = new Told(report =>
        {
            if (report is { Stage: FetchStage.Downloading, Bytes: 1000 }) arrived.TrySetResult();
        });
        var fetch = _fixture.Fetcher(mirror.Releases).FetchAsync(FetcherFixture.Version, ReleasePart.Istioctl, [], progress, default);
        await silent.Task;
        await arrived.Task;
        _fixture.Clock.RunOut(TimeSpan.FromMinutes(1));
        Assert.Equal(TheProgram, Program(await fetch));
        Assert.Equal($"{SmallArchive} bytes=1000-", mirror.Requests.Last());
    }

    [Fact]
    public async Task A_server_that_drips_is_left_after_half_an_hour_and_what_came_is_kept()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.First(SmallArchive, async context =>
        {
            context.Response.ContentLength = TheArchive.Length;
            context.Response.Headers.ETag = "\"one\"";
            await context.Response.Body.WriteAsync(TheArchive.AsMemory(0, 1000));
            await context.Response.Body.FlushAsync();
            await Mirror.UntilTheClientIsGoneAsync(context);
        });
        var arrived = new TaskCompletionSource();
        var fetch = _fixture.Fetcher(mirror.Releases).FetchAsync(FetcherFixture.Version, ReleasePart.Istioctl, [], new Told(report =>
        {
            if (report.Stage == FetchStage.Downloading) arrived.TrySetResult();
        }), default);
        await arrived.Task;
        _fixture.Clock.RunOut(TimeSpan.FromMinutes(30));
        var error = await Assert.ThrowsAsync<UserException>(() => fetch);
        Assert.Contains("was not there within 30 minutes", error.Message, StringComparison.Ordinal);
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.Equal($"{SmallArchive} bytes=1000-", mirror.Requests.Last());
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", true)] // says less than it has: the rest is cut off
    [InlineData("not http at all\r\n\r\n", false)]
    [InlineData("", false)]
    public async Task A_server_that_does_not_keep_to_the_protocol_is_refused(string head, bool withBody)
    {
        await using var mirror = await Mirror.StartAsync();
        using var raw = new TcpListener(IPAddress.Loopback, 0);
        raw.Start();
        mirror.Serve(SmallArchive + ".sha256", Mirror.DigestLine(SmallArchive, TheArchive));
        mirror.Serve(SmallArchive, Mirror.Redirect($"http://{raw.LocalEndpoint}/x"));
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await raw.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096]);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
                if (withBody) await stream.WriteAsync(TheArchive);
            }
        });
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.FetchAsync(mirror));
        Assert.Contains(SmallArchive, error.Message, StringComparison.Ordinal);
        raw.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_told_at_once_and_what_came_is_kept()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.First(SmallArchive, async context =>
        {
            context.Response.ContentLength = TheArchive.Length;
            context.Response.Headers.ETag = "\"one\"";
            await context.Response.Body.WriteAsync(TheArchive.AsMemory(0, 5000));
            await context.Response.Body.FlushAsync();
            await Mirror.UntilTheClientIsGoneAsync(context);
        });
        using var cancel = new CancellationTokenSource();
        var fetch = _fixture.Fetcher(mirror.Releases).FetchAsync(FetcherFixture.Version, ReleasePart.Istioctl, [], new Told(report =>
        {
            if (report is { Stage: FetchStage.Downloading, Bytes: 5000, Total: { } total } && total == TheArchive.Length) cancel.Cancel();
        }), cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        Assert.Equal(TheProgram, Program(await _fixture.FetchAsync(mirror)));
        Assert.Equal($"{SmallArchive} bytes=5000-", mirror.Requests.Last());
    }

    private sealed class Told(Action<FetchProgress> what) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => what(value);
    }
}
