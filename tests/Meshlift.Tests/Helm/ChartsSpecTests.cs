using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Tests.Configuration;

namespace Meshlift.Tests.Helm;

/// <summary>The settings of the renderer in <c>meshlift.yaml</c>.</summary>
public sealed class ChartsSpecTests
{
    // Each row: the settings, and the one error that comes of them; the first line of settings is line 8.
    public static TheoryData<string, string> Wrong => new()
    {
        { "{ sources: x }", "8:15: unknown key 'sources' in spec.istio.charts; did you mean 'source'?" },
        { "{ source: ../charts }", "8:23: '../charts' is not a path of the repository: '..' could leave the repository; write a path inside the repository, relative to its root, for example clusters/testing" },
        { "{ source: \"charts/${name}\" }", "8:23: 'charts/${name}' holds the unknown placeholder '${name}'; known are ${version} and ${revision}" },
        { "{ source: \"https://me:s3cret@example.com\" }", "8:23: the URL of example.com holds a user name or a password; leave it out: the file stands in Git; credentials come from the environment" },
        { "{ source: \"oci://ghcr.io/istio:1.30.3\" }", "8:23: 'oci://ghcr.io/istio:1.30.3' is no place in an OCI registry: it holds a tag; leave the tag out: Meshlift asks for the version that it renders" },
        { "{ plainHttp: true }", "8:26: 'plainHttp' is used by a source that begins with oci:// only; remove it" },
        { "{ kubernetes: 1.33 }", "8:27: spec.istio.charts.kubernetes must be a Kubernetes version, but without quotes 1.33 is the number 1.33; write \"1.33\"" },
        { "{ kubernetes: latest }", "8:27: 'latest' is not a version of Kubernetes; write for example v1.33" },
        { "{ istiod: { value: x } }", "8:25: unknown key 'value' in spec.istio.charts.istiod; did you mean 'values'?" },
        { "{ istiod: { values: [] } }", "8:33: spec.istio.charts.istiod.values needs at least one item" },
        { "{ istiod: { values: /etc/x } }", "8:33: '/etc/x' is not a path of the repository: it is absolute; write a path inside the repository, relative to its root, for example clusters/testing" },
        { "{ istiod: { release: " + new string('a', 54) + " } }", "8:34: '" + new string('a', 54) + "' is not the name of a Helm release; use at most 53 of a-z, 0-9 and '-', beginning and ending with a letter or digit" },
        { "{ gateways: [{ name: a }] }", "8:26: spec.istio.charts.gateways[0] needs the key 'namespace': its namespace, for example istio-ingress" },
        { "{ gateways: [{ name: a, namespace: b }, { name: a, namespace: b }] }", "8:61: the gateway 'a' is there already in the namespace b; give it another name" },
        { "{}\n    operator: x", "9:15: 'operator' is not used by renderer helm; name files of Helm's values in 'charts'" },
    };

    [Fact]
    public void Every_key_is_bound()
    {
        var istio = MeshText.Read(File.ReadAllText(Path.Combine(Vectors.Root, "tests/Meshlift.Tests/Configuration/helm.meshlift.yaml"))).Spec.Istio;
        Assert.Equal((Renderer.Helm, null), (istio.Renderer, istio.Manifests));
        Assert.Empty(istio.Operators);
        var charts = istio.Charts!;
        Assert.Equal(("oci://registry.example.com:5000/istio/charts", true, "tools/helm", "mesh", "v1.33.0"), (charts.Source.ToString(), charts.PlainHttp, charts.Helm, charts.Namespace, charts.Kubernetes));
        Assert.Equal([IstioChart.Base, IstioChart.Istiod, IstioChart.Cni, IstioChart.Ztunnel], charts.Components().Select(part => part.Chart));
        Assert.Equal(("base", null, "istio/base.yaml"), (charts.Base.Release, charts.Base.Namespace, charts.Base.Values.Single().Value));
        Assert.Equal(["istio/istiod.yaml", "istio/istiod-large.yaml"], charts.Istiod.Values.Select(path => path.Value));
        Assert.Equal("kube-system", charts.Cni!.Namespace);
        Assert.Equal([("ingress", "istio-ingress", 1), ("ingress", "istio-internal", 0)], charts.Gateways.Select(gateway => (gateway.Name, gateway.Namespace, gateway.Values.Length)));
    }

    [Fact]
    public void Without_settings_the_control_plane_is_rendered_from_istios_own_charts()
    {
        var charts = MeshText.Read(MeshText.Smallest.Replace("\"1.30.*\"", "\"1.30.*\"\n    renderer: helm", StringComparison.Ordinal)).Spec.Istio.Charts!;
        Assert.Equal(("https://blob.istio.io/istio-release/charts", false, "istio-system", "v1.32.0"), (charts.Source.ToString(), charts.PlainHttp, charts.Namespace, charts.Kubernetes));
        Assert.Equal([IstioChart.Base, IstioChart.Istiod], charts.Components().Select(part => part.Chart));
        Assert.Empty(charts.Gateways);
        Assert.Null(MeshText.Read(MeshText.Smallest).Spec.Istio.Charts);
    }

    [Theory, MemberData(nameof(Wrong))]
    public void What_is_wrong_is_told_with_its_place_and_a_remedy(string charts, string error) =>
        Assert.Equal(["meshlift.yaml:" + error], MeshText.Errors(MeshText.Smallest.Replace("\"1.30.*\"", $"\"1.30.*\"\n    renderer: helm\n    charts: {charts}", StringComparison.Ordinal)), StringComparer.Ordinal);

    [Fact]
    public void Charts_without_the_renderer_are_told() =>
        Assert.Equal(["meshlift.yaml:7:13: 'charts' is used by renderer helm only; remove it, or write renderer: helm"],
            MeshText.Errors(MeshText.Smallest.Replace("\"1.30.*\"", "\"1.30.*\"\n    charts: { source: x }", StringComparison.Ordinal)), StringComparer.Ordinal);

    [Theory]
    [InlineData("v1.33", "v1.33.0"), InlineData("\"1.33\"", "v1.33.0"), InlineData("v1.33.4", "v1.33.4"), InlineData("1.33.4-gke.7", "v1.33.4-gke.7"), InlineData("1.33.4+k3s1", "v1.33.4+k3s1")]
    public void The_version_of_kubernetes_is_given_in_full(string written, string given) => Assert.Equal(given, HelmFixture.Spec($"{{ kubernetes: {written} }}").Kubernetes);
}
