using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Meshlift.Adapters.Kubernetes.Access;
using Meshlift.Adapters.Kubernetes.Transport;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;
using Meshlift.Core.Kubernetes.Requests;

namespace Meshlift.Adapters.Kubernetes.Requests;

/// <summary>Sends requests: in their turn, with credentials, again where that is safe; and says what went wrong in words a person can act on.</summary>
internal sealed class RequestSender : IDisposable
{
    private readonly ClusterAccess _access;
    private readonly ClientSettings _settings;
    private readonly ClusterTransport _transport;
    private readonly Access.ICredentials _credentials;
    private readonly RequestRate _rate;

    public RequestSender(ClusterAccess access, ClientSettings settings)
    {
        // The platform's HTTP joins the values of one header with commas, and the API server would take "a, b" for one group.
        if (access.User.Impersonation is { } other && (other.Groups.Length > 1 || other.Extra.Values.Any(values => values.Length > 1)))
            throw new UserException(ErrorKind.Input, $"{access.User.Place}: the user '{access.User.Name}' impersonates more than one group, or more than one value of a fact", "name one in as-groups and in each of as-user-extra");
        _access = access;
        _settings = settings;
        _transport = new ClusterTransport(access.Cluster, settings);
        _rate = new RequestRate(settings.RequestsPerSecond, settings.Burst, settings.Time);
        // What stands in the kubeconfig comes before a plugin, as for kubectl.
        _credentials = access.User switch
        {
            { TokenFile: not null } => new TokenFileCredentials(access.User, settings.Time),
            { Token: null, UserName: null, Plugin: not null } => new PluginCredentials(access, settings),
            _ => new FixedCredentials(access.User),
        };
    }

    public void Dispose()
    {
        _transport.Dispose();
        (_credentials as IDisposable)?.Dispose();
    }

    /// <summary>Sends a request and reads its answer; both are done again together.</summary>
    /// <param name="request">The request.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Rejection">The API refused, for good.</exception>
    /// <exception cref="UserException">There is no answer, or none that is understood.</exception>
    public async Task<T> SendAsync<T>(ApiRequest request, Func<Answer, Task<T>> read, CancellationToken cancel)
    {
        using var total = new CancellationTokenSource(_settings.TotalLimit, _settings.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, total.Token);
        try
        {
            return await AttemptsAsync(request, read, _settings.Retry, linked.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && total.IsCancellationRequested)
        {
            throw Unreachable(request, new TimeoutException(), $"the whole answer was not there within {Limit(_settings.TotalLimit)}");
        }
    }

    /// <summary>Sends a request and leaves its answer open, as a watch needs it; it is tried once.</summary>
    /// <exception cref="Rejection">The API refused.</exception>
    /// <exception cref="UserException">There is no answer.</exception>
    public async Task<Answer> OpenAsync(ApiRequest request, TimeSpan silence, CancellationToken cancel) =>
        await AttemptsAsync(request, Task.FromResult, _settings.Retry with { Tries = 1 }, cancel, silence);

    /// <summary>The error for an answer that broke off or was not understood; a rejection becomes the error that tells of it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="failure">The failure.</param>
    /// <param name="silence">How long the server was silent in the middle of its answer; zero when it did not begin one; null when it was not its silence.</param>
    public UserException Explain(ApiRequest request, Exception failure, TimeSpan? silence) => failure switch
    {
        UserException own => own,
        Rejection rejection => request.Name.Rejected(rejection.Status),
        JsonException => new UserException(ErrorKind.Environment, $"{request.Name}: the answer is not what the Kubernetes API writes: {failure.Message}",
            "check that 'server' in the kubeconfig is the address of a Kubernetes API server, and that no proxy changes its answers", failure),
        _ => Unreachable(request, failure, silence switch
        {
            null => null,
            { Ticks: 0 } => $"no answer within {Limit(_settings.AnswerLimit)}",
            var limit => $"silent for {Limit(limit.Value)} in the middle of its answer",
        }),
    };

    private async Task<T> AttemptsAsync<T>(ApiRequest request, Func<Answer, Task<T>> read, RetryRule rule, CancellationToken cancel, TimeSpan? silence = null)
    {
        var renewed = false;
        for (var tried = 1; ; tried++)
        {
            await _rate.TakeAsync(request.Priority, cancel);
            var credential = await _credentials.GetAsync(cancel);
            var attempt = new Attempt();
            TimeSpan? asked = null;
            TryOutcome outcome;
            Exception failure;
            try
            {
                var result = await TryAsync(request, credential, read, attempt, silence, cancel);
                (_credentials as PluginCredentials)?.Accepted();
                return result;
            }
            catch (Rejection e)
            {
                if (e.Status.Code == 401 && !renewed && _credentials.Refuse(credential))
                {
                    renewed = true;
                    tried--;
                    continue;
                }
                (failure, outcome, asked) = (e, RetryRule.Outcome(e.Status), e.Status.RetryAfter);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested && IsOfTheNetwork(e))
            {
                (failure, outcome) = (e, OutcomeOf(e));
            }
            catch (JsonException e)
            {
                throw Explain(request, e, silence: null);
            }
            if (rule.Pause(tried, outcome, request.Repeatable, asked, _settings.Chance()) is not { } pause)
            {
                if (failure is Rejection) throw failure;
                throw Explain(request, failure, attempt.RanOut ? attempt.Limit ?? TimeSpan.Zero : null);
            }
            await Task.Delay(pause, _settings.Time, cancel);
        }
    }

    private async Task<T> TryAsync<T>(ApiRequest request, Credential credential, Func<Answer, Task<T>> read, Attempt attempt, TimeSpan? silence, CancellationToken cancel)
    {
        var patience = new CancellationTokenSource(_settings.AnswerLimit, _settings.Time);
        var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        Answer? answer = null;
        HttpResponseMessage? response = null;
        try
        {
            using var message = Message(request, credential);
            response = await _transport.SendAsync(message, credential.Certificate, linked.Token);
            var stream = await response.Content.ReadAsStreamAsync(linked.Token);
            attempt.Limit = silence ?? _settings.SilenceLimit;
            var body = new StreamWindow(stream, patience, attempt.Limit.Value, _settings.LargestItem, silence is null ? StreamWindow.ForMany : StreamWindow.ForOne, linked.Token);
            answer = new Answer(response, body, patience, linked);
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            if (response.StatusCode is not (HttpStatusCode.NotModified or >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices)) throw await RejectionAsync(response, body);
            var result = await read(answer);
            if (!ReferenceEquals(result, answer)) answer.Dispose();
            return result;
        }
        catch (Exception e)
        {
            attempt.RanOut = e is OperationCanceledException && !cancel.IsCancellationRequested;
            answer?.Dispose();
            if (answer is null)
            {
                response?.Dispose();
                linked.Dispose();
                patience.Dispose();
            }
            throw;
        }
    }

    private HttpRequestMessage Message(ApiRequest request, Credential credential)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(_access.Cluster.Server, request.Path));
        // The platform takes the name for TLS from here and from nowhere else.
        if (_access.Cluster.ServerName is { } server && _access.Cluster.Server.Scheme == Uri.UriSchemeHttps) message.Headers.Host = server;
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        message.Headers.TryAddWithoutValidation("User-Agent", "meshlift");
        if (request.IfNoneMatch is not null) message.Headers.TryAddWithoutValidation("If-None-Match", request.IfNoneMatch);
        if (credential.Authorization is not null) message.Headers.TryAddWithoutValidation("Authorization", credential.Authorization);
        if (_access.User.Impersonation is { } other)
        {
            message.Headers.TryAddWithoutValidation("Impersonate-User", other.User);
            if (other.Uid.Length > 0) message.Headers.TryAddWithoutValidation("Impersonate-Uid", other.Uid);
            foreach (var group in other.Groups) message.Headers.TryAddWithoutValidation("Impersonate-Group", group);
            foreach (var (key, values) in other.Extra)
                foreach (var value in values)
                    message.Headers.TryAddWithoutValidation("Impersonate-Extra-" + Uri.EscapeDataString(key), value);
        }
        if (request.Content is { } content)
        {
            message.Content = new ByteArrayContent(content);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType);
        }
        return message;
    }

    private async Task<Rejection> RejectionAsync(HttpResponseMessage response, StreamWindow body)
    {
        var code = (int)response.StatusCode;
        if (code is >= 300 and < 400 && response.Headers.Location is { } elsewhere)
            return new Rejection(new ApiStatus(code, "", $"it leads to {Redaction.Hide(elsewhere.GetLeftPart(UriPartial.Path))}"));
        var content = await body.RestAsync(1 << 20, cut: true);
        var status = ApiStatus.Read(code, content);
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _settings.Time.GetUtcNow(),
            _ => status.RetryAfter,
        };
        return new Rejection(status with { RetryAfter = wait > TimeSpan.Zero ? wait : null, Message = Redaction.WithoutControls(Redaction.Hide(status.Message)) });
    }

    private static bool IsOfTheNetwork(Exception e) => e is HttpRequestException or IOException or OperationCanceledException or SocketException or ObjectDisposedException;

    private static TryOutcome OutcomeOf(Exception e) => e switch
    {
        // A wrong certificate is wrong again.
        HttpRequestException { InnerException: AuthenticationException } => TryOutcome.Final,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError or HttpRequestError.SecureConnectionError } => TryOutcome.NotSent,
        _ => TryOutcome.Lost,
    };

    private UserException Unreachable(ApiRequest request, Exception failure, string? said)
    {
        var server = _access.Cluster.Server;
        var where = $"{server.Scheme}://{server.Authority}";
        if (failure is HttpRequestException { InnerException: AuthenticationException tls })
        {
            return _transport.Trust.Problem is { } problem
                ? new UserException(ErrorKind.Environment, $"{request.Name}: {where} is not trusted: {problem}",
                    $"correct 'certificate-authority', 'tls-server-name' or 'server' of the cluster '{_access.Cluster.Name}' at {_access.Cluster.Place}; if nothing was changed, someone may stand between", failure)
                : new UserException(ErrorKind.Environment, $"{request.Name}: no secure connection to {where}: {(tls.InnerException ?? tls).Message}",
                    "check that the address speaks TLS, and that the client certificate is one that it takes", failure);
        }
        var (what, remedy) = failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => ($"the name {server.Host} is not known", "check 'server' in the kubeconfig, the network and its name servers (VPN?)"),
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => ("the proxy does not lead there", "check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY"),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } e => ($"no connection: {Cause(e)}", "check that the API server runs, and the network between (VPN, firewall, proxy)"),
            _ when said is not null => (said, "check that the API server is well, and the network between; it may just be slow: run the command again"),
            _ => ($"the connection broke: {Cause(failure)}", "run the command again; if it goes on, see the log of the API server, or of a proxy before it"),
        };
        return new UserException(ErrorKind.Environment, $"{request.Name}: {where}: {what}", remedy, failure);
    }

    private static string Cause(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return Redaction.Hide(e.Message);
    }

    private static string Limit(TimeSpan limit) => string.Create(CultureInfo.InvariantCulture, $"{limit.TotalSeconds:0.###} s");

    /// <summary>Why an attempt ended.</summary>
    private sealed class Attempt
    {
        /// <summary>This program's limit was over.</summary>
        public bool RanOut { get; set; }

        /// <summary>The limit on silence; null while the answer had not begun.</summary>
        public TimeSpan? Limit { get; set; }
    }
}
