using System.IO.Compression;
using System.Text;

namespace Meshlift.Tests.CommandLine;

/// <summary>Manifests that are broken, missing or something else: said with place and remedy, and nothing is written.</summary>
public sealed class ManifestInputTests
{
    private const string File = "vendor/1.30.3/all.yaml";

    [Theory]
    [InlineData("a:\n- [1\nb: 2\n", ":2:", "help: ")]
    [InlineData("kind: A\n\tname: x\n", ":2:1: ", "tabs cannot indent")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  name: b\n", ":5:3: the key 'name' stands twice, first at 4:3", "remove one of the two")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: &a { name: x, self: *a }\n", ":3:", "help: ")]
    [InlineData("foo: bar\n", ":1:1: the document has no apiVersion, so it is no Kubernetes object", "point the renderer at rendered manifests")]
    [InlineData("# comment\n---\napiVersion: v1\nmetadata: { name: x }\n", ":3:1: the document has no kind", "point the renderer")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\n", ":1:1: the document of kind ConfigMap has no metadata.name", "point the renderer")]
    [InlineData("- a\n", ":1:1: the document is not a mapping", "point the renderer")]
    [InlineData("just words\n", ":1:1: the document is not a mapping", "point the renderer")]
    [InlineData("apiVersion: v1\nkind: List\nitems:\n- 1\n", ":4:3: the document is not a mapping", "point the renderer")]
    [InlineData("# nothing\n---\n---\n# at all\n", " holds no resource", "check that the renderer printed something")]
    [InlineData("", " holds no resource", "check that the renderer printed something")]
    [InlineData("<!DOCTYPE html>\n<html>", " is an HTML or XML page, beginning '<!DOCTYPE html>', not YAML", "a login page")]
    public async Task What_is_no_stream_of_resources_is_refused_with_its_place(string stream, string message, string remedy)
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write(File, stream);
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.StartsWith($"error: {File}{message}", error, StringComparison.Ordinal);
        Assert.Contains(remedy, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_text_is_refused_with_its_name()
    {
        using var workspace = await Workspace.CreateAsync();
        var stream = Encoding.UTF8.GetBytes(Workspace.Stream("1.30.3"));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(stream);
        (byte[] Content, string Message, string Remedy)[] cases =
        [
            (packed.ToArray(), $"{File} is a gzip archive, not YAML", "unpack it"),
            ([.. "PK\u0003\u0004"u8, 0, 0], $"{File} is a zip archive, not YAML", "unpack it"),
            ([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("kind: A\n")], $"{File} is UTF-16 text, not YAML", "save it as UTF-8"),
            ([.. "kind: "u8, 0xe4, (byte)'\n'], $"{File}:1:7: the text is not UTF-8", "save the file as UTF-8"),
            ([.. "kind: \0\n"u8], $"{File}:1:7: ", "help: "),
        ];
        foreach (var (content, message, remedy) in cases)
        {
            workspace.Write(File, content);
            var error = await workspace.RefuseAsync(2, "1.30.3");
            Assert.Contains(message, error, StringComparison.Ordinal);
            Assert.Contains(remedy, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_resource_that_stands_twice_in_a_stream_is_named_with_both_places()
    {
        using var workspace = await Workspace.CreateAsync();
        var stream = Workspace.Stream("1.30.3");
        var lines = stream.Count(character => character == '\n');
        workspace.Write(File, stream + "---\napiVersion: apps/v1beta2\nkind: Deployment\nmetadata: { name: istiod-1-30-3, namespace: istio-system }\n");
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.Contains($"{File}:{lines + 2}:1: Deployment istio-system/istiod-1-30-3 stands here and at {File}:15:1", error, StringComparison.Ordinal);
        Assert.Contains("remove one of each pair from the source", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_that_stands_in_two_files_of_a_folder_is_named_with_both()
    {
        using var workspace = await Workspace.CreateAsync(manifests: "vendor/${version}");
        workspace.Write("vendor/1.30.3/deep/er.yml", "apiVersion: v1\nkind: Service\nmetadata: { name: istiod, namespace: istio-system }\n");
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.Contains("vendor/1.30.3/deep/er.yml:1:1: Service istio-system/istiod stands here and at vendor/1.30.3/all.yaml:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_of_another_revision_is_refused()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write(File, Workspace.Stream("1.30.3", "1-29-6"));
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.Matches($@"^error: {File}:\d+:1: the manifests were rendered for the revision '1-29-6', not for '1-30-3'", error);
        Assert.Contains("istioctl: --revision", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_refused_with_those_that_are()
    {
        using var workspace = await Workspace.CreateAsync();
        var error = await workspace.RefuseAsync(2, "1.30.4");
        Assert.StartsWith("error: no version in vendor/${version}/all.yaml matches '1.30.4'; there is 1.29.6, 1.30.3\n", error, StringComparison.Ordinal);
        error = await workspace.RefuseAsync(2, "~1.28");
        Assert.StartsWith("error: no version in vendor/${version}/all.yaml matches '~1.28'; there is 1.29.6, 1.30.3\n", error, StringComparison.Ordinal);
        Directory.Delete(workspace["vendor/1.30.3"], recursive: true);
        error = await workspace.RefuseAsync(2);
        Assert.StartsWith("error: no version in vendor/${version}/all.yaml matches the range '1.30.*' of spec.istio.versions; there is 1.29.6\n", error, StringComparison.Ordinal);
        error = await workspace.RefuseAsync(2, "latest");
        Assert.StartsWith("error: 'latest' is not a version range", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_a_version_without_its_stream_is_not_a_version()
    {
        using var workspace = await Workspace.CreateAsync();
        System.IO.File.Delete(workspace[File]);
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.StartsWith("error: no version in vendor/${version}/all.yaml matches '1.30.3'; there is 1.29.6\n", error, StringComparison.Ordinal);
        Directory.Delete(workspace["vendor"], recursive: true);
        Assert.Contains("; there is none at all\n", await workspace.RefuseAsync(2, "1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_folder_and_a_missing_file_are_named()
    {
        using var workspace = await Workspace.CreateAsync(manifests: "rendered");
        workspace.Write("rendered/README.md", "nothing\n");
        var error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.StartsWith("error: the folder rendered holds no .yaml, .yml or .json file\n", error, StringComparison.Ordinal);
        Directory.Delete(workspace["rendered"], recursive: true);
        error = await workspace.RefuseAsync(2, "1.30.3");
        Assert.StartsWith("error: there are no manifests of Istio 1.30.3: rendered does not exist\n", error, StringComparison.Ordinal);
        error = await workspace.RefuseAsync(2, "1.30.*");
        Assert.Contains("'1.30.*' is not one version, and what rendered holds cannot be listed\n  help: name an exact version", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_a_folder_among_the_manifests_is_not_passed_over()
    {
        using var workspace = await Workspace.CreateAsync(manifests: "vendor/${version}");
        Directory.CreateSymbolicLink(workspace["vendor/1.30.3/more"], workspace["vendor/1.29.6"]);
        Assert.Contains("vendor/1.30.3/more is a link to a folder", await workspace.RefuseAsync(2, "1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_to_a_file_is_read()
    {
        using var workspace = await Workspace.CreateAsync(manifests: "vendor/${version}");
        System.IO.File.CreateSymbolicLink(workspace["vendor/1.30.3/base.yaml"], workspace["extra"]);
        workspace.Write("extra", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: extra-1-30-3, namespace: istio-system }\n");
        await workspace.RenderAsync("1.30.3");
        Assert.True(System.IO.File.Exists(workspace["clusters/testing/istio-system/1-30-3/generated/configmap/istio-system/extra-1-30-3.yaml"]));
    }

    [Fact]
    public async Task What_a_step_gives_can_be_looked_at_even_where_the_next_one_fails()
    {
        using var workspace = await Workspace.CreateAsync();
        workspace.Write(File, "foo: bar\n");
        Assert.Contains(": 1 file after 'render' in ", await workspace.RenderAsync("1.30.3", "--until", "render", "--to", workspace["out/render"]), StringComparison.Ordinal);
        Assert.Equal("foo: bar\n", System.IO.File.ReadAllText(workspace["out/render/01-all.yaml"]));
        workspace.Write(File, Workspace.Stream("1.30.3", "1-29-6"));
        await workspace.RenderAsync("1.30.3", "--until", "split", "--to", workspace["out/split"]);
        Assert.Equal(6, Directory.GetFiles(workspace["out/split"], "*", SearchOption.AllDirectories).Length);
        Assert.StartsWith("error: ", await workspace.RefuseAsync(2, "1.30.3", "--until", "classify", "--to", workspace["out/classify"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_steps_result_never_goes_into_a_folder_that_holds_something()
    {
        using var workspace = await Workspace.CreateAsync();
        Assert.Contains("vendor is not empty", await workspace.RefuseAsync(4, "1.30.3", "--until", "split", "--to", workspace["vendor"]), StringComparison.Ordinal);
        Assert.Contains("meshlift.yaml is a file", await workspace.RefuseAsync(4, "1.30.3", "--until", "split", "--to", workspace.Config), StringComparison.Ordinal);
    }
}
