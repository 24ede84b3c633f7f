using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Patching;

/// <summary>What <c>patch check</c>, <c>patch list</c> and <c>render</c> say of patches.</summary>
public sealed class PatchCheckTests
{
    private const string Mesh = "clusters/testing/istio-system";
    private const string Deployment = "generated/deployment/istio-system/istiod-${revision}.yaml";
    private const string Settings = "generated/configmap/istio-system/istio-${revision}.yaml";

    [Fact]
    public async Task Each_patch_is_put_into_its_class_and_the_others_are_tried_all_the_same()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("istio/patches/10-fits.patch", Patch(Deployment, 5, "     istio.io/rev: 1-30-3".Replace("1-30-3", "${revision}", StringComparison.Ordinal), "   name: istiod-${revision}", "   namespace: istio-system", " spec:", "-  replicas: 1", "+  replicas: 2", "   template:"));
        workspace.Write("istio/patches/20-moved.patch", Patch(Deployment, 30, "       - args:", "         - discovery", "-        - --log_output_level=default:info", "+        - --log_output_level=default:warn", "         image: registry.example.com/istio/pilot:${version}"));
        workspace.Write("istio/patches/30-there.patch", Patch(Settings, 8, " data:", "   mesh: |", "-    accessLogFile: /dev/stderr", "+    accessLogFile: /dev/stdout"));
        workspace.Write("istio/patches/40-gone.patch", Patch(Deployment, 13, "       - args:", "-        - discover", "+        - discovery2"));
        workspace.Write("istio/patches/50-broken.patch", "no patch\n");
        workspace.Write("istio/patches/60-comment.patch", Patch(Settings, 1, "-apiVersion: v1", "+apiVersion: v1 # core", " kind: ConfigMap"));
        workspace.Write($"{Mesh}/1-30-3/70-own.patch", Patch(Settings, 1, "-apiVersion: v1", "+apiVersion: v1", "+immutable: true", " kind: ConfigMap"));
        workspace.Write($"{Mesh}/1-29-6/80-other.patch", Patch(Settings, 1, "-apiVersion: v2"));
        var before = workspace.Snapshot();

        var outcome = await workspace.RunAsync("patch", "check", "1.30.3");
        Assert.Equal((1, ""), (outcome.Code, outcome.Error));
        Assert.Equal(before, workspace.Snapshot());
        Assert.Equal(
            $"""
            Istio 1.30.3 as revision 1-30-3, from vendor/1.30.3/all.yaml
            testing: {Mesh}
              applies                 istio/patches/10-fits.patch
              applies with an offset  istio/patches/20-moved.patch
                hunk 1 of generated/deployment/istio-system/istiod-1-30-3.yaml: -17 lines, at line 13
            """, string.Join('\n', outcome.Output.Split('\n')[..5]));
        foreach (var line in (string[])[
            "  needless                istio/patches/60-comment.patch",
            "    generated/configmap/istio-system/istio-1-30-3.yaml: only comments, quotes or the order of keys change, which generated files do not keep",
            "  no longer applies       istio/patches/40-gone.patch",
            "    istio/patches/40-gone.patch:3: hunk 1 of generated/deployment/istio-system/istiod-1-30-3.yaml does not fit: the lines it expects at line 13 come closest at line 13:",
            "        +         - discovery",
            "  no longer applies       istio/patches/50-broken.patch",
            "    istio/patches/50-broken.patch holds no change",
            $"  applies                 {Mesh}/1-30-3/70-own.patch",
        ])
            Assert.Contains(line, outcome.Output.Split('\n'));
        Assert.DoesNotContain("80-other", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_when_all_patches_simply_apply_is_nothing_found()
    {
        using var workspace = await Workspace.CreateAsync();
        var outcome = await workspace.RunAsync("patch", "check");
        Assert.Equal((0, $"Istio 1.30.3 as revision 1-30-3, from vendor/1.30.3/all.yaml\ntesting: {Mesh}\n  no patches\n", ""), (outcome.Code, outcome.Output, outcome.Error));
        workspace.Write("istio/patches/x.patch", Patch(Deployment, 13, "       - args:", "         - discovery", "-        - --log_output_level=default:info", "+        - --log_output_level=default:warn", "         image: registry.example.com/istio/pilot:${version}"));
        outcome = await workspace.RunAsync("patch", "check", "--all-clusters");
        Assert.Equal((0, 3), (outcome.Code, outcome.Output.Split('\n').Count(line => line == "  applies                 istio/patches/x.patch")));
        workspace.Write("istio/patches/x.patch", Patch(Deployment, 14, "       - args:", "         - discovery", "-        - --log_output_level=default:info", "+        - --log_output_level=default:warn", "         image: registry.example.com/istio/pilot:${version}"));
        Assert.Equal(1, (await workspace.RunAsync("patch", "check")).Code);
    }

    [Fact]
    public async Task Rendering_says_what_each_patch_is_and_stops_at_one_that_fails()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("istio/patches/10-needless.patch", Patch(Settings, 8, " data:", "   mesh: |", "-    accessLogFile: /dev/stderr", "+    accessLogFile: /dev/stdout"));
        workspace.Write("istio/patches/20-partly.patch",
            Patch(Settings, 8, " data:", "   mesh: |", "-    accessLogFile: /dev/stderr", "+    accessLogFile: /dev/stdout")
            + Patch(Deployment, 13, "       - args:", "         - discovery", "-        - --log_output_level=default:info", "+        - --log_output_level=default:warn", "         image: registry.example.com/istio/pilot:${version}"));
        var output = await workspace.RenderAsync("1.30.3");
        Assert.Contains("  patch    istio/patches/10-needless.patch: needless\n  patch    istio/patches/20-partly.patch: partly needless; the rest applies\n", output, StringComparison.Ordinal);
        Assert.Contains("  note ML1040  istio/patches/10-needless.patch: what this patch makes stands in the rendering without it; remove the patch", output, StringComparison.Ordinal);
        Assert.Contains("  note ML1041  istio/patches/20-partly.patch: a part of what this patch makes stands in the rendering without it, and only the rest was applied (hunk 1 of generated/configmap/istio-system/istio-1-30-3.yaml: what it makes stands at line 8 already)", output, StringComparison.Ordinal);
        Assert.Contains("default:warn", File.ReadAllText(workspace[$"{Mesh}/1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml"]), StringComparison.Ordinal);

        var json = PublishedSchema.AssertFits("render", await workspace.RenderAsync("1.30.3", "--output", "json"));
        Assert.Equal(["needless", "partly-needless"], json.GetProperty("patches").EnumerateArray().Select(patch => patch.GetProperty("outcome").GetString()!).ToArray());
        Assert.Equal(["ML1040", "ML1041"], json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()!).ToArray());

        workspace.Write("istio/patches/30-fails.patch", Patch(Settings, 8, " data:", "   mesh: |", "-    accessLogFile: /dev/null", "+    accessLogFile: /dev/full"));
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.StartsWith("error: istio/patches/30-fails.patch:3: hunk 1 of generated/configmap/istio-system/istio-1-30-3.yaml does not fit", error, StringComparison.Ordinal);
        Assert.Contains("nothing was written", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_needless_is_not_told_to_have_changed_something()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("istio/patches/10-needless.patch", Patch(Settings, 8, " data:", "   mesh: |", "-    accessLogFile: /dev/stderr", "+    accessLogFile: /dev/stdout"));
        await workspace.CommitAllAsync("Patch");
        await workspace.RenderAsync("1.30.3", "--commit");
        var message = await workspace.GitAsync("log", "-1", "--format=%B", "meshlift/render/1.30.3/testing");
        Assert.DoesNotContain("patched by", message, StringComparison.Ordinal);
        Assert.Contains("(ML1040)", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_get_json()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write("istio/patches/10.patch", Patch(Deployment, 30, "       - args:", "         - discovery", "-        - --log_output_level=default:info", "+        - --log_output_level=default:warn", "         image: registry.example.com/istio/pilot:${version}"));
        workspace.Write("istio/patches/20.patch", Patch(Deployment, 13, "       - args:", "-        - discover", "+        - discovery2"));
        workspace.Write("istio/patches/30.patch", "no patch\n");
        var outcome = await workspace.RunAsync("patch", "check", "1.30.3", "--output", "json");
        Assert.Equal((1, ""), (outcome.Code, outcome.Error));
        var json = PublishedSchema.AssertFits("patch", outcome.Output);
        var patches = json.GetProperty("patches").EnumerateArray().ToList();
        Assert.Equal(["applied-with-offset", "failed", "failed"], patches.Select(patch => patch.GetProperty("outcome").GetString()!).ToArray());
        var offset = Assert.Single(patches[0].GetProperty("offsets").EnumerateArray());
        Assert.Equal((1, 3, 13, -17), (offset.GetProperty("hunk").GetInt32(), offset.GetProperty("patchLine").GetInt32(), offset.GetProperty("line").GetInt32(), offset.GetProperty("offset").GetInt32()));
        var failure = Assert.Single(patches[1].GetProperty("failures").EnumerateArray());
        Assert.Equal((1, 13, "does not fit", "        - discovery"), (failure.GetProperty("hunk").GetInt32(), failure.GetProperty("expectedLine").GetInt32(), failure.GetProperty("reason").GetString(), failure.GetProperty("actual")[1].GetString()));
        Assert.Equal("istio/patches/30.patch holds no change", Assert.Single(patches[2].GetProperty("failures").EnumerateArray()).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Patches_are_listed_with_what_they_are_for_and_what_they_hold()
    {
        using var workspace = await Workspace.CreateAsync();
        Assert.Equal(new Outcome(0, "no patches\n", ""), await workspace.RunAsync("patch", "list"));
        workspace.Write("istio/patches/20.patch", Patch(Deployment, 1, "-a", "+b") + "--- /dev/null\n+++ b/generated/x.yaml\n@@ -0,0 +1 @@\n+a\n");
        workspace.Write("istio/patches/10.patch", "--- a/generated/y.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
        workspace.Write("clusters/eu/istio-system/1-30-3/own.patch", Patch("common/z.yaml", 1, "-a", "+b"));
        workspace.Write("clusters/eu/istio-system/common/not-applied.patch", "");
        Assert.Equal(new Outcome(0, $"""
            istio/patches/10.patch: every revision
              removed generated/y.yaml
            istio/patches/20.patch: every revision
              changed {Deployment}, 1 hunk
              added generated/x.yaml
            clusters/eu/istio-system/1-30-3/own.patch: revision 1-30-3 of eu
              changed common/z.yaml, 1 hunk
            3 patches

            """, ""), await workspace.RunAsync("patch", "list"));
        Assert.EndsWith("\n2 patches\n", (await workspace.RunAsync("patch", "list", "--cluster", "us")).Output, StringComparison.Ordinal);
        var patches = PublishedSchema.AssertFits("patch", (await workspace.RunAsync("patch", "list", "-o", "json")).Output).GetProperty("patches");
        Assert.Equal(["every-revision", "every-revision", "revision"], patches.EnumerateArray().Select(patch => patch.GetProperty("scope").GetString()!).ToArray());
        Assert.Equal(("eu", "1-30-3", "changed", 1), (patches[2].GetProperty("cluster").GetString(), patches[2].GetProperty("revision").GetString(), patches[2].GetProperty("files")[0].GetProperty("change").GetString(), patches[2].GetProperty("files")[0].GetProperty("hunks").GetInt32()));

        workspace.Write("istio/patches/30.patch", "nothing\n");
        workspace.Write("clusters/us/istio-system/1-30-3/40.patch", "nothing\n");
        var broken = await workspace.RunAsync("patch", "list");
        Workspace.AssertError(broken, 2);
        Assert.StartsWith("error: istio/patches/30.patch holds no change\nerror: clusters/us/istio-system/1-30-3/40.patch holds no change\n", broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Patches_are_the_same_in_the_schemas_of_render_and_of_patch()
    {
        var (render, patch) = (PublishedSchema.Read("render")["$defs"]!.AsObject(), PublishedSchema.Read("patch")["$defs"]!.AsObject());
        string[] shared = [.. render.Select(one => one.Key).Where(name => name.StartsWith("Patch", StringComparison.Ordinal)), "Version", "Revision"];
        Assert.Equal(8, shared.Length);
        Assert.All(shared, name => Assert.Equal(render[name]!.ToJsonString(), patch[name]!.ToJsonString()));
    }

    [Theory]
    [InlineData("patch"), InlineData("patch save"), InlineData("patch list"), InlineData("patch check")]
    public async Task Help_has_examples_that_are_understood(string command)
    {
        using var workspace = await Workspace.CreateAsync();
        var help = (await workspace.RunAsync([.. command.Split(' '), "--help"])).Output;
        var examples = help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith($"  meshlift {command} ", StringComparison.Ordinal)).ToList();
        Assert.True(examples.Count >= 3);
        foreach (var example in examples)
            Assert.DoesNotContain("help: see '", (await workspace.RunAsync(example.Trim().Split("  ", 2)[0].Split(' ')[1..])).Error, StringComparison.Ordinal);
    }

    private static string Patch(string file, int line, params string[] lines) =>
        $"--- a/{file}\n+++ b/{file}\n@@ -{line},{lines.Count(one => one[0] != '+')} +{line},{lines.Count(one => one[0] != '-')} @@\n{string.Join('\n', lines)}\n";
}
