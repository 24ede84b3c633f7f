using System.Text;
using Meshlift.Tests.Helm;
using Meshlift.Tests.Rendering;

namespace Meshlift.Tests.Renderers;

/// <summary><c>render</c> with the renderer <c>helm</c>, through the real command line and with the real programs.</summary>
public sealed class HelmRenderingTests
{
    public static TheoryData<string, string> Streams()
    {
        var data = new TheoryData<string, string>();
        if (IstioData.Folder is null) return data;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(IstioData.Folder, "manifests"), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (Path.GetFileName(Path.GetDirectoryName(file)) == "helm")
                foreach (var helm in new[] { "v32", "v33" })
                    data.Add(Path.GetRelativePath(IstioData.Folder, file), helm);
        return data;
    }

    [HelmStreamTheory, MemberData(nameof(Streams))]
    public async Task Every_stream_of_a_chart_is_carried(string file, string helm)
    {
        var stream = MeshCheckout.ReadStream(file);
        if (RealStreamTests.IsWithoutResources(stream)) return;
        var revision = RealStreamTests.RevisionOf(stream);
        var program = RealHelm.In(helm);
        Assert.NotNull(program);
        using var checkout = new MeshCheckout(revision: $"\"{revision}\"", renderer: $"renderer: helm, charts: {{ source: charts, helm: \"{program}\" }}");
        // A chart that prints the stream as it is: what Files.Get gives is not evaluated.
        Chart(checkout, "base", stream: null);
        Chart(checkout, "istiod", stream);
        await checkout.RenderAsync("1.30.3");
        RealStreamTests.AssertSame(MeshCheckout.Resources(stream, file), RealStreamTests.Written(checkout.Tree()));
        Assert.Contains("nothing changes", await checkout.RenderAsync("1.30.3"), StringComparison.Ordinal);
    }

    [HelmTheory, MemberData(nameof(RealHelm.All), MemberType = typeof(RealHelm))]
    public async Task Charts_values_and_gateways_become_a_revision_with_its_inputs_beside_it(string helm)
    {
        using var checkout = new MeshCheckout(renderer: $"renderer: helm, charts: {{ source: charts, helm: \"{RealHelm.In(helm)}\", istiod: {{ values: [a.yaml, b.yaml] }}, gateways: [{{ name: ingress, namespace: istio-ingress, values: gateway.yaml }}] }}");
        foreach (var chart in SampleChart.All()) foreach (var (path, text) in chart.Files) checkout.Write($"charts/{chart.Name}/{path}", text);
        checkout.Write("a.yaml", "replicas: 2\nnote: ${version}\n");
        checkout.Write("b.yaml", "replicas: 3\n");
        checkout.Write("gateway.yaml", "port: 443\n");
        await checkout.RenderAsync("1.30.3");
        var tree = checkout.Tree();
        Assert.Contains("replicas: 3", Text("1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml"), StringComparison.Ordinal);
        Assert.Contains("note: 1.30.3", Text("1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml"), StringComparison.Ordinal);
        Assert.Equal("replicas: 2\nnote: 1.30.3\n", Text("1-30-3/values-istiod-1.yaml"));
        Assert.Equal("replicas: 3\n", Text("1-30-3/values-istiod-2.yaml"));
        Assert.Equal("port: 443\n", Text("1-30-3/values-gateway-istio-ingress-ingress.yaml"));
        Assert.DoesNotContain("values-", Text("1-30-3/kustomization.yaml"), StringComparison.Ordinal);
        Assert.Contains("renderer: helm\n    source: charts\n", Text("1-30-3/inventory.yaml"), StringComparison.Ordinal);

        string Text(string path) => Encoding.UTF8.GetString(tree[path]);
    }

    [HelmFact]
    public async Task A_range_finds_the_newest_chart_in_a_folder()
    {
        using var checkout = new MeshCheckout(renderer: $"renderer: helm, charts: {{ source: \"charts/${{version}}\", helm: \"{RealHelm.Four}\" }}");
        foreach (var version in new[] { "1.30.2", "1.30.3" })
            foreach (var chart in SampleChart.All(version)) foreach (var (path, text) in chart.Files) checkout.Write($"charts/{version}/{chart.Name}/{path}", text);
        Assert.Contains("1.30.3", await checkout.RenderAsync("1.30.*"), StringComparison.Ordinal);
        var (code, _, error) = await checkout.RunAsync("render", "1.30.4");
        Assert.Equal(2, code);
        Assert.Contains("no version in charts/${version} matches '1.30.4'; there is 1.30.2, 1.30.3", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helm_that_is_not_there_is_told()
    {
        using var checkout = new MeshCheckout(renderer: "renderer: helm, charts: { source: charts, helm: tools/helm }");
        foreach (var (path, text) in SampleChart.Istiod().Files) checkout.Write($"charts/istiod/{path}", text);
        var (code, _, error) = await checkout.RunAsync("render", "1.30.3");
        Assert.Equal(2, code);
        Assert.Contains("there is no helm at tools/helm", error, StringComparison.Ordinal);
    }

    private static void Chart(MeshCheckout checkout, string name, byte[]? stream)
    {
        checkout.Write($"charts/{name}/Chart.yaml", $"apiVersion: v2\nname: {name}\nversion: 1.30.3\nappVersion: 1.30.3\n");
        checkout.Write($"charts/{name}/values.yaml", "revision: \"\"\ndefaultRevision: \"\"\n");
        checkout.Write($"charts/{name}/templates/all.yaml", stream is null ? "" : "{{ .Files.Get \"stream.yaml\" }}\n");
        if (stream is not null) File.WriteAllBytes(checkout[$"charts/{name}/stream.yaml"], stream);
    }
}
