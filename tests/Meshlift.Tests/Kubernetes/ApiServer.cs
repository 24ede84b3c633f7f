using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Core.Kubernetes.Access;
using Meshlift.Core.Kubernetes.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meshlift.Tests.Kubernetes;

/// <summary>A real server on the loopback address that answers as a test says, over HTTP or HTTPS.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private static readonly KubeconfigPlace Place = new("config", new(0, 4, 7));
    private readonly WebApplication _app;

    private ApiServer(WebApplication app, ConcurrentQueue<SeenRequest> requests) => (_app, Requests) = (app, requests);

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>What was asked, in its order.</summary>
    public ConcurrentQueue<SeenRequest> Requests { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="answer">Answers each request; it is told which it is, from 0.</param>
    /// <param name="certificate">The server's certificate; null for plain HTTP.</param>
    /// <param name="client">Whether it asks for a client certificate.</param>
    public static async Task<ApiServer> StartAsync(Func<HttpContext, int, Task> answer, X509Certificate2? certificate = null, ClientCertificateMode client = ClientCertificateMode.NoCertificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = client;
                    https.AllowAnyClientCertificate();
                });
            }
        }));
        var requests = new ConcurrentQueue<SeenRequest>();
        var count = -1;
        var app = builder.Build();
        app.Run(async context =>
        {
            var number = Interlocked.Increment(ref count);
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            requests.Enqueue(new SeenRequest(context.Request.Method, context.Request.Path + context.Request.QueryString, body, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
            await answer(context, number);
        });
        await app.StartAsync();
        return new ApiServer(app, requests);
    }

    /// <summary>A server that gives one body after the other, each with status 200.</summary>
    public static Task<ApiServer> OfAsync(params string[] bodies) => StartAsync((context, number) => context.Response.WriteAsync(bodies[Math.Min(number, bodies.Length - 1)]));

    /// <summary>The access to it, as nobody.</summary>
    public ClusterAccess Access => new("shop", new KubeCluster("shop-cluster", Address, Place), new KubeUser("", Place), "default");

    /// <summary>A client for it.</summary>
    public ClusterClient Client(ClientSettings? settings = null, Func<ClusterAccess, ClusterAccess>? change = null) => new(change?.Invoke(Access) ?? Access, settings);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Answers with a Status object.</summary>
    public static async Task RefuseAsync(HttpContext context, int code, string reason, string message, string details = "{}", string metadata = "{}")
    {
        context.Response.StatusCode = code;
        await context.Response.WriteAsync($$"""{"kind":"Status","apiVersion":"v1","metadata":{{metadata}},"status":"Failure","message":"{{message}}","reason":"{{reason}}","details":{{details}},"code":{{code}}}""");
    }

    /// <summary>Writes a piece of an answer and waits until it is on its way.</summary>
    public static async Task SendAsync(HttpContext context, string text)
    {
        await context.Response.WriteAsync(text);
        await context.Response.Body.FlushAsync();
    }

    /// <summary>A page of pods.</summary>
    public static string Pods(string version, string next, params string[] names) =>
        $$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"{{version}}","continue":"{{next}}"},"items":[{{string.Join(",", names.Select(name => Pod(name, version)))}}]}""";

    /// <summary>A pod.</summary>
    public static string Pod(string name, string version = "1") =>
        $$"""{"metadata":{"name":"{{name}}","namespace":"shop","resourceVersion":"{{version}}"},"spec":{"containers":[]},"status":{"phase":"Running"} }""";

    /// <summary>An event of a watch.</summary>
    public static string Event(string type, string name, string version) => $$"""{"type":"{{type}}","object":{{Pod(name, version)}} }""" + "\n";

    /// <summary>Settings under which nothing is waited for but what a test decides.</summary>
    public static ClientSettings Quick(TimeProvider time) => new() { Time = time, SilenceLimit = TimeSpan.FromSeconds(50), Chance = () => 0.5, Retry = RetryRule.Default };
}

/// <summary>A request that a server saw.</summary>
internal sealed record SeenRequest(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers);
