namespace Meshlift.Tests.CommandLine;

/// <summary>Patches that do not apply, are broken, or do what a patch may not do.</summary>
public sealed class PatchInputTests
{
    private const string Deployment = "generated/deployment/istio-system/istiod-1-30-3.yaml";

    [Fact]
    public async Task A_patch_that_does_not_apply_is_told_with_hunk_file_and_what_stands_there()
    {
        using var workspace = await Workspace.CreateAsync();
        Patch(workspace, "10-level.patch", Deployment, 14, "      - args:", "-        - discover", "+        - discovery2", "         - --log_output_level=default:info");
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.StartsWith("error: istio/patches/10-level.patch:", error, StringComparison.Ordinal);
        Assert.Contains("hunk 1", error, StringComparison.Ordinal);
        Assert.Contains(Deployment, error, StringComparison.Ordinal);
        Assert.Contains("- --log_output_level=default:info", error, StringComparison.Ordinal);
        Assert.Contains("nothing was written", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_patches_that_do_not_apply_are_told_at_once()
    {
        using var workspace = await Workspace.CreateAsync();
        Patch(workspace, "10-a.patch", Deployment, 14, "-        - nothing like it");
        Patch(workspace, "20-b.patch", "generated/deployment/istio-system/gone.yaml", 1, "-a: 1", "+a: 2");
        workspace.Write("clusters/testing/istio-system/1-30-3/30-c.patch", Text(Deployment, 1, "-kind: Nothing", "+kind: Deployment"));
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.Contains("error: istio/patches/10-a.patch:", error, StringComparison.Ordinal);
        Assert.Contains("error: istio/patches/20-b.patch:1: generated/deployment/istio-system/gone.yaml", error, StringComparison.Ordinal);
        Assert.Contains("the file is not there", error, StringComparison.Ordinal);
        Assert.Contains("error: clusters/testing/istio-system/1-30-3/30-c.patch:", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello\n", "istio/patches/x.patch holds no change", "remove the file")]
    [InlineData("--- a/generated/a.yaml\n+++ b/generated/a.yaml\n@@ -1,9 +1,9 @@\n a\n", "istio/patches/x.patch:4: the patch ends in the middle of the hunk of line 3", "git diff")]
    [InlineData("@@ -1 +1 @@\n-a\n+b\n", "istio/patches/x.patch:1: a hunk stands here without", "git diff")]
    [InlineData("--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -0,0 +1 @@\n+a\n", "'../../etc/passwd' leaves the folder", "nothing else")]
    [InlineData("--- /dev/null\n+++ b//tmp/x\n@@ -0,0 +1 @@\n+a\n", "'/tmp/x' is an absolute path", "nothing else")]
    [InlineData("--- /dev/null\n+++ b/.git/hooks/post-commit\n@@ -0,0 +1 @@\n+a\n", "reaches into Git's own files", "nothing else")]
    [InlineData("diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n", "'x' is a symbolic link", "nothing else")]
    public async Task A_patch_that_is_broken_or_leaves_its_folder_is_refused(string patch, string message, string remedy)
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("istio/patches/x.patch", patch);
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains("istio/patches/x.patch", error, StringComparison.Ordinal);
        Assert.Contains(remedy, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patch_cannot_rename_a_resource()
    {
        using var workspace = await Workspace.CreateAsync();
        Patch(workspace, "x.patch", Deployment, 5, "     istio.io/rev: 1-30-3", "-  name: istiod-1-30-3", "+  name: pilot-1-30-3", "   namespace: istio-system");
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.StartsWith($"error: istio/patches/x.patch: {Deployment} holds Deployment istio-system/pilot-1-30-3 after the patches, not Deployment istio-system/istiod-1-30-3\n", error, StringComparison.Ordinal);
        Assert.Contains("a patch cannot rename a resource", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patch_cannot_leave_what_is_no_yaml()
    {
        using var workspace = await Workspace.CreateAsync();
        Patch(workspace, "x.patch", Deployment, 5, "     istio.io/rev: 1-30-3", "-  name: istiod-1-30-3", "+  name: [", "   namespace: istio-system");
        Assert.StartsWith($"error: istio/patches/x.patch: {Deployment} (patched):", await workspace.RefuseAsync(2, "1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patch_cannot_put_caBundle_back()
    {
        using var workspace = await Workspace.CreateAsync();
        Patch(workspace, "x.patch", "generated/mutatingwebhookconfiguration/istio-sidecar-injector-1-30-3.yaml", 7, " webhooks:", " - clientConfig:", "+    caBundle: Zm9v", "     service:");
        var error = await workspace.RefuseAsync(4, "1.30.3");
        Assert.StartsWith("error: istio/patches/x.patch sets what istiod sets at run time\n  MutatingWebhookConfiguration istio-sidecar-injector-1-30-3: webhooks[0].clientConfig.caBundle\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mutation_cannot_put_caBundle_back()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Replace("meshlift.yaml", "  environments:", "  mutate:\n    - set: { target: { kind: MutatingWebhookConfiguration }, path: \"webhooks[0].clientConfig.caBundle\", value: Zm9v }\n  environments:");
        Assert.StartsWith("error: spec.mutate sets what istiod sets at run time\n", await workspace.RefuseAsync(4, "1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patches_that_cannot_be_read_are_not_passed_over()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("istio/patches", "not a folder\n");
        Assert.StartsWith("error: istio/patches is not a folder\n", await workspace.RefuseAsync(2, "1.30.3"), StringComparison.Ordinal);
        File.Delete(workspace["istio/patches"]);
        File.CreateSymbolicLink(workspace["istio/patches"], "/nowhere");
        Assert.StartsWith("error: istio/patches is not a folder\n", await workspace.RefuseAsync(2, "1.30.3"), StringComparison.Ordinal);
    }

    private static void Patch(Workspace workspace, string name, string file, int line, params string[] lines) => workspace.Write($"istio/patches/{name}", Text(file, line, lines));

    private static string Text(string file, int line, params string[] lines) =>
        $"--- a/{file}\n+++ b/{file}\n@@ -{line},{lines.Count(one => one[0] != '+')} +{line},{lines.Count(one => one[0] != '-')} @@\n{string.Join('\n', lines)}\n";
}
