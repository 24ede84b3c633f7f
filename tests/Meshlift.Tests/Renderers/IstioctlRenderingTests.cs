using System.Text;
using Meshlift.Tests.Istioctl;
using Meshlift.Tests.Rendering;

namespace Meshlift.Tests.Renderers;

/// <summary><c>render</c> with the renderer <c>istioctl</c>, through the real command line.</summary>
public sealed class IstioctlRenderingTests : IDisposable
{
    private const string Operator = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\n";
    private readonly TempFolder _tools = new();

    public void Dispose() => _tools.Dispose();

    public static TheoryData<string, string> Goldens()
    {
        var data = new TheoryData<string, string>();
        if (IstioData.Folder is null) return data;
        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(IstioData.Folder, "goldens")).Order(StringComparer.Ordinal))
            foreach (var input in Directory.EnumerateFiles(Path.Combine(folder, "input"), "*.yaml").Order(StringComparer.Ordinal))
                if (Output(Path.GetFileName(folder), Path.GetFileNameWithoutExtension(input)) is not null)
                    data.Add(Path.GetFileName(folder), Path.GetFileNameWithoutExtension(input));
        return data;
    }

    [IstioDataTheory, MemberData(nameof(Goldens))]
    public async Task Every_golden_input_becomes_its_golden_output(string version, string name)
    {
        var stream = MeshCheckout.ReadStream(Output(version, name)!);
        var revision = RealStreamTests.RevisionOf(stream);
        var folder = Path.Combine(IstioData.Folder!, "goldens", version);
        await RecordingIstioctl.WriteAsync(_tools, "istioctl", version, folder);
        using var checkout = Checkout(revision);
        File.Copy(Path.Combine(folder, "input", name + ".yaml"), checkout["op.yaml"]);
        if (RealStreamTests.IsWithoutResources(stream))
        {
            Assert.Equal(2, (await checkout.RunAsync("render", version)).Code);
            return;
        }
        await checkout.RenderAsync(version);
        var tree = checkout.Tree();
        RealStreamTests.AssertSame(MeshCheckout.Resources(stream, name), RealStreamTests.Written(tree));
        Assert.Contains("renderer: istioctl\n", Encoding.UTF8.GetString(tree[$"{revision}/inventory.yaml"]), StringComparison.Ordinal);
        Assert.Contains("nothing changes", await checkout.RenderAsync(version), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_input_as_it_was_used_is_kept_beside_the_revision_and_applied_by_nobody()
    {
        await RecordingIstioctl.WriteAsync(_tools, "istioctl", "1.30.3");
        using var checkout = Checkout("1-30-3", "[op.yaml, large.yaml]");
        checkout.Write("op.yaml", Operator + "spec:\n  tag: ${version}\n  revision: ${revision}\n");
        checkout.Write("large.yaml", Operator);
        await checkout.RenderAsync("1.30.3");
        Assert.Equal(Operator + "spec:\n  tag: 1.30.3\n  revision: 1-30-3\n", Text("1-30-3/istio.operator-1.yaml"));
        Assert.All(checkout.Tree().Keys.Where(path => path.EndsWith("kustomization.yaml", StringComparison.Ordinal)), path => Assert.DoesNotContain("operator", Text(path), StringComparison.Ordinal));

        checkout.Reconfigure("[op.yaml, large.yaml]", "op.yaml");
        await checkout.RenderAsync("1.30.3");
        Assert.StartsWith(Operator, Text("1-30-3/istio.operator.yaml"), StringComparison.Ordinal);
        Assert.False(checkout.Tree().ContainsKey("1-30-3/istio.operator-2.yaml"));

        string Text(string path) => Encoding.UTF8.GetString(checkout.Tree()[path]);
    }

    [Fact]
    public async Task An_operator_file_of_ones_own_beside_the_revision_stays()
    {
        await RecordingIstioctl.WriteAsync(_tools, "istioctl", "1.30.3");
        using var checkout = Checkout("1-30-3");
        checkout.Write("op.yaml", Operator);
        checkout.Write("clusters/testing/istio-system/1-30-3/istio.operator.yaml", Operator + "# mine\n");
        var said = await checkout.RenderAsync("1.30.3");
        Assert.Contains("ML1026", said, StringComparison.Ordinal);
        Assert.Equal(Operator + "# mine\n", File.ReadAllText(Path.Combine(checkout.Mesh, "1-30-3/istio.operator.yaml")));
        Assert.Contains("ML1026", await checkout.RenderAsync("1.30.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_of_the_kept_input_is_an_edit_of_a_generated_file()
    {
        await RecordingIstioctl.WriteAsync(_tools, "istioctl", "1.30.3");
        using var checkout = Checkout("1-30-3");
        checkout.Write("op.yaml", Operator);
        await checkout.RenderAsync("1.30.3");
        checkout.Write("clusters/testing/istio-system/1-30-3/istio.operator.yaml", Operator + "# edited\n");
        var (code, _, error) = await checkout.RunAsync("render", "1.30.3");
        Assert.Equal(4, code);
        Assert.Contains("istio-system/1-30-3/istio.operator.yaml", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_operator_file_is_told_before_any_program_is_looked_for()
    {
        using var checkout = Checkout("1-30-3", "istio/none.yaml");
        var (code, _, error) = await checkout.RunAsync("render", "1.30.3");
        Assert.Equal(2, code);
        Assert.StartsWith("error: there is no istio/none.yaml\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_istioctl_refuses_is_told_and_nothing_is_written()
    {
        await RecordingIstioctl.WriteAsync(_tools, "istioctl", "1.30.3", goldens: _tools["none"]);
        using var checkout = Checkout("1-30-3");
        checkout.Write("op.yaml", Operator);
        var (code, output, error) = await checkout.RunAsync("render", "1.30.3");
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("Error: no golden for", error, StringComparison.Ordinal);
        Assert.Empty(checkout.Tree());
    }

    [Fact]
    public async Task Another_version_than_that_of_the_program_is_refused()
    {
        await RecordingIstioctl.WriteAsync(_tools, "istioctl", "1.30.2");
        using var checkout = Checkout("1-30-3");
        checkout.Write("op.yaml", Operator);
        var (code, _, error) = await checkout.RunAsync("render", "1.30.3");
        Assert.Equal(2, code);
        Assert.Contains("is istioctl 1.30.2, and only 1.30.3 renders Istio 1.30.3", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_the_configuration_forbids_is_refused_and_never_the_newest_of_a_range()
    {
        await RecordingIstioctl.WriteAsync(_tools, "istioctl", "1.30.3");
        Directory.CreateDirectory(_tools["releases/1.30.3"]);
        Directory.CreateDirectory(_tools["releases/1.30.4"]);
        using var checkout = Checkout("1-30-3", istio: $", never: [\"1.30.4\"], releases: \"file://{_tools["releases"]}\"");
        checkout.Write("op.yaml", Operator);
        Assert.Contains("1.30.3", await checkout.RenderAsync("1.30.*", "--until", "resolve"), StringComparison.Ordinal);
        var (code, _, error) = await checkout.RunAsync("render", "1.30.4");
        Assert.Equal(4, code);
        Assert.Contains("spec.istio.never names it", error, StringComparison.Ordinal);
    }

    private MeshCheckout Checkout(string revision, string operators = "op.yaml", string istio = "") =>
        new(revision: $"\"{revision}\"", renderer: $"renderer: istioctl, operator: {operators}, istioctl: \"{_tools["istioctl"]}\"", istio: istio);

    private static string? Output(string version, string name)
    {
        var folder = Path.Combine(IstioData.Folder!, "goldens", version, "output");
        var plain = Path.Combine(folder, name + ".golden.yaml");
        var found = File.Exists(plain) ? plain : Directory.EnumerateFiles(folder, name + ".golden*.yaml.gz").Order(StringComparer.Ordinal).FirstOrDefault();
        return found is null ? null : Path.GetRelativePath(IstioData.Folder!, found);
    }
}
