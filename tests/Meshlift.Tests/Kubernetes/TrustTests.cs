using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Meshlift.Tests.Kubernetes;

/// <summary>Real TLS, with certificates made for each test.</summary>
public sealed class TrustTests
{
    private const string Version = """{"gitVersion":"v1.33.2","major":"1","minor":"33"}""";

    private static Func<ClusterAccess, ClusterAccess> Cluster(TestAuthority? authority, Func<KubeCluster, KubeCluster>? change = null) => access =>
    {
        var cluster = access.Cluster with { Authority = authority is null ? null : Source(authority.Pem) };
        return access with { Cluster = change?.Invoke(cluster) ?? cluster };
    };

    private static PemSource Source(string pem) => new(null, ImmutableArray.Create(Encoding.UTF8.GetBytes(pem)));

    [Fact]
    public async Task A_server_of_the_right_authority_is_trusted()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("another");
        using var certificate = authority.Server("127.0.0.1");
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(Version), certificate);
        using var folder = new TempFolder();
        var bundle = folder.Write("ca.crt", "# a bundle\n" + other.Pem + "\n" + authority.Pem);
        using var client = server.Client(change: Cluster(null, cluster => cluster with { Authority = new PemSource(bundle, []) }));
        Assert.Equal("v1.33.2", (await client.VersionAsync(default)).GitVersion);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_not_trusted()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("another");
        using var certificate = authority.Server("127.0.0.1");
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(Version), certificate);
        using var client = server.Client(change: Cluster(other));
        var error = await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default));
        Assert.Equal($"cluster shop: get /version: {server.Address.AbsoluteUri.TrimEnd('/')} is not trusted: its certificate was issued by 'CN=test authority', which is not among certificate-authority-data at config:4:7", error.Message);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_server_is_not_trusted_by_a_computer_that_does_not_know_its_authority()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server("127.0.0.1");
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(Version), certificate);
        using var client = server.Client(change: Cluster(null));
        Assert.Contains("not among the authorities of this computer", (await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_taken_unless_that_is_the_name()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server("api.example.com");
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(Version), certificate);
        using var wrong = server.Client(change: Cluster(authority));
        Assert.EndsWith("its certificate is for api.example.com, not for 127.0.0.1", (await Assert.ThrowsAsync<UserException>(() => wrong.VersionAsync(default))).Message, StringComparison.Ordinal);
        using var right = server.Client(change: Cluster(authority, cluster => cluster with { ServerName = "api.example.com" }));
        Assert.Equal("33", (await right.VersionAsync(default)).Minor);
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_not_taken()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server("127.0.0.1", days: -1);
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(Version), certificate);
        using var client = server.Client(change: Cluster(authority));
        Assert.Contains("its certificate holds from ", (await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verification_can_be_left_out()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server("elsewhere", days: -1);
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(Version), certificate);
        using var client = server.Client(change: Cluster(null, cluster => cluster with { SkipVerification = true }));
        Assert.Equal("33", (await client.VersionAsync(default)).Minor);
    }

    [Fact]
    public async Task The_certificate_of_the_server_itself_may_stand_in_the_bundle()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server("127.0.0.1");
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(Version), certificate);
        using var client = server.Client(change: Cluster(null, cluster => cluster with { Authority = Source(certificate.ExportCertificatePem()) }));
        Assert.Equal("33", (await client.VersionAsync(default)).Minor);
    }

    public static TheoryData<string> Keys => ["rsa pkcs8", "rsa pkcs1", "ec pkcs8", "ec sec1"];

    [Theory, MemberData(nameof(Keys))]
    public async Task A_client_certificate_is_shown_whatever_the_form_of_its_key(string form)
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server("127.0.0.1");
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync($$"""{"gitVersion":"{{context.Connection.ClientCertificate?.Subject}}"}"""), certificate, ClientCertificateMode.RequireCertificate);
        using AsymmetricAlgorithm key = form.StartsWith("rsa", StringComparison.Ordinal) ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (pem, _) = authority.Client("ann", key);
        var text = form switch
        {
            "rsa pkcs1" => ((RSA)key).ExportRSAPrivateKeyPem(),
            "ec sec1" => "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + ((ECDsa)key).ExportECPrivateKeyPem(),
            _ => key.ExportPkcs8PrivateKeyPem(),
        };
        using var client = server.Client(change: access => Cluster(authority)(access) with { User = access.User with { Certificate = Source(pem), Key = Source(text) } });
        Assert.Equal("CN=ann", (await client.VersionAsync(default)).GitVersion);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_client_certificate_in_vain_says_so()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server("127.0.0.1");
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(Version), certificate, ClientCertificateMode.RequireCertificate);
        using var client = server.Client(ApiServer.Quick(new Releases.PatientClock()), Cluster(authority));
        var error = await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.StartsWith("cluster shop: get /version: https://127.0.0.1:", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_key_of_another_certificate_is_told_and_not_shown()
    {
        using var authority = new TestAuthority();
        using var one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var two = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (pem, _) = authority.Client("ann", one);
        await using var server = await ApiServer.OfAsync(Version);
        var secret = two.ExportPkcs8PrivateKeyPem();
        using var client = server.Client(change: access => access with { User = new KubeUser("ann", access.User.Place) { Certificate = Source(pem), Key = Source(secret) } });
        var error = await Assert.ThrowsAsync<UserException>(() => client.VersionAsync(default));
        Assert.StartsWith("config:4:7: the user 'ann': the client certificate and key cannot be used", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret.Split('\n')[1], error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_leads_to_the_server()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Server("api.example.com");
        await using var server = await ApiServer.StartAsync((context, _) => context.Response.WriteAsync(Version), certificate);
        await using var proxy = new TestProxy(server.Address.Port);
        using var client = server.Client(change: Cluster(authority, cluster => cluster with
        {
            // A name that no name server knows: only the proxy can lead there.
            Server = new Uri("https://api.example.com:6443/"),
            Proxy = new Uri($"http://ann:pass%20word@127.0.0.1:{proxy.Port}"),
        }));
        Assert.Equal("33", (await client.VersionAsync(default)).Minor);
        Assert.Contains("CONNECT api.example.com:6443", proxy.Seen, StringComparison.Ordinal);
        Assert.Contains("Basic " + Convert.ToBase64String("ann:pass word"u8), proxy.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://10.1.2.3:6443", "10.0.0.0/8", false)]
    [InlineData("https://10.1.2.3:6443", "192.168.0.0/16", true)]
    [InlineData("https://api.corp:6443", ".corp", false)]
    [InlineData("https://api.corp:6443", "corp", false)]
    [InlineData("https://api.corp:6443", "api.corp:443", true)]
    [InlineData("https://api.corp:6443", "*", false)]
    [InlineData("https://127.0.0.1:6443", "", false)]
    [InlineData("https://localhost:6443", "", false)]
    [InlineData("https://api.corp:6443", "", true)]
    [InlineData("http://api.corp:6443", "", false)]
    public void The_environment_names_the_proxy_as_for_kubectl(string server, string exempt, bool proxied)
    {
        var proxy = new Adapters.Kubernetes.Transport.EnvironmentProxy(new Dictionary<string, string> { ["https_proxy"] = "proxy.corp:3128", ["NO_PROXY"] = exempt });
        Assert.Equal(proxied, !proxy.IsBypassed(new Uri(server)));
        if (proxied) Assert.Equal(new Uri("http://proxy.corp:3128"), proxy.GetProxy(new Uri(server)));
    }

    /// <summary>A proxy that leads every CONNECT to one port.</summary>
    private sealed class TestProxy : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _loop;

        public TestProxy(int to)
        {
            _listener.Start();
            _loop = ServeAsync(to);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string Seen { get; private set; } = "";

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await Task.WhenAny(_loop);
        }

        private async Task ServeAsync(int to)
        {
            while (true)
            {
                using var socket = await _listener.AcceptTcpClientAsync();
                var stream = socket.GetStream();
                var head = new StringBuilder();
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)stream.ReadByte());
                Seen += head;
                if (!head.ToString().Contains("Proxy-Authorization", StringComparison.Ordinal))
                {
                    await stream.WriteAsync("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
                    continue;
                }
                using var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, to);
                await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
                await Task.WhenAny(stream.CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(stream));
            }
        }
    }
}
