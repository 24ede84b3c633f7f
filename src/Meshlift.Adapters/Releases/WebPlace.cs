using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Polly;
using Polly.Retry;

namespace Meshlift.Adapters.Releases;

/// <summary>
/// Releases behind a web server. Only GET is used, so each try can be made again: a few times, with growing pauses, or when the server says. A file that
/// broke off is continued if the server still names it with the same strong validator (RFC 9110, 8.8 and 13.1.5), else it is brought in anew.
/// </summary>
internal sealed class WebPlace : IReleasePlace
{
    /// <summary>The largest archive, in bytes; Istio's have about 30 MB.</summary>
    public const long LargestFile = 512L << 20;

    private const int Tries = 5;
    private const int Chunk = 1 << 17;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;
    private readonly string? _offline;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retry;

    /// <summary>A place behind a web server.</summary>
    /// <param name="http">From <see cref="ReleaseWeb.Client"/>.</param>
    /// <param name="time">The clock of pauses and limits.</param>
    /// <param name="offline">What to do without a network; null: name a folder of releases.</param>
    public WebPlace(HttpClient http, TimeProvider time, string? offline = null)
    {
        _http = http;
        _offline = offline;
        _time = time;
        _retry = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<TransientFailure>(failure => failure.RetryAfter is not { } pause || pause <= LongestPause),
            MaxRetryAttempts = Tries - 1,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromSeconds(1),
            UseJitter = true,
            DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as TransientFailure)?.RetryAfter),
        }).Build();
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(Uri address, int largest, bool mayBePage, CancellationToken cancel) => TryAsync(address, async token =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await SendAsync(request, async (response, patience) =>
        {
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return null;
            Check(response, address, largest, mayBePage);
            using var content = new MemoryStream();
            await CopyAsync(response, patience, chunk =>
            {
                if (content.Length + chunk.Length > largest) throw TooLarge(address, largest);
                content.Write(chunk.Span);
                return Task.CompletedTask;
            });
            return content.ToArray();
        }, token);
    }, cancel);

    /// <inheritdoc/>
    public Task<bool> DownloadAsync(Uri address, PartialFile part, Action<long, long?> progress, CancellationToken cancel) => TryAsync(address, async token =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var there = part.Length;
        var validator = part.ValidatorFor(address);
        if (validator is not null)
        {
            request.Headers.Range = new RangeHeaderValue(there, null);
            request.Headers.TryAddWithoutValidation("If-Range", validator);
        }
        return await SendAsync(request, async (response, patience) =>
        {
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return false;
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable || (response.StatusCode == HttpStatusCode.PartialContent && !Continues(response, there, validator)))
            {
                part.Delete();
                throw new TransientFailure("the server answered with another piece than it was asked for");
            }
            Check(response, address, LargestFile, mayBePage: false);
            var continues = response.StatusCode == HttpStatusCode.PartialContent;
            await using var file = continues ? part.Continue() : part.Start(address, ValidatorOf(response));
            var total = response.Content.Headers.ContentLength is { } rest ? (continues ? there : 0) + rest : (long?)null;
            await CopyAsync(response, patience, async chunk =>
            {
                if (file.Length + chunk.Length > LargestFile) throw TooLarge(address, LargestFile);
                await WriteAsync(file, chunk, token);
                progress(file.Length, total);
            });
            return true;
        }, token);
    }, cancel);

    /// <summary>The error for a file that is larger than any of its kind.</summary>
    public static UserException TooLarge(Uri address, long largest) => new(
        ErrorKind.Environment,
        string.Create(CultureInfo.InvariantCulture, $"{Shown(address)} is larger than {(largest >= 1 << 20 ? $"{largest >> 20} MiB" : $"{largest} bytes")}"),
        "check the address; no file of an Istio release is that large");

    /// <summary>The address without anything secret.</summary>
    public static string Shown(Uri address) => Redaction.Hide(address.GetComponents(UriComponents.AbsoluteUri, UriFormat.UriEscaped));

    private async Task<T> TryAsync<T>(Uri address, Func<CancellationToken, Task<T>> attempt, CancellationToken cancel)
    {
        try
        {
            return await _retry.ExecuteAsync(async token => await attempt(token), cancel);
        }
        catch (TransientFailure e)
        {
            var tries = e.RetryAfter > LongestPause
                ? string.Create(CultureInfo.InvariantCulture, $", and the server asks to wait {e.RetryAfter.Value.TotalMinutes:0} minutes")
                : string.Create(CultureInfo.InvariantCulture, $", {Tries} times");
            throw Failed(address, e.Message + tries, e);
        }
    }

    private async Task<T> SendAsync<T>(HttpRequestMessage request, Func<HttpResponseMessage, Patience, Task<T>> use, CancellationToken cancel)
    {
        using var patience = new Patience(LongestSilence, _time, cancel);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (TransientFailure.Is(response.StatusCode)) throw new TransientFailure($"the server answered {(int)response.StatusCode} {response.ReasonPhrase}", null, PauseAskedFor(response));
            return await use(response, patience);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TransientFailure(string.Create(CultureInfo.InvariantCulture, $"nothing came for {LongestSilence.TotalSeconds} seconds"));
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            throw Failed(request.RequestUri!, e.InnerException.Message, e, "check the certificate; behind a proxy that opens TLS, name its CA in SSL_CERT_FILE");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new TransientFailure(e.Message, e);
        }
    }

    private TimeSpan? PauseAskedFor(HttpResponseMessage response)
    {
        var pause = response.Headers.RetryAfter?.Delta ?? (response.Headers.RetryAfter?.Date - _time.GetUtcNow());
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause;
    }

    private void Check(HttpResponseMessage response, Uri address, long largest, bool mayBePage)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
            throw Failed(address, $"it redirects more than {ReleaseWeb.MostRedirections} times, or from https to http", null, "open the address by hand, and name the one that it ends at");
        if (response.StatusCode == HttpStatusCode.ProxyAuthenticationRequired)
            throw Failed(address, "the proxy asks for a login", null, "put the user and the password of the proxy into HTTPS_PROXY");
        if (!response.IsSuccessStatusCode)
            throw Failed(address, $"the server answered {status} {response.ReasonPhrase}", null, "open the address by hand; it may need a login, or the file may not be there");
        if (!mayBePage && response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml")
            throw Failed(address, "a web page came in its place", null, "open the address by hand; a proxy or a login page may answer for it");
        if (response.Content.Headers.ContentLength > largest) throw TooLarge(address, largest);
    }

    private static async Task CopyAsync(HttpResponseMessage response, Patience patience, Func<ReadOnlyMemory<byte>, Task> write)
    {
        await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
        var buffer = new byte[Chunk];
        for (int read; (read = await body.ReadAsync(buffer, patience.Token)) > 0;)
        {
            patience.Renew();
            await write(buffer.AsMemory(0, read));
        }
    }

    private static async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> chunk, CancellationToken cancel)
    {
        try
        {
            await file.WriteAsync(chunk, cancel);
        }
        catch (Exception e) when (Files.FileFailure.IsExpected(e))
        {
            // Told apart from a broken line, which is tried again.
            throw Files.FileFailure.Of(e, "write", file.Name);
        }
    }

    /// <summary>The strongest name that the server gives this version of the file: a strong entity tag, else a date of change.</summary>
    private static string? ValidatorOf(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("R", CultureInfo.InvariantCulture);

    private static bool Continues(HttpResponseMessage response, long there, string? validator) =>
        response.Content.Headers.ContentRange is { Unit: "bytes", From: { } from } && from == there && validator is not null && ValidatorOf(response) == validator;

    private UserException Failed(Uri address, string reason, Exception? cause, string? remedy = null) => new(
        ErrorKind.Environment,
        $"cannot fetch {Shown(address)}: {Redaction.Hide(reason)}",
        remedy ?? $"check the network and the proxy settings; without a network, {_offline ?? $"name a folder that holds {address.Segments[^1]}, for example releases: file:///srv/istio/releases"}",
        cause);
}
