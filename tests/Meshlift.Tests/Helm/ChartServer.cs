using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Helm;

/// <summary>A real web server on loopback: a chart repository below <c>/charts</c>, and an OCI registry. It misbehaves where it is told to.</summary>
internal sealed class ChartServer : IAsyncDisposable
{
    private const string ConfigType = "application/vnd.cncf.helm.config.v1+json";
    private const string ChartType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

    private LoopbackServer? _server;
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<RequestDelegate>> _first = new(StringComparer.Ordinal);

    private ChartServer() { }

    /// <summary>The server's address, with a slash at its end.</summary>
    public Uri Address => _server!.Address;

    /// <summary>Host and port.</summary>
    public string Host => Address.Authority;

    /// <summary>The requests in order: path, query, and what stands in <c>Authorization</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Who may read: gets the value of <c>Authorization</c>, and says no with the value of <c>WWW-Authenticate</c>; null lets everyone read.</summary>
    public Func<HttpContext, string, string?>? Guard { get; set; }

    public static async Task<ChartServer> StartAsync()
    {
        var server = new ChartServer();
        server._server = await LoopbackServer.StartAsync(app => app.Run(server.AnswerAsync));
        return server;
    }

    public void Serve(string path, RequestDelegate answer) => _answers[path] = answer;

    public void Serve(string path, byte[] content, string type = "application/octet-stream") => Serve(path, context => Results.Bytes(content, type).ExecuteAsync(context));

    public void Serve(string path, string text, string type = "text/yaml") => Serve(path, Encoding.UTF8.GetBytes(text), type);

    /// <summary>Answers the next requests for a path in other ways, one each.</summary>
    public void First(string path, params RequestDelegate[] answers) => _first[path] = new ConcurrentQueue<RequestDelegate>(answers);

    public static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public static RequestDelegate Redirect(string to) => context => Results.Redirect(to).ExecuteAsync(context);

    /// <summary>A chart repository with these charts.</summary>
    public void ServeRepository(params IEnumerable<SampleChart> charts)
    {
        var index = new StringBuilder("apiVersion: v1\ngenerated: \"2026-07-13T00:00:00Z\"\nentries:\n");
        foreach (var group in charts.GroupBy(chart => chart.Name, StringComparer.Ordinal))
        {
            index.Append(CultureInfo.InvariantCulture, $"  {group.Key}:\n");
            foreach (var chart in group)
            {
                var (file, archive) = ($"{chart.Name}-{chart.Files["Chart.yaml"].Split("version: ")[1].Split('\n')[0]}.tgz", chart.Archive());
                Serve($"/charts/{file}", archive);
                index.Append(CultureInfo.InvariantCulture, $"  - name: {chart.Name}\n    version: {file[(chart.Name.Length + 1)..^4]}\n    digest: {ContentDigest.Of(archive)["sha256:".Length..]}\n    urls: [{file}]\n");
            }
        }
        Serve("/charts/index.yaml", index.ToString());
    }

    /// <summary>A registry with this chart below <c>bakery/charts</c>; the archive may be another one than its manifest says.</summary>
    public void ServeRegistry(SampleChart chart, byte[]? archive = null, string tag = SampleChart.Version)
    {
        var right = chart.Archive();
        var digest = ContentDigest.Of(right);
        Serve($"/v2/bakery/charts/{chart.Name}/blobs/{digest}", archive ?? right);
        Serve($"/v2/bakery/charts/{chart.Name}/manifests/{tag}", Manifest(ConfigType, ChartType, digest, right.Length), "application/vnd.oci.image.manifest.v1+json");
        Serve($"/v2/bakery/charts/{chart.Name}/tags/list", new JsonObject { ["name"] = $"bakery/charts/{chart.Name}", ["tags"] = new JsonArray(tag, "latest", "1.29.6") }.ToJsonString(), "application/json");
    }

    public static string Manifest(string configType, string chartType, string digest, long size) => new JsonObject
    {
        ["schemaVersion"] = 2,
        ["config"] = new JsonObject { ["mediaType"] = configType, ["digest"] = ContentDigest.Of("{}"u8), ["size"] = 2 },
        ["layers"] = new JsonArray(
            new JsonObject { ["mediaType"] = "application/vnd.cncf.helm.chart.provenance.v1.prov", ["digest"] = ContentDigest.Of("prov"u8), ["size"] = 4 },
            new JsonObject { ["mediaType"] = chartType, ["digest"] = digest, ["size"] = size }),
    }.ToJsonString();

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var authorization = context.Request.Headers.Authorization.ToString();
        Requests.Enqueue($"{path}{context.Request.QueryString} {authorization}".TrimEnd());
        if (_first.TryGetValue(path, out var queue) && queue.TryDequeue(out var first)) return first(context);
        if (Guard?.Invoke(context, authorization) is { } challenge)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = challenge;
            return Task.CompletedTask;
        }
        return _answers.GetValueOrDefault(path, Status(404))(context);
    }
}
