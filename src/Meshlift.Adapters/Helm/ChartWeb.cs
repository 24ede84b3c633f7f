using System.Net;
using Meshlift.Core.Charts;

namespace Meshlift.Adapters.Helm;

/// <summary>The HTTP client for chart repositories and registries.</summary>
public static class ChartWeb
{
    /// <summary>
    /// A client that honours the proxy variables, logs in where a server asks for it, follows a few redirections but none from https to http, and leaves bodies
    /// as they are: a digest is over the bytes on the wire. Limits of time are the caller's.
    /// </summary>
    /// <param name="logins">The user's logins, from <see cref="LoginFile"/>.</param>
    public static HttpClient Client(RegistryLogins logins)
    {
        var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(15) };
        var client = new HttpClient(new ChartLogin(logins, handler)) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("meshlift");
        // A registry chooses the form of a manifest by this.
        client.DefaultRequestHeaders.Accept.ParseAdd(OciManifest.MediaType);
        client.DefaultRequestHeaders.Accept.ParseAdd("*/*;q=0.5");
        return client;
    }
}
