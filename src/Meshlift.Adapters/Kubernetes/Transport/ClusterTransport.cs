using System.Net;
using System.Net.Sockets;
using Meshlift.Adapters.Kubernetes.Access;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Kubernetes.Access;

namespace Meshlift.Adapters.Kubernetes.Transport;

/// <summary>The connections to one API server.</summary>
/// <remarks>
/// HTTP/1.1: each watch has a connection of its own, so that a slow reader of one holds up no other, and a dead connection is found by its own keep-alive.
/// Redirections are answers like any other: credentials go to the server that the kubeconfig names and to no other.
/// </remarks>
internal sealed class ClusterTransport : IDisposable
{
    private readonly KubeCluster _cluster;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly Lock _gate = new();
    private HttpMessageInvoker? _invoker;
    private ClientCertificate? _certificate;

    public ClusterTransport(KubeCluster cluster, ClientSettings settings)
    {
        _cluster = cluster;
        _environment = settings.Environment ?? CleanEnvironment.OfThisProcess();
        Trust = new ServerTrust(cluster);
    }

    public ServerTrust Trust { get; }

    /// <summary>Sends a request and returns when the head of the answer is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ClientCertificate? certificate, CancellationToken cancel) => Invoker(certificate).SendAsync(request, cancel);

    public void Dispose() => _invoker?.Dispose();

    private HttpMessageInvoker Invoker(ClientCertificate? certificate)
    {
        lock (_gate)
        {
            if (_invoker is not null && _certificate == certificate) return _invoker;
            // With another certificate the connections that are open belong to another user; whoever reads from them connects again.
            _invoker?.Dispose();
            _certificate = certificate;
            return _invoker = new HttpMessageInvoker(Handler(certificate), disposeHandler: true);
        }
    }

    private SocketsHttpHandler Handler(ClientCertificate? certificate) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = _cluster.DisableCompression ? DecompressionMethods.None : DecompressionMethods.GZip,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        MaxResponseHeadersLength = 64,
        SslOptions = Trust.Options(certificate),
        Proxy = Proxy(),
        ConnectCallback = ConnectAsync,
    };

    private IWebProxy Proxy()
    {
        if (_cluster.Proxy is not { } address) return new EnvironmentProxy(_environment);
        var proxy = new WebProxy(address);
        if (address.UserInfo.Split(':', 2) is [{ Length: > 0 } name, var password])
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(name), Uri.UnescapeDataString(password));
        return proxy;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A watch may be silent for minutes; without this, a connection whose other end has vanished would be silent for ever.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
