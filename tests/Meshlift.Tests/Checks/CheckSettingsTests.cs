using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Checks;

public sealed class CheckSettingsTests
{
    private const string Workload = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop }\nspec: { template: { spec: { containers: [{ name: web, image: web }] } } }\n";

    [Fact]
    public async Task The_last_setting_that_matches_a_file_counts_and_what_is_off_is_said()
    {
        using var workspace = await MeshAsync("""
            rules:
                - { rule: image_names, severity: error }
                - { rule: ML3006, paths: [apps/], severity: off, reason: they move in May }
                - { rule: memory, paths: [apps/new.yaml], severity: warning }
            """);
        workspace.Write("apps/old.yaml", Workload);
        workspace.Write("apps/new.yaml", Workload.Replace("name: web,", "name: new,", StringComparison.Ordinal));
        var outcome = await workspace.RunAsync("check", workspace["apps"]);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("memory... Warn: 1 finding; off in 1 file: they move in May\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("apps/new.yaml:4:50  warning ML3006", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("image_names... Fail: 2 findings\n", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("3 findings, 1 switched off\n", outcome.Output, StringComparison.Ordinal);
        var old = await workspace.RunAsync("check", workspace["apps/old.yaml"]);
        Assert.Contains("memory... Off: in 1 file: they move in May\n", old.Output, StringComparison.Ordinal);
        var json = PublishedSchema.AssertFits("check", (await workspace.RunAsync("check", workspace["apps/old.yaml"], "-o", "json")).Output);
        Assert.Equal("off", json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == "memory").GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_setting_reaches_no_file_outside_of_the_configurations_folder()
    {
        using var workspace = await MeshAsync("rules: [{ rule: memory, severity: off, reason: none }]");
        using var elsewhere = new TempFolder();
        Assert.Contains("memory... Warn: 1 finding\n", (await workspace.RunAsync("check", elsewhere.Write("web.yaml", Workload))).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rules: [{ rule: memry, severity: error }]", "there is no check 'memry'; did you mean 'memory'?")]
    [InlineData("rules: [{ rule: memory, severity: off }]", "to switch 'memory' off needs a reason")]
    [InlineData("rules: [{ rule: memory, severity: none }]", "must be error, warning or off")]
    [InlineData("rules: [{ rule: memory, severity: error, path: [a] }]", "unknown key 'path'")]
    [InlineData("rules: [{ rule: memory, severity: error, paths: [../a] }]", "leads out of the repository")]
    [InlineData("functions: [{ name: memory, exec: x }]", "is a check of Meshlift's own")]
    [InlineData("functions: [{ name: a, exec: x }, { name: a, exec: y }]", "each must be unique")]
    [InlineData("functions: [{ name: a, exec: x, config: 1 }]", "a function is configured by a Kubernetes object")]
    [InlineData("kubernetes: { version: 1.33, openapi: 'https://example.com/swagger.json' }", "write \"1.33\"")]
    [InlineData("kubernetes: { openapi: 'https://example.com/swagger.json' }", "is the same for every version")]
    [InlineData("kubernetes: { version: '2.33' }", "is not a release of Kubernetes")]
    public async Task A_mistake_in_the_settings_is_told_with_its_line(string checks, string message)
    {
        using var workspace = await MeshAsync(checks);
        var outcome = await workspace.RunAsync("check");
        Assert.Equal(2, outcome.Code);
        Assert.Matches(@"meshlift\.yaml:[0-9]+:[0-9]+: ", outcome.Error);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    private static async Task<Workspace> MeshAsync(string checks)
    {
        var workspace = await Workspace.CreateAsync();
        workspace.Write("meshlift.yaml", Workspace.Mesh() + $"  checks:\n    {checks}\n");
        return workspace;
    }
}
