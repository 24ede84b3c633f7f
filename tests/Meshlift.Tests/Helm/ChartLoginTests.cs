using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meshlift.Adapters.Helm;
using Meshlift.Core;
using Meshlift.Core.Charts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Meshlift.Tests.Helm;

/// <summary>What is secret stays encrypted: over real proxies and real TLS.</summary>
public sealed class ChartLoginTests
{
    private static readonly RegistryLogins Logins = RegistryLogins.Read("""{"auths": {"charts.invalid": {"auth": "YW5uOnMzY3JldA=="}}}"""u8.ToArray(), "logins.json");

    [Theory]
    [InlineData("Basic realm=x"), InlineData("Bearer realm=\"https://tokens.invalid/\""), InlineData("Bearer realm=\"http://tokens.invalid/\"")]
    public async Task A_login_is_not_sent_without_tls(string challenge)
    {
        await using var proxy = await ChartServer.StartAsync();
        proxy.Guard = (_, _) => challenge;
        using var http = new HttpClient(new ChartLogin(Logins, new SocketsHttpHandler { Proxy = new WebProxy(proxy.Address), AllowAutoRedirect = false }));
        var error = await Assert.ThrowsAsync<UserException>(() => http.GetAsync(new Uri("http://charts.invalid/index.yaml")));
        Assert.Contains("without TLS", error.Message, StringComparison.Ordinal);
        Assert.Equal(["/index.yaml"], proxy.Requests);
    }

    [Fact]
    public async Task A_redirection_out_of_tls_is_not_followed()
    {
        await using var plain = await ChartServer.StartAsync();
        await using var server = await StartAsync(context => Results.Redirect($"{plain.Address}index.yaml").ExecuteAsync(context));
        using var http = Client(RegistryLogins.None);
        using var response = await http.GetAsync(server.Urls.Single());
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Empty(plain.Requests);
    }

    [Fact]
    public async Task Tokens_are_not_asked_for_outside_of_tls_where_charts_are_inside()
    {
        await using var server = await StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"http://tokens.invalid/\"";
            return Task.CompletedTask;
        });
        using var http = Client(RegistryLogins.None);
        var error = await Assert.ThrowsAsync<UserException>(() => http.GetAsync(server.Urls.Single()));
        Assert.Contains("sends to tokens.invalid for tokens, without TLS", error.Message, StringComparison.Ordinal);
    }

    private static HttpClient Client(RegistryLogins logins)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        // The certificate was made a moment ago, so that nobody trusts it.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost";
        return new HttpClient(new ChartLogin(logins, handler));
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        // Windows wants the key in its own store.
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
