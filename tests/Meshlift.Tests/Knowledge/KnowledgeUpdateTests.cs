using System.Text;
using Meshlift.Adapters.Knowledge;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Knowledge;
using Meshlift.Engine.Versions;
using Meshlift.Tests.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Knowledge;

/// <summary>Fetching knowledge: real servers, real files, and nothing that is wrong is ever used.</summary>
public sealed class KnowledgeUpdateTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = ReleaseWeb.Client();
    private readonly KnowledgeChoice _choice;

    public KnowledgeUpdateTests()
    {
        // On this clock, pauses between tries are over at once; it is 2026-10-01.
        var clock = new PatientClock();
        _choice = new KnowledgeChoice(new KnowledgeFetcher(_http, clock), new KnowledgeCache(_folder["cache"]), clock);
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_fetched_answers_with_its_date_and_nothing_is_left_beside_it()
    {
        await using var server = await ServeAsync(() => Results.Text(Text(), "application/json"));
        var source = Source(server);
        Assert.Equal(KnowledgeOrigin.BuiltIn, Current(source).Origin);
        Assert.Contains("was never fetched", Current(source).Instead, StringComparison.Ordinal);
        Assert.Equal(KnowledgeOrigin.BuiltIn, (await _choice.UpdateAsync(source, _folder.Path, default)).Origin);
        var now = Current(source);
        Assert.Equal((KnowledgeOrigin.Fetched, new DateTimeOffset(2026, 10, 1, 12, 0, 0, TimeSpan.Zero), null), (now.Origin, now.FetchedAt, now.Instead));
        Assert.Single(Directory.EnumerateFiles(_folder["cache"], "*", SearchOption.AllDirectories));
        // Another address is another matter.
        Assert.Equal(KnowledgeOrigin.BuiltIn, Current(KnowledgeSource.Parse("https://other.example.com/versions.json")).Origin);
    }

    [Fact]
    public async Task What_changes_under_the_same_date_is_taken()
    {
        var text = Text();
        await using var server = await ServeAsync(() => Results.Text(text, "application/json"));
        await _choice.UpdateAsync(Source(server), _folder.Path, default);
        text = text.Replace("1.29.0 to 1.29.6", "1.29.0 to 1.29.7", StringComparison.Ordinal);
        await _choice.UpdateAsync(Source(server), _folder.Path, default);
        Assert.Contains("1.29.0 to 1.29.7", Current(Source(server)).Known.Bulletins[^1].Affected);
    }

    [Theory]
    [InlineData("{}", ErrorKind.Environment, "'format' is missing")]
    [InlineData("<html>Sign in</html>", ErrorKind.Environment, "it is no JSON")]
    [InlineData("", ErrorKind.Environment, "it is no JSON")]
    [InlineData("cut", ErrorKind.Environment, "it is no JSON")]
    [InlineData("form", ErrorKind.Environment, "format: 2 is not 1")]
    [InlineData("older", ErrorKind.Refused, "of 2026-09-30, older than that of 2026-10-01 which is in use")]
    [InlineData("future", ErrorKind.Refused, "of 2026-10-03, which is in the future")]
    [InlineData("huge", ErrorKind.Environment, "is larger than 4 MiB")]
    [InlineData("endless", ErrorKind.Environment, "is larger than 4 MiB")]
    [InlineData("broken", ErrorKind.Environment, "cannot fetch")]
    [InlineData("page", ErrorKind.Environment, "a web page came in its place")]
    [InlineData("403", ErrorKind.Environment, "answered 403")]
    [InlineData("404", ErrorKind.Environment, "is not there")]
    [InlineData("500", ErrorKind.Environment, "answered 500")]
    public async Task What_is_wrong_is_refused_and_what_was_there_still_answers(string answer, ErrorKind kind, string message)
    {
        var isGood = true;
        await using var server = await ServeAsync(() => isGood ? Results.Text(Text(), "application/json") : Bad(answer));
        var source = Source(server);
        await _choice.UpdateAsync(source, _folder.Path, default);
        isGood = false;
        var error = await Assert.ThrowsAsync<UserException>(() => _choice.UpdateAsync(source, _folder.Path, default));
        Assert.Equal(kind, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
        Assert.Equal((KnowledgeOrigin.Fetched, null), (Current(source).Origin, Current(source).Instead));
    }

    [Fact]
    public async Task A_damaged_cache_is_told_and_healed_by_the_next_update()
    {
        await using var server = await ServeAsync(() => Results.Text(Text(), "application/json"));
        await _choice.UpdateAsync(Source(server), _folder.Path, default);
        var file = Directory.EnumerateFiles(_folder["cache"], "*", SearchOption.AllDirectories).Single();
        foreach (var damage in new[] { "", "[]", "{}", """{"fetchedAt":"soon","knowledge":{}}""", """{"fetchedAt":"2026-10-01T00:00:00Z","knowledge":{}}""" })
        {
            await File.WriteAllTextAsync(file, damage);
            var current = Current(Source(server));
            Assert.Equal(KnowledgeOrigin.BuiltIn, current.Origin);
            Assert.Contains("is damaged", current.Instead, StringComparison.Ordinal);
        }
        await _choice.UpdateAsync(Source(server), _folder.Path, default);
        Assert.Equal(KnowledgeOrigin.Fetched, Current(Source(server)).Origin);
    }

    [Fact]
    public async Task A_file_of_the_computer_is_fetched_like_an_address()
    {
        var source = KnowledgeSource.Parse(new Uri(_folder.Write("mirror/versions.json", Text())).AbsoluteUri);
        await _choice.UpdateAsync(source, _folder.Path, default);
        File.Delete(_folder["mirror/versions.json"]);
        Assert.Equal(KnowledgeOrigin.Fetched, Current(source).Origin);
        Assert.Contains("is not there", (await Assert.ThrowsAsync<UserException>(() => _choice.UpdateAsync(source, _folder.Path, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Updates_at_once_leave_a_whole_file()
    {
        await using var server = await ServeAsync(() => Results.Text(Text(), "application/json"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _choice.UpdateAsync(Source(server), _folder.Path, default)));
        Assert.Equal(KnowledgeOrigin.Fetched, Current(Source(server)).Origin);
        Assert.Single(Directory.EnumerateFiles(_folder["cache"], "*", SearchOption.AllDirectories));
    }

    private KnowledgeInUse Current(KnowledgeSource source) => _choice.Current(source, _folder.Path);

    private static KnowledgeSource Source(LoopbackServer server) => KnowledgeSource.Parse($"{server.Address}versions.json");

    private static Task<LoopbackServer> ServeAsync(Func<IResult> answer) => LoopbackServer.StartAsync(app => app.MapGet("/versions.json", answer));

    private static string Text(string asOf = "2026-10-01") =>
        KnowledgeWriter.Write(ReleaseKnowledge.BuiltIn with { AsOf = DateOnly.Parse(asOf, System.Globalization.CultureInfo.InvariantCulture) });

    private static IResult Bad(string answer) => answer switch
    {
        "cut" => Results.Text(Text()[..^20], "application/json"),
        "form" => Results.Text(Text().Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal), "application/json"),
        "older" => Results.Text(Text("2026-09-30"), "application/json"),
        "future" => Results.Text(Text("2026-10-03"), "application/json"),
        "huge" => Results.Bytes(new byte[KnowledgeFetcher.Largest + 1], "application/json"),
        // Without a length, so that only the bytes themselves tell.
        "endless" => Results.Stream(async stream =>
        {
            var spaces = Encoding.UTF8.GetBytes(new string(' ', 1 << 16));
            for (var i = 0; i < 200; i++) await stream.WriteAsync(spaces);
        }, "application/json"),
        "broken" => Results.Stream(async stream =>
        {
            await stream.WriteAsync("{\"format\": 1,"u8.ToArray());
            await stream.FlushAsync();
            throw new IOException("the server goes away");
        }, "application/json"),
        "page" => Results.Text("<html>Sign in</html>", "text/html"),
        "403" or "404" or "500" => Results.StatusCode(int.Parse(answer, System.Globalization.CultureInfo.InvariantCulture)),
        _ => Results.Text(answer, "application/json"),
    };
}
