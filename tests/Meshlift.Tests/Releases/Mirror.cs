using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Meshlift.Tests.Releases;

/// <summary>A real web server on loopback that serves files with entity tags and ranges, and misbehaves where it is told to.</summary>
internal sealed class Mirror : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, RequestDelegate> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<RequestDelegate>> _first = new(StringComparer.Ordinal);

    private Mirror(WebApplication app) => _app = app;

    /// <summary>The folder of all releases.</summary>
    public Uri Releases => new(_app.Urls.Single() + "/releases");

    /// <summary>The requests in order: the path below <see cref="Releases"/>, and the range asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<Mirror> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var mirror = new Mirror(builder.Build());
        mirror._app.Run(mirror.AnswerAsync);
        await mirror._app.StartAsync();
        return mirror;
    }

    /// <summary>Serves a file.</summary>
    public void Serve(string path, byte[] content, string tag = "\"one\"") => Serve(path, context =>
        Results.Bytes(content, "application/octet-stream", enableRangeProcessing: true, entityTag: new EntityTagHeaderValue(tag)).ExecuteAsync(context));

    /// <summary>Serves an archive and its digest, in the form that Istio's build writes.</summary>
    public void ServeArchive(string path, byte[] content, string tag = "\"one\"")
    {
        Serve(path, content, tag);
        Serve(path + ".sha256", DigestLine(path, content));
    }

    public void Serve(string path, RequestDelegate answer) => _files[path] = answer;

    /// <summary>Answers the next requests for a path in other ways, one each; the ones behind them get the file.</summary>
    public void First(string path, params RequestDelegate[] answers) => _first[path] = new ConcurrentQueue<RequestDelegate>(answers);

    public static byte[] DigestLine(string path, byte[] content) =>
        System.Text.Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(content))} {path.Split('/')[^1]}\n");

    /// <summary>An answer with a status and nothing else.</summary>
    public static RequestDelegate Status(int status, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    };

    /// <summary>Sends the beginning of a file, as large as it is, and breaks the connection.</summary>
    public static RequestDelegate Break(byte[] content, int after, string? tag = "\"one\"") => async context =>
    {
        context.Response.ContentLength = content.Length;
        if (tag is not null) context.Response.Headers.ETag = tag;
        await context.Response.Body.WriteAsync(content.AsMemory(0, after));
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    /// <summary>Sends text of a type.</summary>
    public static RequestDelegate Text(string text, string type) => context => Results.Text(text, type).ExecuteAsync(context);

    /// <summary>Redirects.</summary>
    public static RequestDelegate Redirect(string to) => context => Results.Redirect(to).ExecuteAsync(context);

    /// <summary>Says nothing more until the other side closes the connection.</summary>
    public static async Task UntilTheClientIsGoneAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!["/releases".Length..].TrimStart('/');
        Requests.Enqueue(context.Request.Headers.Range is [{ } range, ..] ? $"{path} {range}" : path);
        if (_first.TryGetValue(path, out var queue) && queue.TryDequeue(out var answer)) return answer(context);
        if (_files.TryGetValue(path, out var file)) return file(context);
        context.Features.Get<IHttpResponseFeature>()!.StatusCode = 404;
        return Task.CompletedTask;
    }
}
