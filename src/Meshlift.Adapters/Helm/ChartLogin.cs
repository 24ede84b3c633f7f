using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Charts;

namespace Meshlift.Adapters.Helm;

/// <summary>
/// Answers a server that asks for a login, with a token or with the user's own, and follows redirections. What is secret goes only to the host that the user
/// has a login for, and to the one from which that host says tokens come; never over a redirection to another host, and never unencrypted, unless to this
/// computer.
/// </summary>
internal sealed class ChartLogin(RegistryLogins logins, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int LargestToken = 1 << 18;

    // By the folder of the address: what a repository of a registry gave a token for is asked for with it from then on.
    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> _known = new(StringComparer.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        var known = _known.GetValueOrDefault(Key(address));
        var (response, at) = await FollowAsync(request, known, cancellationToken);
        // The host that a redirection led to is not the one that the user named.
        if (response.StatusCode != HttpStatusCode.Unauthorized || !IsOneServer(address, at)) return response;
        AuthenticationHeaderValue answer;
        using (response) answer = await AnswerAsync(address, response, cancellationToken);
        _known[Key(address)] = answer;
        (response, at) = await FollowAsync(request, answer, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !IsOneServer(address, at)) return response;
        response.Dispose();
        _known.TryRemove(Key(address), out _);
        throw Refused(address);
    }

    private async Task<(HttpResponseMessage Response, Uri At)> FollowAsync(HttpRequestMessage original, AuthenticationHeaderValue? authorization, CancellationToken cancel)
    {
        var start = original.RequestUri!;
        var at = start;
        for (var followed = 0; ; followed++)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, at);
            foreach (var (name, values) in original.Headers) request.Headers.TryAddWithoutValidation(name, values);
            if (IsOneServer(start, at)) request.Headers.Authorization = authorization;
            var response = await base.SendAsync(request, cancel);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location || followed == ReleaseWeb.MostRedirections) return (response, at);
            var next = new Uri(at, location);
            // What leads out of the web, or out of encryption, is given back as it is, and told of as a redirection that cannot be followed.
            if (next.Scheme is not ("https" or "http") || (at.Scheme == "https" && next.Scheme == "http")) return (response, at);
            response.Dispose();
            at = next;
        }
    }

    private async Task<AuthenticationHeaderValue> AnswerAsync(Uri address, HttpResponseMessage response, CancellationToken cancel)
    {
        var login = logins.Find(address.Authority);
        if (login is not null && !IsSafe(address))
            throw new UserException(ErrorKind.Environment, $"{address.Authority} asks for a login without TLS, where everyone on the way could read it", "use an address with TLS, or a folder");
        foreach (var challenge in response.Headers.WwwAuthenticate)
        {
            if (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && LoginChallenge.Parse(challenge.Parameter).TokenAddress(Repository(address)) is { } realm)
                return new AuthenticationHeaderValue("Bearer", await TokenAsync(address, realm, login, cancel));
            if (challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
                return Basic(login ?? throw Refused(address));
        }
        throw new UserException(ErrorKind.Environment, $"{address.Authority} asks for a login of a kind that Meshlift does not know", "copy the charts into a folder, or to a place that takes a password or tokens");
    }

    private async Task<string> TokenAsync(Uri address, Uri realm, Login? login, CancellationToken cancel)
    {
        if (!IsSafe(realm) && (login is not null || address.Scheme == "https"))
            throw new UserException(ErrorKind.Environment, $"{address.Authority} sends to {realm.Authority} for tokens, without TLS", "tell whoever runs the registry");
        using var request = new HttpRequestMessage(HttpMethod.Get, realm);
        var (response, _) = await FollowAsync(request, login is null ? null : Basic(login), cancel);
        using (response)
        {
            if (TransientFailure.Is(response.StatusCode)) throw new TransientFailure($"{realm.Authority}, which gives the tokens, answered {(int)response.StatusCode} {response.ReasonPhrase}");
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
                throw Refused(address, $"{realm.Authority}, which gives the tokens, answered {(int)response.StatusCode}");
            if (!response.IsSuccessStatusCode)
                throw new UserException(ErrorKind.Environment, $"{realm.Authority}, which gives the tokens of {address.Authority}, answered {(int)response.StatusCode} {response.ReasonPhrase}", "try again later, or ask whoever runs the registry");
            return await TokenInAsync(response, cancel)
                ?? throw new UserException(ErrorKind.Environment, $"{realm.Authority}, which gives the tokens of {address.Authority}, answered without a token", "check the proxy settings; a login page may answer in its place");
        }
    }

    private static async Task<string?> TokenInAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancel)) > 0;)
        {
            if (content.Length + read > LargestToken) return null;
            content.Write(buffer, 0, read);
        }
        try
        {
            using var json = JsonDocument.Parse(content.GetBuffer().AsMemory(0, (int)content.Length));
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            foreach (var name in (string[])["token", "access_token"])
                if (json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } token && !token.AsSpan().ContainsAnyExceptInRange('!', '~'))
                    return token;
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private UserException Refused(Uri address, string? detail = null)
    {
        var host = address.Authority;
        var what = logins.Find(host) is not null ? $"does not accept the login that {logins.File} holds for it,"
            : logins.IsKeptElsewhere(host) ? $"asks for a login, which {logins.File} leaves to a store of the system that Meshlift does not open,"
            : "asks for a login";
        return new UserException(
            ErrorKind.Environment,
            $"{host} {what} to read {Repository(address)}{(detail is null ? "" : $" ({detail})")}",
            $"check the name; if it is right, put a login for {host} into a file as 'helm registry login' writes it, and name that in HELM_REGISTRY_CONFIG");
    }

    private static AuthenticationHeaderValue Basic(Login login) => new("Basic", login.Basic);

    private static bool IsSafe(Uri address) => address.Scheme == "https" || address.IsLoopback;

    private static bool IsOneServer(Uri one, Uri other) => one.Scheme == other.Scheme && one.Authority.Equals(other.Authority, StringComparison.OrdinalIgnoreCase);

    private static string Key(Uri address) => $"{address.Scheme}://{address.Authority}/{Repository(address)}";

    /// <summary>The repository of a registry that an address is of; elsewhere its folder.</summary>
    private static string Repository(Uri address)
    {
        var path = address.AbsolutePath.Trim('/');
        if (!path.StartsWith("v2/", StringComparison.Ordinal)) return path[..Math.Max(path.LastIndexOf('/'), 0)];
        foreach (var end in (string[])["/manifests/", "/blobs/", "/tags/list"])
            if (path.LastIndexOf(end, StringComparison.Ordinal) is var at and > 0)
                return path["v2/".Length..at];
        return path["v2/".Length..];
    }
}
