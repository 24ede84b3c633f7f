using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Tests.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Tests.CommandLine;

public sealed class VersionsTests
{
    private static readonly JsonObject Schema = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Vectors.Root, "schemas/versions.schema.json")))!;

    [Fact]
    public async Task Published_wanted_and_installed_versions_are_listed()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.29.6", "--all-clusters");
        var outcome = await workspace.RunAsync("versions");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var lines = outcome.Output.TrimEnd('\n').Split('\n');
        Assert.StartsWith("VERSION  RANGE   IN GIT", lines[0], StringComparison.Ordinal);
        Assert.Matches("^1\\.30\\.3   newest  -  +\\S.*1\\.32-1\\.36$", lines[1]);
        Assert.Matches("^1\\.29\\.6   -       testing/1-29-6, eu/1-29-6, us/1-29-6  +\\S.*1\\.31-1\\.35$", lines[2]);
        Assert.Equal("published at vendor/${version}/all.yaml; range 1.30.*; support and Kubernetes as of 2026-10-01", lines[3]);
    }

    [Fact]
    public async Task The_json_is_what_the_schema_says()
    {
        using var workspace = await Workspace.CreateAsync(istio: "    never: [\"1.30.4\"]");
        await workspace.RenderAsync("1.29.6");
        var json = await JsonAsync(workspace, "versions", "~1.29", "--all", "--output", "json");
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
        var outcome = await workspace.RunAsync("versions");
        Assert.Equal(3, outcome.Code);
        Assert.Contains("1.30.3   in range  testing/1-30-3", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"not listed: {server.Address}releases", outcome.Output, StringComparison.Ordinal);
        Assert.StartsWith($"error: {server.Address}releases/ is not there (404)", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_that_cannot_be_listed_is_no_failure()
    {
        using var workspace = await Workspace.CreateAsync(manifests: "https://example.com/${version}.yaml");
        var json = await JsonAsync(workspace, "versions", "--output", "json");
        Assert.Equal((false, JsonValueKind.Null), (json.GetProperty("listed").GetBoolean(), json.GetProperty("newest").ValueKind));
    }

    private static async Task<JsonElement> JsonAsync(Workspace workspace, params string[] arguments)
    {
        var outcome = await workspace.RunAsync(arguments);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        using var document = JsonDocument.Parse(outcome.Output);
        Assert.Empty(new JsonSchemaValidator(Schema).Validate(YamlReader.Read(Encoding.UTF8.GetBytes(outcome.Output))!));
        return document.RootElement.Clone();
    }
}
