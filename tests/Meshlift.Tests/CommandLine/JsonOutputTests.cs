using System.Text.Json;
using Meshlift.Simulator.Releases;

namespace Meshlift.Tests.CommandLine;

/// <summary>The JSON of <c>render</c>: alone on standard output, as <c>schemas/render.schema.json</c> says, and true.</summary>
public sealed class JsonOutputTests
{
    [Fact]
    public async Task Every_kind_of_run_prints_what_the_schema_says()
    {
        using var workspace = await SampleAsync();
        var (plan, written, again) = (await JsonAsync(workspace, "--dry-run"), await JsonAsync(workspace), await JsonAsync(workspace));
        Assert.Equal(plan.GetRawText(), written.GetRawText());
        Assert.All(again.GetProperty("files").EnumerateArray(), file => Assert.Equal("unchanged", file.GetProperty("change").GetString()));
        await JsonAsync(workspace, "--all-clusters");
        await JsonAsync(workspace, "--activate", "all");
        await JsonAsync(workspace, "--until", "resolve");
        await JsonAsync(workspace, "--until", "mutate", "--to", workspace["../out"]);
        Assert.True((await JsonAsync(workspace, "--commit")).TryGetProperty("commit", out _));
    }

    [Fact]
    public async Task It_says_of_every_file_what_happened_to_it()
    {
        using var workspace = await Workspace.CreateAsync();
        var none = Contents(workspace);
        AssertTrue(await JsonAsync(workspace), none, Contents(workspace));
        var before = Contents(workspace);
        workspace.Replace("vendor/1.30.3/all.yaml", "replicas: 1", "replicas: 2");
        workspace.Replace("vendor/1.30.3/all.yaml", "kind: ConfigMap", "kind: Secret");
        AssertTrue(await JsonAsync(workspace), before, Contents(workspace));
    }

    [Fact]
    public async Task A_file_is_told_with_its_resource_and_class()
    {
        using var workspace = await Workspace.CreateAsync();
        var files = (await JsonAsync(workspace)).GetProperty("files").EnumerateArray().ToDictionary(file => file.GetProperty("path").GetString()!, StringComparer.Ordinal);
        var deployment = files["clusters/testing/istio-system/1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml"];
        Assert.Equal(("apps", "Deployment", "istio-system", "istiod-1-30-3", "per-revision", "testing"), (
            deployment.GetProperty("resource").GetProperty("group").GetString(), deployment.GetProperty("resource").GetProperty("kind").GetString(),
            deployment.GetProperty("resource").GetProperty("namespace").GetString(), deployment.GetProperty("resource").GetProperty("name").GetString(),
            deployment.GetProperty("class").GetString(), deployment.GetProperty("cluster").GetString()));
        Assert.Equal("crd", files["clusters/testing/istio-system/common/customresourcedefinition/virtualservices.networking.istio.io.yaml"].GetProperty("class").GetString());
        Assert.Equal(JsonValueKind.Null, files["meshlift.lock.yaml"].GetProperty("resource").ValueKind);
        Assert.Equal(JsonValueKind.Null, files["meshlift.lock.yaml"].GetProperty("cluster").ValueKind);
    }

    [Fact]
    public async Task The_commit_is_that_of_the_branch_and_absent_when_there_is_none()
    {
        using var workspace = await Workspace.CreateAsync();
        var committed = await JsonAsync(workspace, "--commit");
        Assert.Equal(await workspace.GitAsync("rev-parse", committed.GetProperty("branch").GetString()!), committed.GetProperty("commit").GetString());
        await workspace.GitAsync("merge", "-q", "--ff-only", committed.GetProperty("branch").GetString()!);
        Assert.False((await JsonAsync(workspace, "--commit")).TryGetProperty("commit", out _));
    }

    [Fact]
    public async Task What_was_pushed_is_told_with_the_remote()
    {
        using var workspace = await Workspace.CreateAsync();
        using var forge = new TempFolder();
        await workspace.GitAsync("init", "-q", "--bare", forge["forge.git"]);
        await workspace.GitAsync("remote", "add", "forge", forge["forge.git"]);
        var pushed = await JsonAsync(workspace, "--push");
        Assert.Equal("forge", pushed.GetProperty("remote").GetString());
        Assert.StartsWith(pushed.GetProperty("commit").GetString()!, await workspace.GitAsync("ls-remote", "forge", "meshlift/*"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patches_are_told_with_where_they_applied()
    {
        using var workspace = await SampleAsync();
        workspace.Write("istio/patches/level.patch", """
            --- a/generated/deployment/istio-system/istiod-${revision}.yaml
            +++ b/generated/deployment/istio-system/istiod-${revision}.yaml
            @@ -41,7 +41,7 @@
                   - args:
                     - discovery
                     - --monitoringAddr=:15014
            -        - --log_output_level=default:info
            +        - --log_output_level=default:warn
                     - --domain
                     - cluster.local
                     - --keepaliveMaxServerConnectionAge

            """);
        var patch = Assert.Single((await JsonAsync(workspace)).GetProperty("patches").EnumerateArray());
        Assert.Equal(("istio/patches/level.patch", "testing", "applied-with-offset"), (patch.GetProperty("path").GetString(), patch.GetProperty("cluster").GetString(), patch.GetProperty("outcome").GetString()));
        Assert.Equal("generated/deployment/istio-system/istiod-1-30-3.yaml", Assert.Single(patch.GetProperty("files").EnumerateArray()).GetString());
    }

    private static async Task<Workspace> SampleAsync()
    {
        var workspace = await Workspace.CreateAsync();
        workspace.Write("vendor/1.30.3/all.yaml", SampleRelease.Render("1.30.3", "1-30-3"));
        workspace.Replace("meshlift.yaml", "  environments:", "  clean:\n    - { kind: EnvoyFilter, proxyVersion: other }\n  mutate:\n    - registry: { from: docker.io/istio, to: registry.example.com/istio }\n  environments:");
        await workspace.CommitAllAsync("Render a whole release");
        return workspace;
    }

    private static async Task<JsonElement> JsonAsync(Workspace workspace, params string[] arguments)
    {
        var output = await workspace.RenderAsync(["1.30.3", "--output", "json", .. arguments]);
        return PublishedSchema.AssertFits("render", output);
    }

    private static void AssertTrue(JsonElement result, Dictionary<string, string> before, Dictionary<string, string> after)
    {
        var told = result.GetProperty("files").EnumerateArray().ToDictionary(file => file.GetProperty("path").GetString()!, file => file.GetProperty("change").GetString()!, StringComparer.Ordinal);
        var seen = before.Keys.Union(after.Keys, StringComparer.Ordinal).Where(path => told.ContainsKey(path) || before.GetValueOrDefault(path) != after.GetValueOrDefault(path)).ToDictionary(path => path, path =>
            !before.TryGetValue(path, out var old) ? "added" : !after.TryGetValue(path, out var now) ? "removed" : old == now ? "unchanged" : "changed", StringComparer.Ordinal);
        Assert.Equal(seen.OrderBy(file => file.Key, StringComparer.Ordinal), told.OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    /// <summary>The files outside of <c>vendor/</c>, which the test itself changes.</summary>
    private static Dictionary<string, string> Contents(Workspace workspace) => workspace.Files().Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ')).Where(parts => !parts[0].StartsWith("vendor/", StringComparison.Ordinal)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
}
