using System.Net;
using Meshlift.Core;

namespace Meshlift.Adapters.Manifests;

/// <summary>Reads a rendered stream from an http(s) address, bounded in size and, by the client's timeout, in time.</summary>
internal static class ManifestDownload
{
    public static async Task<ManifestBytes> ReadAsync(HttpClient http, Uri address, long largest, CancellationToken cancel)
    {
        var name = Shown(address.OriginalString);
        // The client's own timeout ends with the headers; a body that trickles would hold the run for ever.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(http.Timeout);
        try
        {
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode) throw Refused(name, response);
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            var content = response.Content.Headers.ContentLength > largest ? null : await BoundedStream.ReadAsync(body, largest, limit.Token);
            return content is { } bytes
                ? new ManifestBytes(name, bytes)
                : throw new UserException(ErrorKind.Environment, $"{name} is larger than {largest >> 20} MiB", "a rendered Istio is about 1 MiB; check the address");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // "An error occurred while sending the request" says nothing; the cause underneath does.
            throw new UserException(ErrorKind.Environment, $"cannot read {name}: {e.GetBaseException().Message}", "check the network, the proxy settings and the address", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new UserException(ErrorKind.Environment, $"{name} was not read within {http.Timeout.TotalSeconds:0.###} seconds", "check the network, or try again", e);
        }
    }

    /// <summary>An address as it may be seen: without user, password, query and fragment, which may hold secrets.</summary>
    public static string Shown(string address)
    {
        var end = address.AsSpan().IndexOfAny('?', '#');
        var shown = end < 0 ? address : address[..end] + (address[end] == '?' ? "?..." : "");
        var start = shown.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = shown.IndexOf('/', start) is var slash and >= 0 ? slash : shown.Length;
        return shown.LastIndexOf('@', path - 1, path - start) is var user and >= 0 ? shown[..start] + shown[(user + 1)..] : shown;
    }

    private static UserException Refused(string name, HttpResponseMessage response)
    {
        var remedy = (int)response.StatusCode switch
        {
            404 => "check the version, and spec.istio.manifests in meshlift.yaml",
            401 or 403 or 407 => "it wants a login, and Meshlift has none to give; fetch the file yourself and name its path in spec.istio.manifests",
            >= 300 and < 400 when response.Headers.Location is { } target => $"it leads to {Shown(target.ToString())}, by too many steps or from https to http; name the last address itself",
            >= 500 => "the server is in trouble; try again later",
            _ => "open the address by hand to see what it wants",
        };
        return new UserException(
            ErrorKind.Environment,
            response.StatusCode == HttpStatusCode.NotFound ? $"{name} does not exist (404)" : $"{name} answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd(),
            remedy);
    }
}
