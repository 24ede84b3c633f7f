using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Meshlift.CommandLine;
using Meshlift.Tests.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.Checks;

public sealed class CheckCommandTests
{
    private const string Faulty = """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: shop
          labels:
            istio-injection: enabled
            istio.io/rev: 1-30-3
        """;

    private const string OpenApi = """
        { "definitions": { "io.k8s.api.core.v1.Namespace": { "type": "object", "properties": { "apiVersion": { "type": "string" }, "kind": { "type": "string" },
            "metadata": { "type": "object", "properties": { "name": { "type": "string" } } } },
            "x-kubernetes-group-version-kind": [{ "group": "", "version": "v1", "kind": "Namespace" }] } } }
        """;

    [Fact]
    public async Task A_fault_is_told_at_its_place_with_a_remedy_and_exit_code_1()
    {
        using var folder = new TempFolder();
        var file = folder.Write("ns.yaml", Faulty);
        var outcome = await RunAsync("check", file);
        Assert.Equal((1, ""), (outcome.Code, outcome.Error));
        Assert.Contains("yaml... Pass\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"injection_labels... Fail: 1 finding\n  {file}:6:22  error ML4001  Namespace shop\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("schema... Unknown: not evaluated for 1 resource", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("revisions... Unknown: not evaluated for 1 resource: no injector was seen", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("1 resource in 1 file: 1 finding\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_fits_its_schema()
    {
        using var folder = new TempFolder();
        folder.Write("ns.yaml", Faulty);
        folder.Write("broken.yaml", "a: [");
        var outcome = await RunAsync("check", folder.Path, "--output", "json");
        Assert.Equal(1, outcome.Code);
        var root = PublishedSchema.AssertFits("check", outcome.Output);
        Assert.Equal(["ML1100", "ML4001"], root.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()!));
    }

    [Fact]
    public async Task Sarif_junit_and_github_hold_every_finding()
    {
        using var folder = new TempFolder();
        var file = folder.Write("a, b.yaml", Faulty);
        using var sarif = JsonDocument.Parse((await RunAsync("check", file, "-o", "sarif")).Output);
        var result = Assert.Single(sarif.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().ToList());
        Assert.Equal(6, result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32());
        Assert.EndsWith("/a%2C%20b.yaml", result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString(), StringComparison.Ordinal);
        var junit = XDocument.Parse((await RunAsync("check", file, "--istioctl", "off", "-o", "junit")).Output);
        Assert.Equal("injection_labels", Assert.Single(junit.Descendants("failure")).Parent!.Attribute("name")!.Value);
        Assert.Equal(["istioctl_analyze", "istioctl_validate", "revisions", "schema"], junit.Descendants("skipped").Select(skipped => skipped.Parent!.Attribute("name")!.Value).Order(StringComparer.Ordinal));
        Assert.StartsWith($"::error file={folder.Path}/a%2C b.yaml,line=6,col=22,title=ML4001 injection_labels::Namespace shop metadata.labels", (await RunAsync("check", file, "-o", "github")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubernetes_types_are_held_against_given_schemas_from_a_file_a_gzip_file_or_an_address()
    {
        using var folder = new TempFolder();
        var file = folder.Write("ns.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: { nam: x, name: shop }\n");
        var plain = folder.Write("schemas/k8s.json", OpenApi);
        using (var packed = new GZipStream(File.Create(folder["k8s.json.gz"]), CompressionLevel.Fastest)) packed.Write(Encoding.UTF8.GetBytes(OpenApi));
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/openapi/v2", () => Results.Text(OpenApi)));
        foreach (var place in new[] { plain, folder["schemas"], folder["k8s.json.gz"], $"{server.Address}openapi/v2" })
            Assert.Contains($"{file}:3:13  error ML1101  Namespace shop\n    metadata.nam: there is no such field\n    help: did you mean 'name'?\n", (await RunAsync("check", file, "--schemas", place)).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("check", file, "--schemas", folder["none"])).Code);
        Assert.Equal(2, (await RunAsync("check", file, "--schemas", file)).Code);
        Assert.Equal(3, (await RunAsync("check", file, "--schemas", $"{server.Address}none")).Code);
    }

    [Fact]
    public async Task A_comment_with_a_reason_silences_a_finding_and_one_without_is_a_finding()
    {
        using var folder = new TempFolder();
        var silenced = folder.Write("ns.yaml", Faulty.Replace("enabled", "enabled # meshlift:ignore ML4001 moved next week", StringComparison.Ordinal));
        var outcome = await RunAsync("check", silenced);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("0 findings, 1 silenced by comments\n", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("check", folder.Write("above.yaml", Faulty.Replace("    istio-injection", "    # meshlift:ignore ML4001 moved next week\n    istio-injection", StringComparison.Ordinal)))).Code);
        Assert.Equal(1, (await RunAsync("check", folder.Write("other.yaml", Faulty.Replace("enabled", "enabled # meshlift:ignore ML4002 moved next week", StringComparison.Ordinal)))).Code);
        var bare = await RunAsync("check", folder.Write("bare.yaml", Faulty.Replace("enabled", "enabled # meshlift:ignore ML4001", StringComparison.Ordinal)));
        Assert.Contains("suppressions... Fail: 1 finding\n", bare.Output, StringComparison.Ordinal);
        Assert.Contains("injection_labels... Fail: 1 finding\n", bare.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_baseline_takes_what_was_there_and_leaves_what_is_new()
    {
        using var folder = new TempFolder();
        var file = folder.Write("ns.yaml", Faulty);
        Assert.Equal(0, (await RunAsync("check", file, "--write-baseline", folder["known.txt"])).Code);
        Assert.Equal(0, (await RunAsync("check", file, "--baseline", folder["known.txt"])).Code);
        // Lines that move are the same finding; a second of the same kind in another resource is new.
        folder.Write("ns.yaml", $"# moved down\n\n{Faulty}\n---\n{Faulty.Replace("shop", "cart", StringComparison.Ordinal)}\n");
        var outcome = await RunAsync("check", file, "--baseline", folder["known.txt"]);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("Namespace cart", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("1 finding, 1 in the baseline\n", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("check", file, "--baseline", folder["none.txt"])).Code);
    }

    [Fact]
    public async Task A_cluster_is_held_against_its_own_crds_and_an_application_against_those_of_every_cluster()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("clusters/testing/istio-system/common/crd.yaml", Crd("size: { type: integer }, colour: { type: string }"));
        workspace.Write("clusters/eu/istio-system/common/crd.yaml", Crd("size: { type: integer }"));
        const string cart = "apiVersion: x.io/v1\nkind: Cart\nmetadata: { name: one, namespace: shop }\nspec: { size: 1, colour: red }\n";
        workspace.Write("clusters/testing/istio-system/common/cart.yaml", cart);
        workspace.Write("clusters/eu/istio-system/common/cart.yaml", cart);
        workspace.Write("apps/cart.yaml", cart);
        var clusters = await workspace.RunAsync("check");
        Assert.Equal(1, clusters.Code);
        Assert.Contains("clusters/eu/istio-system/common/cart.yaml:4:18  error ML1101", clusters.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("clusters/testing/istio-system/common/cart.yaml", clusters.Output, StringComparison.Ordinal);
        Assert.Contains("apps/cart.yaml:4:18  error ML1101", (await workspace.RunAsync("check", workspace["apps"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_order_of_findings_is_the_order_of_files_whatever_is_done_first()
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 300; i++) folder.Write($"{i:000}.yaml", Faulty.Replace("name: shop", $"name: ns-{i:000}", StringComparison.Ordinal) + new string('\n', i % 7 * 500));
        var first = await RunAsync("check", folder.Path, "-o", "json");
        var names = JsonDocument.Parse(first.Output).RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("resource").GetString()!).ToList();
        Assert.Equal(Enumerable.Range(0, 300).Select(i => string.Create(CultureInfo.InvariantCulture, $"Namespace ns-{i:000}")), names);
        Assert.Equal(first.Output, (await RunAsync("check", folder.Path, "-o", "json")).Output);
    }

    [Fact]
    public async Task Hostile_documents_are_findings_and_the_rest_is_checked()
    {
        using var folder = new TempFolder();
        folder.Write("laughs.yaml", "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"b{i}: &b{i} [{string.Join(',', Enumerable.Repeat(i == 0 ? "*a" : $"*b{i - 1}", 10))}]\n")));
        folder.Write("deep.yaml", new string('[', 5000));
        folder.Write("cycle.yaml", "a: &a\n  b: *a\n");
        folder.Write("ns.yaml", Faulty);
        folder.Write("values.yaml", "replicas: 3\n");
        var outcome = await RunAsync("check", folder.Path);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("yaml... Fail: 3 findings\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("injection_labels... Fail: 1 finding\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_not_there_and_a_missing_configuration_are_errors_of_usage()
    {
        using var folder = new TempFolder();
        Assert.Equal(2, (await RunAsync("check", folder["none"])).Code);
        Assert.Equal(2, (await RunAsync("check", "--config", folder["meshlift.yaml"])).Code);
        Assert.Equal(2, (await RunAsync("check", "--baselin", "x")).Code);
    }

    private static string Crd(string properties) =>
        $"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{ name: carts.x.io }}\nspec: {{ group: x.io, names: {{ kind: Cart, plural: carts }}, scope: Namespaced, versions: [{{ name: v1, served: true, storage: true, schema: {{ openAPIV3Schema: {{ type: object, properties: {{ spec: {{ type: object, properties: {{ {properties} }} }} }} }} }} }}] }}\n";

    private static async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync(arguments, new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        return new Outcome(code, output.ToString(), error.ToString());
    }
}
