using System.Net;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Hosting;
using Meshlift.Simulator.Prometheus.Series;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meshlift.Simulator.Prometheus;

/// <summary>One Prometheus for several clusters, on the loopback address: its HTTP query API over series that follow from the pods of the clusters.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PrometheusServer(PrometheusApi api, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.Services.AddSingleton<IHostLifetime, ProgramLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(api.AnswerAsync);
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:PORT/</c>.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Starts to watch the clusters and to listen.</summary>
    /// <param name="clusters">The clusters; their names are the values of the label <c>cluster</c>.</param>
    /// <param name="settings">How; null for the usual.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<PrometheusServer> StartAsync(IEnumerable<SimulatedCluster> clusters, PrometheusSettings? settings = null, CancellationToken cancel = default)
    {
        settings ??= new();
        var server = new PrometheusServer(new PrometheusApi(new FleetSeries(clusters, settings.Plan, settings.Past), settings.Time), settings.Port);
        try
        {
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

    /// <summary>Stops listening.</summary>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
