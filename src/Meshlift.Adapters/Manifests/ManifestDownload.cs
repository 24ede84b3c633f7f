using System.Net;
using Meshlift.Core;

namespace Meshlift.Adapters.Manifests;

/// <summary>Reads a rendered stream from an http(s) address, bounded in size; the client bounds the time.</summary>
internal static class ManifestDownload
{
    public static async Task<ManifestBytes> ReadAsync(HttpClient http, Uri address, long largest, CancellationToken cancel)
    {
        var name = new UriBuilder(address) { UserName = "", Password = "", Query = "" }.Uri.ToString();
        try
        {
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.StatusCode == HttpStatusCode.NotFound)
                throw new UserException(ErrorKind.Environment, $"{name} does not exist (404)", "check the version, and spec.istio.manifests in meshlift.yaml");
            if (!response.IsSuccessStatusCode)
                throw new UserException(ErrorKind.Environment, $"{name} answered {(int)response.StatusCode} {response.ReasonPhrase}", "open the address by hand; it may need a proxy or a login");
            if (response.Content.Headers.ContentLength > largest) throw TooLarge(name, largest);
            using var content = new MemoryStream();
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            var buffer = new byte[81920];
            for (int read; (read = await body.ReadAsync(buffer, cancel)) > 0;)
            {
                if (content.Length + read > largest) throw TooLarge(name, largest);
                content.Write(buffer, 0, read);
            }
            return new ManifestBytes(name, content.GetBuffer().AsMemory(0, (int)content.Length));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new UserException(ErrorKind.Environment, $"cannot read {name}: {e.Message}", "check the network, the proxy settings and the address", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new UserException(ErrorKind.Environment, $"{name} did not answer within {http.Timeout.TotalSeconds:0} seconds", "check the network, or try again", e);
        }
    }

    private static UserException TooLarge(string name, long largest) =>
        new(ErrorKind.Environment, $"{name} is larger than {largest >> 20} MiB", "a rendered Istio is about 1 MiB; check the address");
}
