using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Patching;

/// <summary>Edits of generated files become patches, through the real command line.</summary>
public sealed class PatchSaveTests : IAsyncLifetime
{
    private const string Mesh = "clusters/testing/istio-system";
    private const string Deployment = Mesh + "/1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml";
    private Workspace _workspace = null!;

    public async Task InitializeAsync()
    {
        _workspace = await Workspace.CreateAsync();
        await _workspace.RenderAsync("1.30.3");
    }

    public Task DisposeAsync()
    {
        _workspace.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_edit_becomes_a_patch_for_every_revision_that_rendering_finds_done()
    {
        Edit(Deployment, "default:info", "default:warn");
        var output = await SaveAsync("20-log-level");
        Assert.Equal(
            """
            istio/patches/20-log-level.patch, new, for every revision
              changed generated/deployment/istio-system/istiod-${revision}.yaml, 1 hunk
                spec.template.spec.containers[name=discovery].args[1] changed
            rendering 1.30.3 with it gives what was edited
            next: meshlift render 1.30.3 --cluster testing

            """, output);
        Assert.Equal(
            """
            diff --git a/generated/deployment/istio-system/istiod-${revision}.yaml b/generated/deployment/istio-system/istiod-${revision}.yaml
            --- a/generated/deployment/istio-system/istiod-${revision}.yaml
            +++ b/generated/deployment/istio-system/istiod-${revision}.yaml
            @@ -12,6 +12,6 @@
                   containers:
                   - args:
                     - discovery
            -        - --log_output_level=default:info
            +        - --log_output_level=default:warn
                     image: registry.example.com/istio/pilot:${version}
                     name: discovery

            """,
            File.ReadAllText(_workspace["istio/patches/20-log-level.patch"]));
        var edited = File.ReadAllBytes(_workspace[Deployment]);
        Assert.Contains("patch    istio/patches/20-log-level.patch: applies\n", await _workspace.RenderAsync("1.30.3"), StringComparison.Ordinal);
        Assert.Equal(edited, File.ReadAllBytes(_workspace[Deployment]));
        Assert.EndsWith("nothing changes\n", await _workspace.RenderAsync("1.30.3"), StringComparison.Ordinal);
        Assert.Contains("patch    istio/patches/20-log-level.patch: applies\n", await _workspace.RenderAsync("1.29.6"), StringComparison.Ordinal);
        Assert.Contains("default:warn", File.ReadAllText(_workspace[$"{Mesh}/1-29-6/generated/deployment/istio-system/istiod-1-29-6.yaml"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patch_of_one_revision_stands_in_its_folder_and_has_its_names()
    {
        Edit(Deployment, "default:info", "default:warn");
        Assert.StartsWith($"{Mesh}/1-30-3/log.patch, new, for revision 1-30-3 of testing\n", await SaveAsync("log.patch", "--revision-only"), StringComparison.Ordinal);
        var patch = File.ReadAllText(_workspace[$"{Mesh}/1-30-3/log.patch"]);
        Assert.Contains("+++ b/generated/deployment/istio-system/istiod-1-30-3.yaml\n", patch, StringComparison.Ordinal);
        Assert.DoesNotContain("${", patch, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_workspace["istio/patches"]));
        Assert.Contains("log.patch: applies\n", await _workspace.RenderAsync("1.30.3"), StringComparison.Ordinal);
        Assert.DoesNotContain("patch ", await _workspace.RenderAsync("1.29.6"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comments_are_told_to_be_lost()
    {
        Edit(Deployment, "default:info", "default:warn # too much otherwise");
        var output = await SaveAsync("log");
        Assert.Contains($"note ML1043  {Deployment}: comments, quotes and the order of keys of the edit are not kept", output, StringComparison.Ordinal);
        Assert.EndsWith("next: meshlift render 1.30.3 --cluster testing --overwrite\n", output, StringComparison.Ordinal);
        Assert.Contains("# too much otherwise", File.ReadAllText(_workspace[Deployment]), StringComparison.Ordinal);
        await _workspace.RenderAsync("1.30.3", "--overwrite");
        Assert.DoesNotContain("#", File.ReadAllText(_workspace[Deployment]), StringComparison.Ordinal);
        Assert.Contains("default:warn\n", File.ReadAllText(_workspace[Deployment]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_taken_needs_overwrite_and_then_holds_both_edits()
    {
        Edit(Deployment, "default:info", "default:warn");
        await SaveAsync("log");
        await _workspace.RenderAsync("1.30.3");
        Edit(Deployment, "replicas: 1", "replicas: 3");
        Assert.Contains("there is a patch istio/patches/log.patch already", await RefuseAsync(4, "log"), StringComparison.Ordinal);
        _workspace.Write("istio/patches/log.patch", "Less talk,\nplease.\n\n" + File.ReadAllText(_workspace["istio/patches/log.patch"]));
        var output = await SaveAsync("log", "--overwrite");
        Assert.StartsWith("Less talk,\nplease.\n\ndiff --git a/generated/", File.ReadAllText(_workspace["istio/patches/log.patch"]), StringComparison.Ordinal);
        Assert.StartsWith("istio/patches/log.patch, written anew, for every revision\n  changed generated/deployment/istio-system/istiod-${revision}.yaml, 1 hunk\n    spec.replicas changed\n    spec.template", output, StringComparison.Ordinal);
        await _workspace.RenderAsync("1.30.3");
        Assert.Contains("replicas: 3", File.ReadAllText(_workspace[Deployment]), StringComparison.Ordinal);
        Assert.Contains("default:warn", File.ReadAllText(_workspace[Deployment]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_before_that_of_a_patch_it_builds_on_is_refused_with_one_that_works()
    {
        Edit(Deployment, "default:info", "default:warn");
        await SaveAsync("20-log");
        await _workspace.RenderAsync("1.30.3");
        Edit(Deployment, "default:warn", "default:error");
        Assert.Equal(
            "error: the edit cannot be saved as istio/patches/10-error.patch, because it builds on istio/patches/20-log.patch, which is applied after it; nothing was written\n"
            + "  help: choose a name that comes after 20-log.patch, for example 30-error\n",
            await RefuseAsync(4, "10-error"));
        await SaveAsync("30-error");
        await _workspace.RenderAsync("1.30.3");
        Assert.Contains("default:error", File.ReadAllText(_workspace[Deployment]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patch_for_every_revision_cannot_build_on_one_of_a_single_revision()
    {
        Edit(Deployment, "default:info", "default:warn");
        await SaveAsync("20-log", "--revision-only");
        await _workspace.RenderAsync("1.30.3");
        Edit(Deployment, "default:warn", "default:error");
        var error = await RefuseAsync(4, "10-error");
        Assert.Contains($"it builds on {Mesh}/1-30-3/20-log.patch, which is applied after it", error, StringComparison.Ordinal);
        Assert.Contains("meshlift patch save 30-error --revision-only", error, StringComparison.Ordinal);
        await SaveAsync("30-error", "--revision-only");
        await _workspace.RenderAsync("1.30.3");
    }

    [Fact]
    public async Task A_patch_that_moves_the_lines_of_a_later_one_says_so()
    {
        Edit(Deployment, "default:info", "default:warn");
        await SaveAsync("20-log");
        await _workspace.RenderAsync("1.30.3");
        Edit(Deployment, "replicas: 1\n", "minReadySeconds: 5\n  replicas: 1\n");
        File.WriteAllText(_workspace[Deployment], File.ReadAllText(_workspace[Deployment]).Replace("metadata:\n", "metadata:\n  annotations:\n    owner: platform\n", StringComparison.Ordinal));
        Assert.Contains("note ML1046  istio/patches/20-log.patch: this patch applies with an offset now that istio/patches/10-slow.patch is applied before it", await SaveAsync("10-slow"), StringComparison.Ordinal);
        Assert.Contains("istio/patches/20-log.patch: applies with an offset of +", await _workspace.RenderAsync("1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_in_charge_is_edited_for_its_revision()
    {
        const string active = Mesh + "/active/service/istio-system/istiod.yaml";
        Edit(active, "metadata:\n", "metadata:\n  annotations:\n    owner: platform\n");
        Assert.Contains("changed standby/service/istio-system/istiod.yaml, 1 hunk\n    metadata.annotations added\n", await SaveAsync("alias"), StringComparison.Ordinal);
        await _workspace.RenderAsync("1.30.3");
        Assert.Equal(File.ReadAllBytes(_workspace[active]), File.ReadAllBytes(_workspace[$"{Mesh}/1-30-3/standby/service/istio-system/istiod.yaml"]));

        Edit(active, "owner: platform", "owner: mesh");
        Edit($"{Mesh}/1-30-3/standby/service/istio-system/istiod.yaml", "owner: platform", "owner: other");
        var error = await RefuseAsync(2, "more");
        Assert.Contains($"{Mesh}/1-30-3/standby/service/istio-system/istiod.yaml and {Mesh}/active/service/istio-system/istiod.yaml are one resource", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_added_and_deleted()
    {
        File.Delete(_workspace[$"{Mesh}/1-30-3/generated/configmap/istio-system/istio-1-30-3.yaml"]);
        _workspace.Write($"{Mesh}/1-30-3/generated/configmap/istio-system/notes-1-30-3.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: notes-1-30-3\n  namespace: istio-system\ndata:\n  version: 1.30.3\n");
        Assert.Contains("  removed generated/configmap/istio-system/istio-${revision}.yaml\n  added generated/configmap/istio-system/notes-${revision}.yaml\n", await SaveAsync("notes"), StringComparison.Ordinal);
        await _workspace.RenderAsync("1.29.6");
        Assert.Equal("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: notes-1-29-6\n  namespace: istio-system\ndata:\n  version: 1.29.6\n", File.ReadAllText(_workspace[$"{Mesh}/1-29-6/generated/configmap/istio-system/notes-1-29-6.yaml"]));
        Assert.False(File.Exists(_workspace[$"{Mesh}/1-29-6/generated/configmap/istio-system/istio-1-29-6.yaml"]));
        await _workspace.RenderAsync("1.30.3");
        Assert.EndsWith("nothing changes\n", await _workspace.RenderAsync("1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_added_file_must_stand_where_it_would_be_generated()
    {
        _workspace.Write($"{Mesh}/1-30-3/generated/configmap/notes.yaml", "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: notes, namespace: istio-system }\n");
        Assert.Contains(
            $"{Mesh}/1-30-3/generated/configmap/notes.yaml holds ServiceAccount istio-system/notes, which a patch could only add as common/serviceaccount/istio-system/notes.yaml",
            await RefuseAsync(2, "notes"), StringComparison.Ordinal);
        File.Delete(_workspace[$"{Mesh}/1-30-3/generated/configmap/notes.yaml"]);
        // One that is not in canonical form would be in the way of the next rendering.
        const string notes = Mesh + "/1-30-3/generated/configmap/istio-system/notes-1-30-3.yaml";
        _workspace.Write(notes, "kind: ConfigMap\napiVersion: v1\nmetadata: { name: notes-1-30-3, namespace: istio-system }\n");
        Assert.Contains($"\nremove {notes} before the next rendering, which does not replace what it did not write\nnext: meshlift render 1.30.3 --cluster testing\n", await SaveAsync("notes"), StringComparison.Ordinal);
        File.Delete(_workspace[notes]);
        await _workspace.RenderAsync("1.30.3");
        Assert.True(File.Exists(_workspace[notes]));
    }

    [Fact]
    public async Task Without_an_edit_there_is_nothing_to_save()
    {
        Assert.StartsWith($"error: no generated file was edited in {Mesh}, clusters/eu/istio-system, clusters/us/istio-system\n", await RefuseAsync(2, "x"), StringComparison.Ordinal);
        Edit(Deployment, "replicas: 1", "replicas: 1 # enough");
        Assert.StartsWith($"error: there is nothing to save: rendering gives what {Deployment} holds, but for comments", await RefuseAsync(2, "x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edits_that_were_saved_are_not_saved_again()
    {
        Edit(Deployment, "replicas: 1", "replicas: 3");
        await SaveAsync("one");
        Edit($"{Mesh}/1-30-3/generated/configmap/istio-system/istio-1-30-3.yaml", "/dev/stdout", "/dev/stderr");
        Assert.Contains("two.patch, new, for every revision\n  changed generated/configmap/istio-system/istio-${revision}.yaml, 1 hunk\n    data.mesh changed, a text of 1 lines\nrendering", await SaveAsync("two"), StringComparison.Ordinal);
        await _workspace.RenderAsync("1.30.3");
    }

    [Fact]
    public async Task Saving_and_editing_on_in_the_same_file_needs_no_rendering_between()
    {
        Edit(Deployment, "replicas: 1", "replicas: 3");
        await SaveAsync("20-three");
        Edit(Deployment, "default:info", "default:warn");
        Assert.Contains("1 hunk\n    spec.template.spec.containers[name=discovery].args[1] changed\nrendering", await SaveAsync("30-log"), StringComparison.Ordinal);
        Edit(Deployment, "namespace: istio-system", "namespace: istio-system\n  annotations: { owner: me }");
        Assert.Contains("1 hunk\n    metadata.annotations added\n", await SaveAsync("10-owner"), StringComparison.Ordinal);
        await _workspace.RenderAsync("1.30.3", "--overwrite");
        Assert.Equal("replicas: 3, default:warn, owner: me", string.Join(", ", ((string[])["replicas: 3", "default:warn", "owner: me"]).Where(File.ReadAllText(_workspace[Deployment]).Contains)));
    }

    [Fact]
    public async Task A_patch_that_was_not_rendered_yet_is_not_undone_by_an_edit_of_what_was()
    {
        Edit(Deployment, "replicas: 1", "replicas: 3");
        await SaveAsync("20-three");
        // As after a pull that brings a colleague's patch, with the file as it was.
        Edit(Deployment, "replicas: 3", "replicas: 1");
        Edit(Deployment, "default:info", "default:warn");
        Assert.Contains($"rendering no longer gives what stood in these files before they were edited\n  {Deployment}\n", await RefuseAsync(4, "30-log"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_several_revisions_or_clusters_were_edited_one_is_to_be_chosen()
    {
        await _workspace.RenderAsync("1.29.6");
        await _workspace.RenderAsync("1.30.3", "--cluster", "eu");
        Edit(Deployment, "replicas: 1", "replicas: 3");
        Edit($"{Mesh}/1-29-6/generated/deployment/istio-system/istiod-1-29-6.yaml", "replicas: 1", "replicas: 3");
        Edit("clusters/eu/istio-system/1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml", "replicas: 1", "replicas: 4");
        Assert.Contains($"\n  --cluster eu --revision 1-30-3: clusters/eu/istio-system/1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml\n", await RefuseAsync(2, "x"), StringComparison.Ordinal);
        Assert.Contains("choose one with --cluster and --revision", await RefuseAsync(2, "x", "--cluster", "testing"), StringComparison.Ordinal);
        await SaveAsync("x", "--cluster", "testing", "--revision", "1-29-6");
        // The same edit of the other revision is what the patch makes, too.
        await _workspace.RenderAsync("1.30.3");
        await _workspace.RenderAsync("1.29.6");
        Assert.Contains("no generated file was edited in clusters/us/istio-system", await RefuseAsync(2, "y", "--cluster", "us"), StringComparison.Ordinal);
        Assert.Contains("there is no cluster 'no'", await RefuseAsync(2, "y", "--cluster", "no"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patch_that_applies_with_an_offset_is_made_anew_without_an_edit()
    {
        Edit(Deployment, "default:info", "default:warn");
        await SaveAsync("log");
        await _workspace.RenderAsync("1.30.3");
        var patch = File.ReadAllText(_workspace["istio/patches/log.patch"]);
        _workspace.Write("istio/patches/log.patch", "Less talk.\n" + patch.Replace("@@ -12,6 +12,6 @@", "@@ -40,6 +40,6 @@", StringComparison.Ordinal));
        Assert.Equal(1, (await _workspace.RunAsync("patch", "check", "1.30.3")).Code);
        Assert.Contains("no generated file was edited", await RefuseAsync(2, "log"), StringComparison.Ordinal);
        Assert.Contains("no generated file was edited", await RefuseAsync(2, "other", "--overwrite"), StringComparison.Ordinal);
        Assert.StartsWith("istio/patches/log.patch, written anew, for every revision\n", await SaveAsync("log", "--overwrite"), StringComparison.Ordinal);
        Assert.Equal("Less talk.\n" + patch, File.ReadAllText(_workspace["istio/patches/log.patch"]));
        Assert.Equal(0, (await _workspace.RunAsync("patch", "check", "1.30.3")).Code);
    }

    [Fact]
    public async Task Of_a_patch_that_is_needless_nothing_would_be_left()
    {
        Edit(Deployment, "default:info", "default:warn");
        await SaveAsync("log");
        await _workspace.RenderAsync("1.30.3");
        _workspace.Replace("vendor/1.30.3/all.yaml", "default:info", "default:warn");
        await _workspace.RenderAsync("1.30.3");
        Assert.StartsWith("error: nothing was edited, and 1.30.3 has all of istio/patches/log.patch already", await RefuseAsync(4, "log", "--overwrite"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_differ_in_case_alone_are_one_file_on_other_systems()
    {
        Edit(Deployment, "default:info", "default:warn");
        _workspace.Write("istio/patches/Log.patch", "");
        Assert.StartsWith("error: istio/patches/log.patch and istio/patches/Log.patch are one file on systems", await RefuseAsync(4, "log"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_edited_does_not_slip_into_a_patch()
    {
        _workspace.Replace("vendor/1.30.3/all.yaml", "replicas: 1", "replicas: 7");
        Edit(Deployment, "default:info", "default:warn");
        Assert.Contains($"rendering no longer gives what stood in these files before they were edited\n  {Deployment}\n", await RefuseAsync(4, "x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_that_leaves_no_resource_or_another_one_is_refused()
    {
        Edit(Deployment, "name: istiod-1-30-3", "name: pilot");
        Assert.Contains($"{Deployment} holds Deployment istio-system/pilot now, not Deployment istio-system/istiod-1-30-3", await RefuseAsync(2, "x"), StringComparison.Ordinal);
        Edit(Deployment, "name: pilot", "name: [");
        Assert.StartsWith($"error: {Deployment}:", await RefuseAsync(2, "x"), StringComparison.Ordinal);
        File.WriteAllText(_workspace[Deployment], "");
        Assert.Contains($"{Deployment} holds more or less than one resource", await RefuseAsync(2, "x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_placeholder_is_not_for_the_edited_file()
    {
        Edit(Deployment, "pilot:1.30.3", "pilot:${version}-ours");
        Assert.Contains($"{Deployment} holds ${{version}}\n", await RefuseAsync(2, "x"), StringComparison.Ordinal);
        Edit(Deployment, "pilot:${version}-ours", "pilot:1.30.3-ours");
        await SaveAsync("x");
        Assert.Contains("pilot:${version}-ours", File.ReadAllText(_workspace["istio/patches/x.patch"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_istiod_sets_at_run_time_is_not_saved()
    {
        Edit($"{Mesh}/1-30-3/generated/mutatingwebhookconfiguration/istio-sidecar-injector-1-30-3.yaml", "clientConfig:\n", "clientConfig:\n    caBundle: Zm9v\n");
        Assert.StartsWith("error: the edit sets what istiod sets at run time\n  MutatingWebhookConfiguration istio-sidecar-injector-1-30-3: webhooks[0].clientConfig.caBundle\n", await RefuseAsync(4, "x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revision_that_the_patch_does_not_fit_is_named()
    {
        await _workspace.RenderAsync("1.29.6");
        _workspace.Replace("vendor/1.29.6/all.yaml", "default:info", "default:debug");
        await _workspace.RenderAsync("1.29.6");
        Edit(Deployment, "default:info", "default:warn");
        var output = await SaveAsync("log");
        Assert.Contains("warning ML1044  istio/patches/log.patch: the patch does not fit 1.29.6: rendering revision 1-29-6 again would stop at it (istio/patches/log.patch:4: hunk 1 of generated/deployment/istio-system/istiod-1-29-6.yaml does not fit", output, StringComparison.Ordinal);
        File.Delete(_workspace["istio/patches/log.patch"]);
        File.Delete(_workspace["vendor/1.29.6/all.yaml"]);
        Assert.Contains("note ML1045  istio/patches/log.patch: nobody can tell whether the patch fits 1.29.6, which cannot be rendered now", await SaveAsync("log"), StringComparison.Ordinal);
        File.Delete(_workspace["istio/patches/log.patch"]);
        Assert.DoesNotContain("ML10", await SaveAsync("log", "--revision-only"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_every_version_has_the_same_revision_only_the_version_is_a_placeholder()
    {
        using var workspace = await Workspace.CreateAsync(istio: "    revision: stable");
        workspace.Replace("meshlift.yaml", "  environments:", "  controlPlane: { strategy: inPlace }\n  environments:");
        foreach (var version in (string[])["1.29.6", "1.30.3"]) workspace.Write($"vendor/{version}/all.yaml", Workspace.Stream(version, "stable"));
        await workspace.RenderAsync("1.29.6");
        workspace.Replace($"{Mesh}/stable/generated/deployment/istio-system/istiod-stable.yaml", "default:info", "default:warn");
        var saved = await workspace.RunAsync("patch", "save", "log", "--revision-only");
        Assert.Equal((0, ""), (saved.Code, saved.Error));
        var patch = File.ReadAllText(workspace[$"{Mesh}/stable/log.patch"]);
        Assert.Contains("pilot:${version}", patch, StringComparison.Ordinal);
        Assert.Contains("istiod-stable.yaml", patch, StringComparison.Ordinal);
        await workspace.RenderAsync("1.29.6");
        Assert.Contains("log.patch: applies\n", await workspace.RenderAsync("1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_get_json()
    {
        Edit(Deployment, "default:info", "default:warn # why");
        var json = PublishedSchema.AssertFits("patch", await SaveAsync("log", "--output", "json"));
        Assert.Equal("istio/patches/log.patch every-revision False testing 1-30-3 1.30.3", string.Join(' ', ((string[])["path", "scope", "replaced", "cluster", "revision", "version"]).Select(name => json.GetProperty(name))));
        var file = Assert.Single(json.GetProperty("files").EnumerateArray());
        Assert.Equal("generated/deployment/istio-system/istiod-${revision}.yaml changed 1", $"{file.GetProperty("path")} {file.GetProperty("change")} {file.GetProperty("hunks")}");
        Assert.Equal("spec.template.spec.containers[name=discovery].args[1] changed", Assert.Single(file.GetProperty("places").EnumerateArray()).GetString());
        Assert.Equal("ML1043", Assert.Single(json.GetProperty("findings").EnumerateArray()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("patch save", "Required argument 'NAME' missing for command: 'save'.", "meshlift patch save --help")]
    [InlineData("patch save x --overwrit", "there is no option '--overwrit'; did you mean '--overwrite'?", "meshlift patch save --help")]
    [InlineData("patch save --overwrit", "there is no option '--overwrit'; did you mean '--overwrite'?", "meshlift patch save --help")]
    [InlineData("patch svae", "there is no command 'svae'; did you mean 'save'?", "meshlift patch --help")]
    public async Task Arguments_that_make_no_sense_are_told(string arguments, string message, string help)
    {
        var outcome = await _workspace.RunAsync(arguments.Split(' '));
        Assert.Equal((2, $"error: {message}\n  help: see '{help}'\n"), (outcome.Code, outcome.Error));
    }

    private void Edit(string path, string old, string @new) => _workspace.Replace(path, old, @new);

    private async Task<string> SaveAsync(params string[] arguments)
    {
        var outcome = await _workspace.RunAsync(["patch", "save", .. arguments]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        return outcome.Output;
    }

    private async Task<string> RefuseAsync(int code, params string[] arguments)
    {
        var before = _workspace.Snapshot();
        var outcome = await _workspace.RunAsync(["patch", "save", .. arguments]);
        Workspace.AssertError(outcome, code);
        Assert.Equal(before, _workspace.Snapshot());
        return outcome.Error;
    }
}
