namespace Meshlift.Tests.CommandLine;

/// <summary>A configuration that is missing or wrong.</summary>
public sealed class ConfigurationInputTests
{
    [Fact]
    public async Task A_missing_configuration_and_a_folder_in_its_place_are_told()
    {
        using var workspace = await Workspace.CreateAsync();
        File.Delete(workspace.Config);
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.StartsWith("error: there is no meshlift.yaml\n  help: run meshlift in the folder of your meshlift.yaml, or name it with --config", error, StringComparison.Ordinal);
        Directory.CreateDirectory(workspace.Config);
        error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.StartsWith("error: meshlift.yaml is a folder\n  help: name the file in it: --config meshlift.yaml/meshlift.yaml", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once_in_the_order_of_the_file()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Replace("meshlift.yaml", "renderer:", "rendrer:");
        workspace.Replace("meshlift.yaml", "layout:", "layuot:");
        workspace.Replace("meshlift.yaml", "name: eu, path: clusters/eu", "name: eu, path: ../eu");
        var error = await workspace.RefuseAsync(2, "1.30.3");
        var lines = error.Split('\n');
        Assert.StartsWith("error: meshlift.yaml:7:5: unknown key 'rendrer' in spec.istio; did you mean 'renderer'?", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("error: meshlift.yaml:10:3: unknown key 'layuot' in spec; did you mean 'layout'?", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("error: meshlift.yaml:15:36: ", lines[2], StringComparison.Ordinal);
        Assert.Equal("  help: correct these 3 places; all keys are explained in docs/configuration.md", lines[3]);
    }

    [Theory]
    [InlineData("kind: Mesh", "kind: Mesh\nkind: Mesh", ":3:1: the key 'kind' stands twice, first at 2:1")]
    [InlineData("layout: { engine: flux }", "layout: { engine: flux", ":10:11: ")]
    [InlineData("layout: { engine: flux }", "layout: { engine: argocd }", ":10:")]
    [InlineData("renderer: manifests", "renderer: manifests\n    operator: istio/istio.operator.yaml", ":8:")]
    [InlineData("name: us, path: clusters/us", "name: eu, path: clusters/us", ":15:")]
    public async Task A_mistake_is_told_with_its_place(string right, string wrong, string place)
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Replace("meshlift.yaml", right, wrong);
        Assert.StartsWith($"error: meshlift.yaml{place}", await workspace.RefuseAsync(2, "1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clusters_and_environments_that_are_not_there_are_told_with_those_that_are()
    {
        using var workspace = await Workspace.CreateAsync();
        Assert.Equal("error: there is no cluster 'mars'\n  help: the clusters are testing, eu, us\n", await workspace.RefuseAsync(2, "1.30.3", "--cluster", "eu", "--cluster", "mars"));
        Assert.Equal("error: there is no environment 'mars'\n  help: the environments are testing, production\n", await workspace.RefuseAsync(2, "1.30.3", "--environment", "mars"));
        Assert.Contains("patches may differ between eu, us\n  help: choose one with --cluster", await workspace.RefuseAsync(2, "1.30.3", "--environment", "production", "--until", "patch", "--to", workspace["out"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_in_an_address_is_refused_and_not_repeated()
    {
        using var workspace = await Workspace.CreateAsync(manifests: "https://ann:s3cret@example.com/${version}.yaml");
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.Contains("meshlift.yaml:8:16: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
        Assert.DoesNotContain("ann", error, StringComparison.Ordinal);
    }
}
