using System.Collections.Concurrent;
using System.Net;
using Meshlift.Simulator.Clusters.Access;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>Serves clusters on the loopback address as Kubernetes API servers: <c>https://127.0.0.1:PORT/clusters/NAME</c>.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Served> _clusters = new(StringComparer.Ordinal);
    private readonly ApiServerSettings _settings;
    private readonly Certificates? _certificates;
    private readonly WebApplication _app;

    private ApiServer(ApiServerSettings settings)
    {
        _settings = settings;
        // Clients hold certificates against the time of the machine.
        _certificates = settings.IsPlain ? null : new Certificates(TimeProvider.System.GetUtcNow());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.Services.AddSingleton<IHostLifetime, ProgramLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, settings.Port, listen =>
            {
                if (_certificates is { } certificates) listen.UseHttps(Https(certificates));
            });
        });
        if (!settings.IsPlain) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Where it listens: <c>https://127.0.0.1:PORT/</c>.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>How many watches are open now.</summary>
    public int OpenWatches => _clusters.Values.Sum(cluster => cluster.Endpoint.OpenWatches);

    /// <summary>The authority that clients must trust, in PEM; null without TLS.</summary>
    public string? AuthorityPem => _certificates?.AuthorityPem;

    /// <summary>Starts to listen.</summary>
    /// <param name="clusters">The clusters; their names differ.</param>
    /// <param name="settings">How; null for HTTPS on a port that the system chooses.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ApiServer> StartAsync(IEnumerable<SimulatedCluster> clusters, ApiServerSettings? settings = null, CancellationToken cancel = default)
    {
        var server = new ApiServer(settings ?? new());
        try
        {
            foreach (var cluster in clusters) server.Add(cluster);
            await server._app.StartAsync(cancel);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        server.Address = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    /// <summary>Serves one more cluster.</summary>
    public void Add(SimulatedCluster cluster)
    {
        var name = cluster.Settings.Name;
        var users = new ApiUsers(name, _settings.IsPlain ? ApiUser.Administrator : null);
        var token = $"administrator-of-{name}-{Guid.NewGuid():N}";
        users.Add(token, ApiUser.Administrator);
        var client = _certificates?.Client(Certificates.AdministratorOf(name));
        _clusters[name] = new Served(new ClusterEndpoint(cluster, _settings, users), users, token, client?.Certificate, client?.Key);
    }

    /// <summary>The address of a cluster's API server.</summary>
    public Uri AddressOf(string cluster) => new(Address, $"clusters/{cluster}/");

    /// <summary>The administrator's token for a cluster.</summary>
    public string TokenOf(string cluster) => _clusters[cluster].Token;

    /// <summary>Makes a token known.</summary>
    public void AddToken(string cluster, string token, ApiUser user) => _clusters[cluster].Users.Add(token, user);

    /// <summary>Makes a token unknown, as when it has expired.</summary>
    /// <returns>False when it was not known.</returns>
    public bool RemoveToken(string cluster, string token) => _clusters[cluster].Users.Remove(token);

    /// <summary>The kubeconfig: a context for each cluster, named as the cluster.</summary>
    public string Kubeconfig() => Api.Kubeconfig.Text(
        Address, _clusters.OrderBy(cluster => cluster.Key, StringComparer.Ordinal).Select(cluster => (cluster.Key, cluster.Value.Token, cluster.Value.Certificate, cluster.Value.Key)), AuthorityPem, _settings.UsesCertificates);

    /// <summary>Writes the kubeconfig, as a whole or not at all, readable for its owner only.</summary>
    public Task WriteKubeconfigAsync(string path, CancellationToken cancel = default) => Api.Kubeconfig.WriteAsync(path, Kubeconfig(), cancel);

    /// <summary>Stops listening; open watches end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificates?.Dispose();
    }

    private static HttpsConnectionAdapterOptions Https(Certificates certificates) => new()
    {
        ServerCertificate = certificates.Server,
        ClientCertificateMode = ClientCertificateMode.AllowCertificate,
        ClientCertificateValidation = (certificate, _, _) => certificates.IsOurs(certificate),
    };

    private Task AnswerAsync(HttpContext http)
    {
        const string prefix = "/clusters/";
        // As it was sent: a slash inside a name must stay one.
        var path = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        if (path.StartsWith(prefix, StringComparison.Ordinal))
        {
            var end = path.IndexOf('/', prefix.Length);
            var name = end < 0 ? path[prefix.Length..] : path[prefix.Length..end];
            if (_clusters.TryGetValue(name, out var served)) return served.Endpoint.AnswerAsync(http, end < 0 ? "" : path[end..]);
        }
        // kubectl get --raw drops what stands before the path of the API; then it is the credentials that say which cluster is meant.
        else if (ByCredentials(http) is { } meant) return meant.Endpoint.AnswerAsync(http, path);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private Served? ByCredentials(HttpContext http)
    {
        var knowing = _clusters.Values.Where(cluster => cluster.Users.Of(http) is { } user && user != ApiUser.Anonymous).Take(2).ToList();
        return knowing is [var only] ? only : null;
    }

    private sealed record Served(ClusterEndpoint Endpoint, ApiUsers Users, string Token, string? Certificate, string? Key);
}
