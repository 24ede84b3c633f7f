using System.Net;

namespace Meshlift.Adapters.Releases;

/// <summary>The HTTP client for files of releases.</summary>
public static class ReleaseWeb
{
    internal const int MostRedirections = 5;

    /// <summary>
    /// A client that honours the proxy variables, follows a few redirections but none from https to http, and leaves bodies as they are: a digest is over
    /// the bytes on the wire. Limits of time are the caller's.
    /// </summary>
    public static HttpClient Client()
    {
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.None,
            MaxAutomaticRedirections = MostRedirections,
            ConnectTimeout = TimeSpan.FromSeconds(15),
        };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("meshlift");
        return client;
    }
}
