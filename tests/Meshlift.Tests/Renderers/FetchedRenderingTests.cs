using System.Runtime.InteropServices;
using System.Text;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Istioctl;
using Meshlift.Tests.Releases;

namespace Meshlift.Tests.Renderers;

/// <summary><c>render</c> where the renderer has to be fetched first: with a cache and a PATH of its own, in a process of its own.</summary>
public sealed class FetchedRenderingTests : IDisposable
{
    private static readonly string Archive = $"istioctl-1.30.3-linux-{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64")}.tar.gz";
    private readonly TempFolder _folder = new();

    public FetchedRenderingTests()
    {
        _folder.Write("repo/op.yaml", "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\n");
        _folder.Write("repo/meshlift.yaml", $$"""
            apiVersion: meshlift.dev/v1alpha1
            kind: Mesh
            metadata: { name: shop }
            spec:
              istio: { versions: "1.30.*", operator: op.yaml, releases: "file://{{_folder["mirror"]}}" }
              layout: { engine: plain }
              environments:
                - name: testing
                  clusters: [{ name: testing, path: clusters/testing }]
            """);
        Directory.CreateDirectory(_folder["seen"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_fetched_once_verified_locked_and_then_needs_nobody()
    {
        Publish("1.30.3");
        var first = await RenderAsync("cache", "1.30.*");
        Assert.True(first.Code == 0, first.Error + first.Output);
        Assert.Equal("", first.Error);
        var locked = File.ReadAllText(_folder["repo/meshlift.lock.yaml"]);
        Assert.Contains($"  - digest: sha256:{Hash()}\n    name: {Archive}\n    version: 1.30.3\n", locked, StringComparison.Ordinal);
        Assert.Contains("source: op.yaml", locked, StringComparison.Ordinal);

        Directory.Delete(_folder["mirror"], recursive: true);
        var again = await RenderAsync("cache", "1.30.3");
        Assert.True(again.Code == 0, again.Error + again.Output);
        Assert.Contains("nothing changes", again.Output, StringComparison.Ordinal);
        Assert.Equal(locked, File.ReadAllText(_folder["repo/meshlift.lock.yaml"]));
    }

    [Fact]
    public async Task What_was_locked_and_is_another_now_is_refused()
    {
        Publish("1.30.3");
        Assert.Equal(0, (await RenderAsync("cache", "1.30.3")).Code);
        Publish("1.30.3", "# replaced\n");
        var outcome = await RenderAsync("another-cache", "1.30.3");
        Workspace.AssertError(outcome, 4);
        Assert.Contains("but meshlift.lock.yaml says sha256:", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mirror_it_is_told_what_would_have_been_fetched()
    {
        var outcome = await RenderAsync("cache", "1.30.3");
        Workspace.AssertError(outcome, 3);
        Assert.Contains(Archive, outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["repo/meshlift.lock.yaml"]));
    }

    private void Publish(string version, string more = "")
    {
        var archive = TestArchive.OfIstioctl(Encoding.UTF8.GetBytes(RecordingIstioctl.Text(_folder["seen"], version) + more));
        _folder.Write($"mirror/{version}/{Archive}.sha256", Encoding.UTF8.GetString(Mirror.DigestLine(Archive, archive)));
        File.WriteAllBytes(_folder[$"mirror/{version}/{Archive}"], archive);
    }

    private string Hash() => File.ReadAllText(_folder[$"mirror/1.30.3/{Archive}.sha256"])[..64];

    private Task<Outcome> RenderAsync(string cache, string version) => MeshliftProcess.RunAsync(_folder["repo"], ["render", version], variables: [("XDG_CACHE_HOME", _folder[cache])]);
}
