using System.Text;
using Meshlift.Adapters.Kubernetes;
using Meshlift.Adapters.Releases;
using Meshlift.Adapters.Schemas;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Schemas;
using Meshlift.Tests.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Checks;

/// <summary>Types of a release behind a real web server, and of a cluster through the real kubectl.</summary>
public sealed class CheckKubernetesTests : IDisposable
{
    private const string OpenApi = """
        { "swagger": "2.0", "paths": { "/api": {} }, "definitions": {
            "io.k8s.api.core.v1.Namespace": { "description": "long", "type": "object", "properties": { "apiVersion": { "type": "string" }, "kind": { "type": "string" },
                "description": { "type": "string", "description": "a field of that name" },
                "metadata": { "$ref": "#/definitions/io.k8s.M" } }, "x-kubernetes-group-version-kind": [{ "group": "", "version": "v1", "kind": "Namespace" }] },
            "io.k8s.M": { "type": "object", "properties": { "name": { "type": "string", "maxLength": 4 } } } } }
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_types_of_a_release_are_fetched_once_and_kept()
    {
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/k8s/v1.33.0/swagger.json", () => Results.Text(OpenApi)));
        using var http = ReleaseWeb.Client();
        var schemas = new ReleaseSchemas($"{server.Address}k8s/${{version}}/swagger.json", _folder["cache"], http, TimeProvider.System);
        var types = await schemas.ReadAsync(KubernetesRelease.Parse("1.33"), null, default);
        Assert.Equal("Namespace", Assert.Single(types).Kind);
        await server.DisposeAsync();
        Assert.Single(await schemas.ReadAsync(KubernetesRelease.Parse("v1.33.0"), null, default));
        var kept = Assert.Single(Directory.EnumerateFiles(_folder["cache/meshlift/kubernetes"]));
        // What is damaged is fetched again, and a server that is gone is said.
        File.WriteAllText(kept, "damaged");
        using var soon = new CancellationTokenSource();
        var name = _folder["mirror"];
        _folder.Write("mirror/v1.33.0/swagger.json", OpenApi);
        var local = new ReleaseSchemas($"file://{name}/${{version}}/swagger.json", _folder["cache"], http, TimeProvider.System);
        Assert.Single(await local.ReadAsync(KubernetesRelease.Parse("1.33"), null, default));
    }

    [Fact]
    public async Task A_release_that_is_not_there_or_is_no_openapi_document_is_an_error_and_nothing_is_kept()
    {
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/v1.32.1", () => Results.Text("{}", "application/json")));
        using var http = ReleaseWeb.Client();
        var schemas = new ReleaseSchemas($"{server.Address}${{version}}", _folder["cache"], http, TimeProvider.System);
        var missing = await Assert.ThrowsAsync<UserException>(() => schemas.ReadAsync(KubernetesRelease.Parse("1.99"), null, default));
        Assert.Contains("v1.99.0 is not there", missing.Message, StringComparison.Ordinal);
        var empty = await Assert.ThrowsAsync<UserException>(() => schemas.ReadAsync(KubernetesRelease.Parse("1.32.1"), null, default));
        Assert.Contains("holds neither 'definitions'", empty.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder["cache/meshlift/kubernetes"]));
    }

    [Fact]
    public async Task The_command_line_takes_the_version_and_the_place_from_the_configuration_or_the_option()
    {
        var file = _folder.Write("ns.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: { nam: x, name: shop }\n");
        _folder.Write("mirror/v1.33.0.json", OpenApi);
        _folder.Write("mirror/v1.20.0.json", OpenApi);
        _folder.Write("cron.yaml", "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: { name: c }\n");
        _folder.Write("meshlift.yaml", Workspace.Mesh() + $"  checks: {{ kubernetes: {{ version: '1.33', openapi: 'file://{_folder["mirror"]}/${{version}}.json' }} }}\n");
        (string, string)[] cache = [("XDG_CACHE_HOME", _folder["cache"])];
        var outcome = await MeshliftProcess.RunAsync(_folder.Path, ["check", "ns.yaml", "cron.yaml"], cache);
        Assert.Contains("ns.yaml:3:13  error ML1101  Namespace shop\n    metadata.nam: there is no such field\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("api_versions... Fail: 1 finding\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("api_versions... Pass\n", (await MeshliftProcess.RunAsync(_folder.Path, ["check", "cron.yaml", "--kubernetes-version", "1.20"], cache)).Output, StringComparison.Ordinal);
        Assert.Equal(3, (await MeshliftProcess.RunAsync(_folder.Path, ["check", file, "--kubernetes-version", "1.21.3"], cache)).Code);
        var wrong = await MeshliftProcess.RunAsync(_folder.Path, ["check", file, "--kubernetes-version", "latest"], cache);
        Assert.Equal(2, wrong.Code);
        Assert.Contains("'latest' is not a release of Kubernetes", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await MeshliftProcess.RunAsync(_folder.Path, ["check", file, "--context", "x"], cache)).Code);
    }

    [Fact]
    public void The_compact_form_has_the_same_schemas()
    {
        var compact = CompactOpenApi.Of(Encoding.UTF8.GetBytes(OpenApi), "x");
        Assert.DoesNotContain("long", Encoding.UTF8.GetString(compact.Span), StringComparison.Ordinal);
        var type = Assert.Single(KubernetesSchemas.Read(compact, "x"));
        Assert.Equal(["apiVersion", "description", "kind", "metadata"], type.Root.Properties!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(4, type.Root.Properties["metadata"].Properties!["name"].Bounds!.MaxLength);
    }

    [IstioDataFact]
    public void The_compact_form_of_the_real_document_has_the_same_types()
    {
        var plain = IstioData.Read("k8s-schema/definitions-v1.33.0.json.gz");
        using var unpacked = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(new MemoryStream(plain), System.IO.Compression.CompressionMode.Decompress)) zip.CopyTo(unpacked);
        var whole = KubernetesSchemas.Read(unpacked.ToArray(), "x");
        var compact = CompactOpenApi.Of(unpacked.ToArray(), "x");
        Assert.True(compact.Length < unpacked.Length);
        Assert.Equal(whole.Select(type => (type.ApiVersion, type.Kind, Shape(type.Root, 5))), KubernetesSchemas.Read(compact, "x").Select(type => (type.ApiVersion, type.Kind, Shape(type.Root, 5))));

        static string Shape(SchemaNode node, int depth) => depth == 0 ? "" :
            $"{node.Types} {node.Format} {string.Join(',', node.Required)} {node.Pattern?.Text} {node.Bounds} {string.Join(',', node.ListKeys)} {node.AllowsUnknown} {node.IsNullable} "
            + $"{(node.Items is { } items ? Shape(items, depth - 1) : "")} {(node.AdditionalProperties is { } more ? Shape(more, depth - 1) : "")} {string.Join(';', node.Properties?.Select(property => $"{property.Key}={Shape(property.Value, depth - 1)}") ?? [])}";
    }

    [KubectlFact]
    public async Task A_cluster_is_asked_through_kubectl_in_the_context_that_is_named()
    {
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/openapi/v2", () => Results.Text(OpenApi, "application/json")));
        var config = _folder.Write("kubeconfig", $$"""
            apiVersion: v1
            kind: Config
            current-context: gone
            clusters:
              - { name: here, cluster: { server: "{{server.Address}}" } }
              - { name: gone, cluster: { server: "http://127.0.0.1:1" } }
            users: [{ name: me, user: {} }]
            contexts:
              - { name: here, context: { cluster: here, user: me } }
              - { name: gone, context: { cluster: gone, user: me } }
            """);
        var surroundings = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = Path.GetDirectoryName(Kubectl.Program)!, ["KUBECONFIG"] = config, ["HOME"] = _folder.Path };
        var schemas = new ClusterSchemas(TimeProvider.System, surroundings);
        Assert.Equal("Namespace", Assert.Single(await schemas.ReadAsync("here", default)).Kind);
        var refused = await Assert.ThrowsAsync<UserException>(() => schemas.ReadAsync(null, default));
        Assert.Equal(ErrorKind.Environment, refused.Kind);
        Assert.Contains("kubectl config current-context", refused.Remedy, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<UserException>(() => schemas.ReadAsync("nowhere", default));
        Assert.Contains("nowhere", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_kubectl_the_remedy_says_what_else_will_do()
    {
        var failure = await Assert.ThrowsAsync<UserException>(() => new ClusterSchemas(TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = _folder.Path }).ReadAsync(null, default));
        Assert.Contains("'kubectl' is not on PATH", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--schemas", failure.Remedy, StringComparison.Ordinal);
    }

    private sealed class KubectlFactAttribute : FactAttribute
    {
        public KubectlFactAttribute()
        {
            if (Kubectl.Program is null) Skip = "SKIPPED: kubectl is absent, so this was not tested with the real program; ./test fetches it";
        }
    }
}
