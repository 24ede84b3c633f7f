using System.Net;

namespace Meshlift.CommandLine.Commands;

/// <summary>The HTTP client of commands.</summary>
internal static class Web
{
    /// <summary>A client that honours the proxy variables, follows a few redirects and gives up after a minute.</summary>
    public static HttpClient Client()
    {
        var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, MaxAutomaticRedirections = 5, ConnectTimeout = TimeSpan.FromSeconds(15) };
        var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("meshlift");
        return client;
    }
}
