using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Meshlift.Adapters.Forges.Tokens;
using Meshlift.Adapters.Manifests;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Forges;
using Meshlift.Core.Kubernetes.Requests;

namespace Meshlift.Adapters.Forges.Web;

/// <summary>What the APIs of the forges differ in before anything is asked of them.</summary>
/// <param name="Scheme">The word before the token.</param>
/// <param name="Accept">What is asked for.</param>
/// <param name="Version">The header that names the API's version; null for none.</param>
internal sealed record ForgeDialect(string Scheme, string Accept, (string Name, string Value)? Version);

/// <summary>Talks to one API about one repository: with its token, within its rate limits, again where that is safe, and never with the token to another host.</summary>
/// <param name="http">From <see cref="ForgeWeb.Client"/>.</param>
/// <param name="api">The API's address; ends in '/'.</param>
/// <param name="repository">The repository, for messages.</param>
/// <param name="dialect">The forge's ways.</param>
/// <param name="tokens">Where its token comes from.</param>
/// <param name="time">The clock of pauses and limits.</param>
internal sealed class ForgeConnection(HttpClient http, Uri api, string repository, ForgeDialect dialect, ITokenSource tokens, TimeProvider time)
{
    private const int LargestAnswer = 8 << 20;
    private const int MostRedirections = 5;
    private const int MostWaits = 3;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);
    private static readonly RetryRule Retry = RetryRule.Default with { LongestPause = TimeSpan.FromSeconds(30) };

    private DateTimeOffset? _notBefore;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Asks, and reads the answer.</summary>
    /// <exception cref="UserException">The forge said no, or nothing that is understood.</exception>
    /// <exception cref="OutcomeUnknownException">The request may not be repeated, and it is not known whether it was done.</exception>
    public async Task<T> SendAsync<T>(ForgeCall call, Func<JsonElement, T> read, CancellationToken cancel) => Read(call, await RequireAsync(call, cancel), read);

    /// <summary>Asks for something to be done; the answer's content does not matter.</summary>
    /// <inheritdoc cref="SendAsync{T}"/>
    public async Task DoAsync(ForgeCall call, CancellationToken cancel) => await RequireAsync(call, cancel);

    /// <summary>Reads all pages of a list.</summary>
    /// <exception cref="UserException">The forge said no, or there is no end to the pages.</exception>
    public async Task<ImmutableArray<T>> PagesAsync<T>(string path, string doing, Func<JsonElement, ImmutableArray<T>> read, CancellationToken cancel, int mostPages = 30)
    {
        var all = ImmutableArray.CreateBuilder<T>();
        var next = new Uri(api, path);
        var call = new ForgeCall(HttpMethod.Get, path, doing);
        for (var page = 1; ; page++)
        {
            var reply = await TryAsync(call, next, cancel);
            if (!IsYes(reply.Answer)) throw ForgeFailure.Of(Place(call), tokens.Shown, reply.Answer);
            all.AddRange(Read(call, reply, read));
            if (reply.Next is null) return all.DrainToImmutable();
            if (page == mostPages || reply.Next == next)
                throw new UserException(ErrorKind.Environment, $"{Place(call)}: there is no end to the pages of the answer (after {page.ToString(CultureInfo.InvariantCulture)})", "check that no proxy changes the forge's answers");
            if (!IsSame(next, reply.Next)) throw Elsewhere(call, reply.Next);
            next = reply.Next;
        }
    }

    /// <summary>Asks; an answer that says no is an answer.</summary>
    /// <exception cref="UserException">There is no answer, or the rate limit is too long to wait for.</exception>
    /// <exception cref="OutcomeUnknownException">The request may not be repeated, and it is not known whether it was done.</exception>
    public Task<ForgeReply> TryAsync(ForgeCall call, CancellationToken cancel) => TryAsync(call, new Uri(api, call.Path), cancel);

    /// <summary>The error for an answer that says no.</summary>
    public UserException Failure(ForgeCall call, ForgeAnswer answer) => ForgeFailure.Of(Place(call), tokens.Shown, answer);

    /// <summary>What was asked of whom.</summary>
    public string Place(ForgeCall call) => $"{api.Authority} {repository}: {call.Doing}";

    private async Task<ForgeReply> RequireAsync(ForgeCall call, CancellationToken cancel)
    {
        var reply = await TryAsync(call, cancel);
        return IsYes(reply.Answer) ? reply : throw Failure(call, reply.Answer);
    }

    /// <summary>Reads an answer that says yes.</summary>
    public T Read<T>(ForgeCall call, ForgeReply reply, Func<JsonElement, T> read)
    {
        try
        {
            return read(reply.Content);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or UserException)
        {
            throw NotUnderstood(call, e);
        }
    }

    private async Task<ForgeReply> TryAsync(ForgeCall call, Uri address, CancellationToken cancel)
    {
        var (renewed, waits) = (false, 0);
        for (var tried = 1; ; tried++)
        {
            if (_notBefore is { } moment) await WaitAsync(call, RateLimit.Until(moment, time.GetUtcNow()), cancel);
            _notBefore = null;
            var token = await tokens.GetAsync(cancel);
            Exception failure;
            TryOutcome outcome;
            try
            {
                var reply = await FollowAsync(call, address, token, cancel);
                _notBefore = RateLimit.NextAllowed(reply.Answer);
                if (RateLimit.Wait(reply.Answer, time.GetUtcNow()) is { } wait)
                {
                    // Nothing was done, so even what may not be done twice is sent again.
                    if (++waits > MostWaits) throw ForgeFailure.Limited(Place(call), time.GetUtcNow() + wait);
                    await WaitAsync(call, wait, cancel);
                    _notBefore = null;
                    tried--;
                    continue;
                }
                if (reply.Answer.Code == 401 && !renewed && tokens.Refuse(token))
                {
                    renewed = true;
                    tried--;
                    continue;
                }
                if (reply.Answer.Code is not (500 or 502 or 503 or 504)) return reply;
                (failure, outcome) = (Failure(call, reply.Answer), TryOutcome.ServerFailed);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested && e is HttpRequestException or IOException or OperationCanceledException)
            {
                (failure, outcome) = (Unreachable(call, e), OutcomeOf(e));
            }
            if (Retry.Pause(tried, outcome, call.IsRepeatable ? Repeatable.Yes : Repeatable.No, null, Random.Shared.NextDouble()) is { } pause)
                await Task.Delay(pause, time, cancel);
            else if (!call.IsRepeatable && outcome is TryOutcome.ServerFailed or TryOutcome.Lost) throw new OutcomeUnknownException((UserException)failure);
            else throw failure;
        }
    }

    private async Task WaitAsync(ForgeCall call, TimeSpan wait, CancellationToken cancel)
    {
        if (wait > RateLimit.LongestWait) throw ForgeFailure.Limited(Place(call), time.GetUtcNow() + wait);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancel);
    }

    private async Task<ForgeReply> FollowAsync(ForgeCall call, Uri start, string token, CancellationToken cancel)
    {
        var at = start;
        for (var followed = 0; ; followed++)
        {
            using var limit = new CancellationTokenSource(AnswerLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
            using var request = Message(call, at, token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return await ReplyAsync(call, response, at, token, either.Token);
            var next = new Uri(at, location);
            if (!IsSame(start, next)) throw Elsewhere(call, next);
            if (call.Method != HttpMethod.Get) throw ForgeFailure.Renamed(Place(call), repository, null);
            if (followed == MostRedirections) throw new UserException(ErrorKind.Environment, $"{Place(call)}: it redirects without end", "check 'api' in meshlift.yaml");
            at = next;
        }
    }

    private HttpRequestMessage Message(ForgeCall call, Uri address, string token)
    {
        var message = new HttpRequestMessage(call.Method, address);
        message.Headers.Authorization = new AuthenticationHeaderValue(dialect.Scheme, token);
        message.Headers.TryAddWithoutValidation("Accept", dialect.Accept);
        if (dialect.Version is { } version) message.Headers.TryAddWithoutValidation(version.Name, version.Value);
        if (call.Body is { } body) message.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return message;
    }

    private async Task<ForgeReply> ReplyAsync(ForgeCall call, HttpResponseMessage response, Uri at, string token, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var content = await BoundedStream.ReadAsync(body, LargestAnswer, cancel)
            ?? throw new UserException(ErrorKind.Environment, $"{Place(call)}: the answer is larger than {LargestAnswer >> 20} MiB", "check 'api' in meshlift.yaml, and that no proxy answers in the forge's place");
        var answer = ForgeHeaders.Read(response, time.GetUtcNow());
        if (!IsYes(answer))
            return new ForgeReply(answer with { Message = Redaction.WithoutControls(Redaction.Hide(ForgeMessage.Of(content, token))) }, default, null);
        if (content.IsEmpty) return new ForgeReply(answer, default, null);
        try
        {
            using var json = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = AnswerFields.LargestDepth });
            return new ForgeReply(answer, json.RootElement.Clone(), ForgeHeaders.NextPage(response, at));
        }
        catch (JsonException e)
        {
            throw NotUnderstood(call, e);
        }
    }

    private static bool IsYes(ForgeAnswer answer) => answer.Code is >= 200 and < 300;

    private static bool IsSame(Uri one, Uri other) => one.Scheme == other.Scheme && one.Authority.Equals(other.Authority, StringComparison.OrdinalIgnoreCase);

    private static TryOutcome OutcomeOf(Exception e) => e switch
    {
        HttpRequestException { InnerException: AuthenticationException } => TryOutcome.Final,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError or HttpRequestError.SecureConnectionError } => TryOutcome.NotSent,
        _ => TryOutcome.Lost,
    };

    private UserException Elsewhere(ForgeCall call, Uri next) => new(
        ErrorKind.Environment, $"{Place(call)}: it leads to another host, {next.Scheme}://{next.Authority}, which does not get the token", "check 'api' in meshlift.yaml: name the address at which the API itself answers");

    private UserException NotUnderstood(ForgeCall call, Exception e) => new(
        ErrorKind.Environment, $"{Place(call)}: the answer is not what this forge's API writes: {Redaction.WithoutControls(e.Message)}", "check 'forge' and 'api' in meshlift.yaml, and that no proxy or login page answers in the forge's place", e);

    private UserException Unreachable(ForgeCall call, Exception e)
    {
        var (what, remedy) = e switch
        {
            HttpRequestException { InnerException: AuthenticationException tls } => ($"no secure connection: {tls.Message}", "check the certificate; one of your own authority must be trusted by this machine"),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => ("the name is not known", "check 'api' in meshlift.yaml, and the network"),
            OperationCanceledException => (string.Create(CultureInfo.InvariantCulture, $"no answer within {AnswerLimit.TotalSeconds} s"), "run again later; what was done already is found again"),
            _ => (Redaction.Hide((e.InnerException ?? e).Message), "check the network, the proxy variables and the forge's status page, and run again; what was done already is found again"),
        };
        return new UserException(ErrorKind.Environment, $"{Place(call)}: {what}", remedy, e);
    }
}
