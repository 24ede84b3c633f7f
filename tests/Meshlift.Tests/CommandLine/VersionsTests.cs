using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Tests.Configuration;
using Meshlift.Yaml;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Tests.CommandLine;

public sealed class VersionsTests
{
    private static readonly JsonObject Schema = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Vectors.Root, "schemas/versions.schema.json")))!;

    [Fact]
    public async Task Published_wanted_and_installed_versions_are_listed()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.29.6", "--all-clusters");
        var outcome = await workspace.RunAsync("versions", "--on", "2026-11-20");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var lines = outcome.Output.TrimEnd('\n').Split('\n');
        Assert.StartsWith("VERSION  RANGE   IN GIT", lines[0], StringComparison.Ordinal);
        Assert.Matches("^1\\.30\\.3   newest  -  +\\S.*1\\.32-1\\.36   2026-006, 2026-002\\?$", lines[1]);
        Assert.Matches("^1\\.29\\.6   -       testing/1-29-6, eu/1-29-6, us/1-29-6  +\\S.*1\\.31-1\\.35   2026-006, 2026-002\\?$", lines[2]);
        Assert.Equal(["1.29.6 in testing/1-29-6, eu/1-29-6, us/1-29-6", "  exposed to 2026-006 (CVSS 7.7)", "  out of support: ended 2026-10-12; bulletins do not list it any more"], lines[3..6]);
        Assert.EndsWith("/istio-security-2026-002/", lines[6], StringComparison.Ordinal);
        Assert.Equal("published at vendor/${version}/all.yaml; range 1.30.*; known as of 2026-10-01, built in", lines[7]);
    }

    [Fact]
    public async Task The_json_is_what_the_schema_says()
    {
        using var workspace = await Workspace.CreateAsync(istio: "    never: [\"1.30.4\"]");
        await workspace.RenderAsync("1.29.6");
        var json = await JsonAsync(workspace, "versions", "~1.29", "--all", "--on", "2026-11-20", "--output", "json");
        Assert.Equal(("1.29.6", true, "~1.29"), (json.GetProperty("newest").GetString(), json.GetProperty("listed").GetBoolean(), json.GetProperty("range").GetString()));
        Assert.Equal("testing", json.GetProperty("versions")[1].GetProperty("inGit")[0].GetProperty("cluster").GetString());
    }

    [Fact]
    public async Task A_place_that_does_not_answer_is_told_beside_what_is_known()
    {
        await using var server = await LoopbackServer.StartAsync(_ => { });
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3");
        workspace.Replace("meshlift.yaml", "renderer: manifests\n    manifests: vendor/${version}/all.yaml", $"releases: {server.Address}releases");
        var outcome = await workspace.RunAsync("versions", "--on", "2026-11-20");
        Assert.Equal(3, outcome.Code);
        Assert.Contains("1.30.3   in range  testing/1-30-3", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"not listed: {server.Address}releases", outcome.Output, StringComparison.Ordinal);
        Assert.StartsWith($"error: {server.Address}releases/ is not there (404)", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_cannot_be_listed_is_no_failure()
    {
        using var workspace = await Workspace.CreateAsync(manifests: "https://example.com/${version}.yaml");
        var json = await JsonAsync(workspace, "versions", "--on", "2026-11-20", "--output", "json");
        Assert.Equal((false, JsonValueKind.Null), (json.GetProperty("listed").GetBoolean(), json.GetProperty("newest").ValueKind));
    }

    [Fact]
    public async Task Offline_asks_nobody_and_is_no_failure()
    {
        var asked = false;
        await using var server = await LoopbackServer.StartAsync(app => app.MapGet("/{**any}", () => asked = true));
        using var workspace = await Workspace.CreateAsync(istio: $"    knowledge: {server.Address}versions.json");
        await workspace.RenderAsync("1.30.3");
        workspace.Replace("meshlift.yaml", "renderer: manifests\n    manifests: vendor/${version}/all.yaml", $"releases: {server.Address}releases");
        var outcome = await workspace.RunAsync("versions", "--offline", "--on", "2026-11-20");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("1.30.3   in range  testing/1-30-3", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("was never fetched: run 'meshlift versions --update'", outcome.Error, StringComparison.Ordinal);
        Workspace.AssertError(await workspace.RunAsync("versions", "--offline", "--update"), 2);
        Assert.False(asked);
    }

    [Fact]
    public async Task Old_knowledge_is_warned_about_once()
    {
        using var workspace = await Workspace.CreateAsync();
        Assert.Equal("", (await workspace.RunAsync("versions", "--on", "2026-11-30")).Error);
        var outcome = await workspace.RunAsync("versions", "--on", "2026-12-01");
        Assert.Equal((0, 1), (outcome.Code, outcome.Error.Split("warning: what is known is of 2026-10-01").Length - 1));
        Workspace.AssertError(await workspace.RunAsync("versions", "--on", "1 December"), 2);
    }

    [Fact]
    public async Task A_file_of_the_repository_answers_as_it_is()
    {
        using var workspace = await Workspace.CreateAsync(istio: "    knowledge: istio/versions.json");
        await workspace.RenderAsync("1.29.6");
        Workspace.AssertError(await workspace.RunAsync("versions"), 2);
        using var other = await Workspace.CreateAsync();
        var printed = (await other.RunAsync("versions", "--print-knowledge")).Output;
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Vectors.Root, "src/Meshlift.Core/Knowledge/versions.json")), printed);
        workspace.Write("istio/versions.json", printed.Replace("\"asOf\": \"2026-10-01\"", "\"asOf\": \"2026-11-19\"", StringComparison.Ordinal).Replace("1.29.0 to 1.29.6", "1.29.0 to 1.29.5", StringComparison.Ordinal));
        var outcome = await workspace.RunAsync("versions", "--on", "2026-11-20");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains("known as of 2026-11-19, from the file of spec.istio.knowledge", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("1.29.6 in testing/1-29-6\n  exposed", outcome.Output, StringComparison.Ordinal);
        Workspace.AssertError(await workspace.RunAsync("versions", "--update"), 2);
        workspace.Write("istio/versions.json", printed.Replace("2026-10-01", "2026-09-01", StringComparison.Ordinal));
        Assert.Contains("istio/versions.json is of 2026-09-01, older than what is built in", (await workspace.RunAsync("versions", "--on", "2026-11-20")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_update_fetches_answers_from_then_on()
    {
        using var cache = new TempFolder();
        var text = (await File.ReadAllTextAsync(Path.Combine(Vectors.Root, "src/Meshlift.Core/Knowledge/versions.json"))).Replace("\"asOf\": \"2026-10-01\"", "\"asOf\": \"2026-11-01\"", StringComparison.Ordinal);
        Workspace workspace;
        await using (var server = await LoopbackServer.StartAsync(app => app.MapGet("/versions.json", () => Results.Text(text, "application/json"))))
        {
            workspace = await Workspace.CreateAsync(istio: $"    knowledge: {server.Address}versions.json");
            var updated = await RunAsync(workspace, cache, "versions", "--update", "--on", "2026-11-20");
            Assert.Equal((0, "fetched the knowledge of 2026-11-01; before, it was of 2026-10-01\n"), (updated.Code, updated.Error));
        }
        using (workspace)
        {
            var later = await RunAsync(workspace, cache, "versions", "--on", "2026-11-20");
            Assert.Equal((0, ""), (later.Code, later.Error));
            Assert.Contains("known as of 2026-11-01, fetched on ", later.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Images_on_a_host_that_is_switched_off_are_told()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Replace("vendor/1.30.3/all.yaml", "registry.example.com/istio/pilot", "registry.istio.io/release/pilot");
        await workspace.CommitAllAsync("Take the image from Istio");
        await workspace.RenderAsync("1.30.3");
        Assert.Contains("\n  registry.istio.io is switched off in December 2026; docker.io/istio has the same\n", (await workspace.RunAsync("versions")).Output, StringComparison.Ordinal);
    }

    private static Task<Outcome> RunAsync(Workspace workspace, TempFolder cache, params string[] arguments) =>
        MeshliftProcess.RunAsync(workspace.Root, [.. arguments, "--config", workspace.Config], [("XDG_CACHE_HOME", cache.Path)]);

    private static async Task<JsonElement> JsonAsync(Workspace workspace, params string[] arguments)
    {
        var outcome = await workspace.RunAsync(arguments);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        using var document = JsonDocument.Parse(outcome.Output);
        Assert.Empty(new JsonSchemaValidator(Schema).Validate(YamlReader.Read(Encoding.UTF8.GetBytes(outcome.Output))!));
        return document.RootElement.Clone();
    }
}
