using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Api;
using Meshlift.Simulator.Clusters.Objects;

namespace Meshlift.Tests.Simulator.Clusters;

/// <summary>A cluster behind a real server, with a kubeconfig and a home of its own.</summary>
internal sealed class ServedCluster : IAsyncDisposable
{
    public const string Deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: {app: web}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - {name: main, image: "nginx:1", ports: [{containerPort: 80}]}
        """;

    private ServedCluster(SimulatedCluster cluster, ApiServer server)
    {
        (Cluster, Server) = (cluster, server);
        var handler = new SocketsHttpHandler();
        if (server.AuthorityPem is { } authority)
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { X509Certificate2.CreateFromPem(authority) }, RevocationMode = X509RevocationMode.NoCheck };
        Http = new HttpClient(handler) { BaseAddress = server.AddressOf("eu") };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.TokenOf("eu"));
    }

    public SimulatedCluster Cluster { get; }

    public ApiServer Server { get; }

    /// <summary>The administrator's client.</summary>
    public HttpClient Http { get; }

    public TempFolder Folder { get; } = new();

    public static async Task<ServedCluster> StartAsync(ApiServerSettings? settings = null, ClusterSettings? cluster = null)
    {
        var made = new SimulatedCluster(cluster ?? new ClusterSettings { Name = "eu" });
        var server = await ApiServer.StartAsync([made], settings);
        var served = new ServedCluster(made, server);
        await server.WriteKubeconfigAsync(served.Folder["config"]);
        return served;
    }

    /// <summary>What kubectl prints, output and errors; its exit code in front when that is not 0.</summary>
    public async Task<string> KubectlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Kubectl.Program!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Folder.Path };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        (start.Environment["KUBECONFIG"], start.Environment["HOME"]) = (Folder["config"], Folder["home"]);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode == 0 ? "" : $"exit {process.ExitCode}: ") + output + await error;
    }

    /// <summary>A document of the API.</summary>
    public async Task<JsonObject> GetAsync(string path, string accept = "application/json") => await (await SendAsync(HttpMethod.Get, path, accept: accept)).JsonAsync();

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string media = "application/json", string accept = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(media) } };
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>Makes a ConfigMap without HTTP.</summary>
    public void AddConfigMap(string name, string @namespace = "default", string labels = "{}") =>
        Cluster.Create(Cluster.Type("v1", "ConfigMap"), @namespace, Json.Object($$$"""{"metadata":{"name":"{{{name}}}","labels":{{{labels}}}}}"""), WriteOptions.Default);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        Folder.Dispose();
    }
}

internal static class Json
{
    public static JsonObject Object(string text) => JsonNode.Parse(text)!.AsObject();

    public static async Task<JsonObject> JsonAsync(this HttpResponseMessage response) => Object(await response.Content.ReadAsStringAsync());
}

/// <summary>A test with the real kubectl; reported as skipped, loudly, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KubectlFactAttribute : FactAttribute
{
    /// <summary>Skips the test where there is no kubectl.</summary>
    public KubectlFactAttribute()
    {
        if (Kubectl.Program is null) Skip = "SKIPPED: there is no kubectl, so the simulator was not tried with the real one";
    }
}
