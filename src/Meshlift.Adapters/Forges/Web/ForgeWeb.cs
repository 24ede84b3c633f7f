using System.Net;

namespace Meshlift.Adapters.Forges.Web;

/// <summary>The HTTP client for forges.</summary>
public static class ForgeWeb
{
    /// <summary>A client that honours the proxy variables, and follows no redirection by itself: it would take the token along. Limits of time are the caller's.</summary>
    public static HttpClient Client()
    {
        var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(15) };
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("meshlift");
        return client;
    }
}
