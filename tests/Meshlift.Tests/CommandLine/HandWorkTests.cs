using System.Text.Json;

namespace Meshlift.Tests.CommandLine;

/// <summary>What people did in the folders of clusters: kept, or refused, never lost.</summary>
public sealed class HandWorkTests
{
    private const string Folder = "clusters/testing/istio-system";
    private const string Deployment = $"{Folder}/1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml";

    [Fact]
    public async Task A_generated_file_that_was_edited_is_not_overwritten_unless_told_to()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3");
        var rendered = workspace.Files();
        workspace.Replace(Deployment, "replicas: 1", "replicas: 3");
        workspace.Replace("vendor/1.30.3/all.yaml", "replicas: 1", "replicas: 2");
        var error = await workspace.RefuseAsync(4, "1.30.3");
        Assert.StartsWith($"error: generated files were edited by hand\n  {Deployment}\n  help: keep the edit as a patch", error, StringComparison.Ordinal);
        Assert.Contains("--overwrite", error, StringComparison.Ordinal);
        workspace.Replace("vendor/1.30.3/all.yaml", "replicas: 2", "replicas: 1");
        await workspace.RefuseAsync(4, "1.30.3");
        Assert.Contains($"~ 1-30-3/generated/deployment", await workspace.RenderAsync("1.30.3", "--overwrite"), StringComparison.Ordinal);
        Assert.Equal(rendered, workspace.Files());
    }

    [Fact]
    public async Task A_generated_file_that_was_deleted_comes_back()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3");
        var rendered = workspace.Files();
        File.Delete(workspace[Deployment]);
        Assert.Contains("1 added", await workspace.RenderAsync("1.30.3"), StringComparison.Ordinal);
        Assert.Equal(rendered, workspace.Files());
    }

    [Fact]
    public async Task A_file_of_somebody_where_one_would_be_generated_is_not_overwritten()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write(Deployment, "mine: true\n");
        var error = await workspace.RefuseAsync(4, "1.30.3");
        Assert.StartsWith($"error: files that Meshlift did not write stand where it would write\n  {Deployment}\n  help: move them away", error, StringComparison.Ordinal);
        await workspace.RefuseAsync(4, "1.30.3", "--overwrite");
    }

    [Fact]
    public async Task Files_beside_the_generated_ones_stay_and_are_listed()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3");
        const string Ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: shop, namespace: istio-system }\n";
        workspace.Write($"{Folder}/1-30-3/ingress.yaml", Ingress);
        workspace.Write($"{Folder}/1-30-3/values.yaml", "pilot: {}\n");
        var output = await workspace.RenderAsync("1.30.3");
        Assert.Contains("~ 1-30-3/kustomization.yaml", output, StringComparison.Ordinal);
        Assert.Contains("- generated\n- ingress.yaml\n", File.ReadAllText(workspace[$"{Folder}/1-30-3/kustomization.yaml"]), StringComparison.Ordinal);
        Assert.DoesNotContain("values.yaml", File.ReadAllText(workspace[$"{Folder}/1-30-3/kustomization.yaml"]), StringComparison.Ordinal);
        Assert.Equal(Ingress, File.ReadAllText(workspace[$"{Folder}/1-30-3/ingress.yaml"]));
        Assert.Contains("nothing changes", await workspace.RenderAsync("1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kustomization_of_ones_own_stays_and_is_named()
    {
        using var workspace = await Workspace.CreateAsync();
        const string Own = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [generated, ../extra]\n";
        workspace.Write($"{Folder}/1-30-3/kustomization.yaml", Own);
        var output = JsonDocument.Parse(await workspace.RenderAsync("1.30.3", "--output", "json"));
        var finding = Assert.Single(output.RootElement.GetProperty("findings").EnumerateArray(), one => one.GetProperty("code").GetString() == "ML1009");
        Assert.Equal("1-30-3/kustomization.yaml", finding.GetProperty("subject").GetString());
        Assert.Equal(Own, File.ReadAllText(workspace[$"{Folder}/1-30-3/kustomization.yaml"]));
        Assert.DoesNotContain(output.RootElement.GetProperty("files").EnumerateArray(), file => file.GetProperty("path").GetString()!.EndsWith("1-30-3/kustomization.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_object_of_ones_own_that_is_also_rendered_is_refused_with_both_files()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write($"{Folder}/common/istiod-svc.yaml", "apiVersion: v1\nkind: Service\nmetadata: { name: istiod, namespace: istio-system }\n");
        var error = await workspace.RefuseAsync(4, "1.30.3");
        Assert.StartsWith($"error: these objects would be applied twice\n  Service istio-system/istiod in {Folder}/active/service/istio-system/istiod.yaml and {Folder}/common/istiod-svc.yaml\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_recorded_but_gone_is_an_error_finding_and_exit_code_1()
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3");
        await workspace.RenderAsync("1.29.6");
        const string Account = "common/serviceaccount/istio-system/istio-reader-service-account.yaml";
        File.Delete(workspace[$"{Folder}/{Account}"]);
        var outcome = await workspace.RunAsync("render", "1.29.6");
        Assert.Equal((1, ""), (outcome.Code, outcome.Error));
        Assert.Contains($"error ML1011  {Account}: ServiceAccount istio-system/istio-reader-service-account is recorded but its file is missing; render 1.30.3 again to restore it", outcome.Output, StringComparison.Ordinal);
        await workspace.RenderAsync("1.30.3");
        await workspace.RenderAsync("1.29.6");
    }

    [Theory]
    [InlineData("inventory.yaml")]
    [InlineData("1-30-3/inventory.yaml")]
    [InlineData("../../../meshlift.lock.yaml")]
    public async Task A_damaged_record_is_refused_with_its_place(string record)
    {
        using var workspace = await Workspace.CreateAsync();
        await workspace.RenderAsync("1.30.3");
        var path = Path.GetRelativePath(workspace.Root, Path.GetFullPath(workspace[$"{Folder}/{record}"]));
        var good = File.ReadAllText(workspace[path]);
        var damages = new List<(string Text, string Message)>
        {
            ("", "1:1: the record is damaged: "),
            ("- a\n", "1:1: the record is damaged: "),
            ("<<<<<<< HEAD\n" + good, ""),
            (good[..(good.Length / 2)], ""),
            (good.Replace("\nspec:\n", "\nspek:\n", StringComparison.Ordinal), "1:1: the record is damaged: it has no spec"),
            (good + good, ""),
        };
        if (record.EndsWith("inventory.yaml", StringComparison.Ordinal))
            damages.Add((good.Replace("path: ", "path: ../../", StringComparison.Ordinal), "leaves the folder"));
        foreach (var (text, message) in damages)
        {
            workspace.Write(path, text);
            var error = await workspace.RefuseAsync(2, "1.30.3");
            Assert.Matches($"^error: {path}:[0-9]+:[0-9]+: ", error);
            Assert.Contains(message, error, StringComparison.Ordinal);
            Assert.Contains("git checkout -- ", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_link_to_elsewhere_among_the_folders_is_not_followed()
    {
        using var workspace = await Workspace.CreateAsync();
        Directory.CreateDirectory(workspace["elsewhere"]);
        Directory.CreateDirectory(workspace[Folder]);
        Directory.CreateSymbolicLink(workspace[$"{Folder}/1-30-3"], workspace["elsewhere"]);
        var error = await workspace.RefuseAsync(4, "1.30.3");
        Assert.StartsWith($"error: {Folder}/1-30-3 is a link to elsewhere, and generated files are to stand in it; nothing was changed\n", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(workspace["elsewhere"]));
    }

    [Fact]
    public async Task A_folder_where_a_file_goes_and_a_file_where_a_folder_goes_are_told()
    {
        using var workspace = await Workspace.CreateAsync();
        Directory.CreateDirectory(workspace[$"{Folder}/inventory.yaml"]);
        Assert.StartsWith($"error: {Folder}/inventory.yaml is a folder, and a generated file is to stand there; nothing was changed\n", await workspace.RefuseAsync(4, "1.30.3"), StringComparison.Ordinal);
        Directory.Delete(workspace[$"{Folder}/inventory.yaml"]);
        workspace.Write($"{Folder}/1-30-3", "mine\n");
        Assert.StartsWith($"error: {Folder}/1-30-3 is a file, and a generated folder is to stand there; nothing was changed\n", await workspace.RefuseAsync(4, "1.30.3"), StringComparison.Ordinal);
        File.Delete(workspace[$"{Folder}/1-30-3"]);
        Directory.Delete(workspace["clusters/testing"], recursive: true);
        workspace.Write("clusters/testing", "mine\n");
        Assert.StartsWith("error: clusters/testing is a file, and a generated folder is to stand there; nothing was changed\n", await workspace.RefuseAsync(4, "1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_cluster_that_cannot_be_written_to_keeps_all_as_they_are()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("clusters/us", "mine\n");
        await workspace.RefuseAsync(4, "1.30.3", "--all-clusters");
        Assert.False(Directory.Exists(workspace["clusters/testing"]));
    }
}
