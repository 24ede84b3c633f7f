using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Istioctl;

namespace Meshlift.Tests.Renderers;

/// <summary><c>render --commit</c> with the renderer <c>istioctl</c>: the input is that of the commit, the program that of the checkout.</summary>
public sealed class CommittedRenderingTests
{
    [Fact]
    public async Task The_program_may_be_one_that_git_ignores()
    {
        using var workspace = await CreateAsync();
        var outcome = await workspace.RunAsync("render", "1.30.3", "--commit");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains("committed to the new branch", outcome.Output, StringComparison.Ordinal);
        var branch = (await workspace.GitAsync("branch", "--list", "meshlift/*", "--format=%(refname:short)")).Trim();
        Assert.Equal("tag: 1.30.3", (await workspace.GitAsync("show", $"{branch}:clusters/testing/istio-system/1-30-3/istio.operator.yaml")).Split('\n')[^1].Trim());
    }

    [Fact]
    public async Task An_operator_file_that_git_does_not_have_yet_is_told()
    {
        using var workspace = await CreateAsync();
        workspace.Write("large.yaml", "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\n");
        workspace.Replace("meshlift.yaml", "operator: op.yaml", "operator: large.yaml");
        await workspace.GitAsync("commit", "-q", "-m", "Take another file", "meshlift.yaml");
        var error = await workspace.RefuseAsync(2, "1.30.3", "--commit");
        Assert.StartsWith("error: large.yaml is not committed yet\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_of_the_operator_file_that_is_not_committed_is_a_finding()
    {
        using var workspace = await CreateAsync();
        workspace.Replace("op.yaml", "tag:", "hub: registry.example.com\n  tag:");
        var outcome = await workspace.RunAsync("render", "1.30.3", "--commit");
        Assert.Contains("ML1010  op.yaml", outcome.Output, StringComparison.Ordinal);
    }

    private static async Task<Workspace> CreateAsync()
    {
        var workspace = await Workspace.CreateAsync();
        Directory.CreateDirectory(workspace["tools/seen"]);
        workspace.Write("tools/istioctl-1.30.3", RecordingIstioctl.Text(workspace["tools/seen"], "1.30.3"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(workspace["tools/istioctl-1.30.3"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        workspace.Write(".gitignore", "/tools/\n");
        workspace.Write("op.yaml", "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  tag: ${version}\n");
        workspace.Replace("meshlift.yaml", "renderer: manifests\n    manifests: vendor/${version}/all.yaml", "operator: op.yaml\n    istioctl: tools/istioctl-${version}");
        await workspace.CommitAllAsync("Render with istioctl");
        return workspace;
    }
}
