using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Istioctl;
using Meshlift.Core;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Tests.Releases;

namespace Meshlift.Tests.Istioctl;

public sealed class ManifestGenerateTests : IDisposable
{
    private const string Head = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\n";
    private static readonly IstioVersion Version = IstioVersion.Parse("1.30.3");
    private static readonly RevisionName Revision = RevisionName.Parse("1-30-3");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_are_layered_in_order_and_the_revision_comes_last()
    {
        _folder.Write("repo/istio/base.yaml", Head + "spec:\n  tag: ${version}\n");
        _folder.Write("repo/clusters/eu/base.yaml", Head + "spec:\n  revision: ${revision}\n");
        var rendering = await RenderAsync("1.30.3", ["istio/base.yaml", "clusters/eu/base.yaml"]);
        var arguments = Seen("arguments");
        Assert.Equal(["manifest", "generate", "-f", "base.yaml", "-f", "base.yaml", "--set", "revision=1-30-3"], arguments.Select(argument => Path.GetFileName(argument)), StringComparer.Ordinal);
        Assert.Equal(Head + "spec:\n  tag: 1.30.3\n", File.ReadAllText(_folder["seen/file-1"]));
        Assert.Equal(Head + "spec:\n  revision: 1-30-3\n", File.ReadAllText(_folder["seen/file-2"]));
        Assert.Equal("istio", Assert.Single(ManifestStream.Split(rendering.Stream.Bytes, rendering.Stream.Name)).Identity.Name);
        Assert.Empty(rendering.Findings);
        Assert.False(File.Exists(arguments[3]));
    }

    [Fact]
    public async Task Without_a_revision_none_is_set()
    {
        _folder.Write("repo/op.yaml", Head);
        await RenderAsync("1.30.3", ["op.yaml"], RevisionName.Default);
        Assert.DoesNotContain("--set", Seen("arguments"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task It_runs_in_the_repository_with_an_empty_home_and_sees_nothing_of_the_users()
    {
        _folder.Write("repo/op.yaml", Head);
        await RenderAsync("1.30.3", ["op.yaml"]);
        Assert.Equal(_folder["repo"], Seen("folder").Single());
        var environment = Seen("environment").ToDictionary(line => line.Split('=')[0], line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..], StringComparer.Ordinal);
        Assert.StartsWith(Path.GetTempPath(), environment["HOME"], StringComparison.Ordinal);
        Assert.False(Directory.Exists(environment["HOME"]));
        Assert.DoesNotContain("KUBECONFIG", environment.Keys, StringComparer.Ordinal);
        Assert.DoesNotContain("ISTIOCTL_PREFER_EXPERIMENTAL", environment.Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_path_with_commas_and_quotes_stays_one_path()
    {
        var name = "a,\"b\".yaml";
        _folder.Write("repo/" + name, Head);
        await Assert.ThrowsAsync<UserException>(() => RenderAsync("1.30.3", [name]));
        Assert.EndsWith("/a,\"\"b\"\".yaml\"", Seen("arguments")[3], StringComparison.Ordinal);
        Assert.StartsWith("\"/", Seen("arguments")[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_istioctl_says_when_it_fails_is_shown()
    {
        _folder.Write("repo/op.yaml", Head);
        var program = await Script.WriteAsync(_folder, "istioctl", "#!/bin/sh\necho 'Error: unknown field \"spec.hubb\" in v1alpha1.IstioOperatorSpec' >&2\nexit 1\n");
        var error = await Assert.ThrowsAsync<UserException>(() => Renderer(program).RenderAsync(Version, Revision, Read(Revision, "op.yaml"), default));
        Assert.Contains("unknown field \"spec.hubb\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("istioctl manifest generate -f op.yaml", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_istioctl_says_when_it_succeeds_becomes_findings()
    {
        _folder.Write("repo/op.yaml", Head);
        var program = await Script.WriteAsync(_folder, "istioctl", "#!/bin/sh\necho '! values.global.x is deprecated' >&2\nfor i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22; do echo w$i >&2; done\n");
        var findings = (await Renderer(program).RenderAsync(Version, Revision, Read(Revision, "op.yaml"), default)).Findings;
        Assert.Equal(("ML1023", "istioctl says: ! values.global.x is deprecated", "op.yaml"), (findings[0].Code, findings[0].Message, findings[0].Subject));
        Assert.Equal("istioctl says: ... and 3 more lines", findings[^1].Message);
    }

    [Theory]
    [InlineData("130")]
    [InlineData("1e5")]
    [InlineData("1e-5")]
    [InlineData("0x1p-2")]
    [InlineData("true")]
    [InlineData("f")]
    [InlineData("inf")]
    [InlineData("nan")]
    public async Task A_revision_that_istioctl_takes_for_something_else_is_refused(string revision)
    {
        _folder.Write("repo/op.yaml", Head);
        var error = await Assert.ThrowsAsync<UserException>(() => RenderAsync("1.30.3", ["op.yaml"], RevisionName.Parse(revision)));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.False(File.Exists(_folder["seen/arguments"]));
    }

    [Theory]
    [InlineData("istio130")]
    [InlineData("1-30")]
    [InlineData("0x1")]
    [InlineData("e5")]
    [InlineData("tt")]
    public async Task Other_names_are_text(string revision)
    {
        _folder.Write("repo/op.yaml", Head);
        await RenderAsync("1.30.3", ["op.yaml"], RevisionName.Parse(revision));
        Assert.Equal($"revision={revision}", Seen("arguments")[^1]);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => RenderAsync("1.30.3", ["istio/none.yaml"]));
        Assert.Contains("istio/none.yaml", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> GoldenInputs => IstioData.Folder is null ? [] : [.. Directory.EnumerateFiles(Path.Combine(IstioData.Folder, "goldens/1.30.3/output"))
        .Select(file => Path.GetFileName(file).Split(".golden", 2)[0])
        .Where(name => File.Exists(Path.Combine(IstioData.Folder, $"goldens/1.30.3/input/{name}.yaml"))).Order(StringComparer.Ordinal)];

    [IstioDataTheory, MemberData(nameof(GoldenInputs))]
    public async Task Golden_inputs_reach_istioctl_unchanged_and_golden_outputs_become_resources(string name)
    {
        _folder.Write("repo/op.yaml", Encoding.UTF8.GetString(IstioData.Read($"goldens/1.30.3/input/{name}.yaml")));
        var rendering = await RenderAsync("1.30.3", ["op.yaml"], RevisionName.Default, Path.Combine(IstioData.Folder!, "goldens/1.30.3"));
        var resources = ManifestSet.Create(ManifestStream.Split(rendering.Stream.Bytes, rendering.Stream.Name)).Resources;
        Assert.NotEmpty(resources);
        if (name == "all_on") Assert.Equal(44, resources.Length);
        if (name == "pilot_default") Assert.Equal(17, resources.Length);
    }

    private ImmutableArray<OperatorFile> Read(RevisionName revision, params string[] operators) => ManifestGenerate.Read(_folder["repo"], operators, Version, revision);

    private async Task<IstioctlRendering> RenderAsync(string version, string[] operators, RevisionName? revision = null, string? goldens = null)
    {
        Directory.CreateDirectory(_folder["repo"]);
        var program = await RecordingIstioctl.WriteAsync(_folder, "istioctl", version, goldens);
        return await Renderer(program).RenderAsync(Version, revision ?? Revision, Read(revision ?? Revision, operators), default);
    }

    private ManifestGenerate Renderer(string program)
    {
        var surroundings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/usr/bin:/bin",
            ["HOME"] = "/home/someone",
            ["KUBECONFIG"] = "/home/someone/.kube/config",
            ["ISTIOCTL_PREFER_EXPERIMENTAL"] = "true",
        };
        return new ManifestGenerate(new IstioctlProgram(program, TimeProvider.System, surroundings), _folder["repo"]);
    }

    private string[] Seen(string what) => File.ReadAllLines(_folder["seen/" + what]);
}
