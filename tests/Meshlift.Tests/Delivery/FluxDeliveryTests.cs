using Meshlift.Simulator.Releases;
using Meshlift.Tests.Rendering;
using Meshlift.Yaml;

namespace Meshlift.Tests.Delivery;

/// <summary>What Flux applies, and in which order.</summary>
public sealed class FluxDeliveryTests
{
    [Fact]
    public async Task Steps_depend_on_each_other_and_crds_are_never_pruned()
    {
        using var checkout = await RenderedAsync();
        Assert.Equal(["istio-1-29-6.yaml", "istio-1-30-3.yaml", "istio-active.yaml", "istio-crds.yaml", "istio-shared.yaml"], Directory.EnumerateFiles(checkout["clusters/testing/istio-system/flux"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(("./clusters/testing/istio-system/common/customresourcedefinition", false, true, ""), Step(checkout, "istio-crds"));
        Assert.Equal(("./clusters/testing/istio-system/common", true, false, "istio-crds"), Step(checkout, "istio-shared"));
        Assert.Equal(("./clusters/testing/istio-system/1-30-3", true, false, "istio-shared"), Step(checkout, "istio-1-30-3"));
        Assert.Equal(("./clusters/testing/istio-system/active", true, false, "istio-1-29-6,istio-1-30-3"), Step(checkout, "istio-active"));
        var health = (YamlMapping)Assert.Single(((YamlSequence)Spec(checkout, "istio-1-30-3")["healthChecks"]!).Items);
        Assert.Equal("istiod-1-30-3", ((YamlScalar)health["name"]!).Value);
    }

    [Fact]
    public async Task Files_of_a_person_are_applied_with_the_generated_ones_and_never_touched()
    {
        using var checkout = await RenderedAsync();
        const string ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress # ours\nmetadata: {name: status, namespace: istio-system}\n";
        checkout.Write("clusters/testing/istio-system/1-30-3/ingress.yaml", ingress);
        checkout.Write("clusters/testing/istio-system/1-30-3/istio.operator.yaml", "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: x}\n");
        checkout.Write("clusters/testing/istio-system/common/alias.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: istiod, namespace: istio-system}\n");
        await checkout.RenderAsync("1.30.3");
        Assert.Equal(["generated", "ingress.yaml"], Resources(checkout, "1-30-3"));
        Assert.Contains("alias.yaml", Resources(checkout, "common"));
        await checkout.RenderAsync("1.29.6");
        Assert.Equal(ingress, await File.ReadAllTextAsync(checkout["clusters/testing/istio-system/1-30-3/ingress.yaml"]));
        Assert.Equal(["generated", "ingress.yaml"], Resources(checkout, "1-30-3"));

        // The same object once more, by hand, would have two writers.
        checkout.Write("clusters/testing/istio-system/1-30-3/second.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: istiod-1-29-6, namespace: istio-system}\n");
        var (code, _, error) = await checkout.RunAsync("render", "1.30.3");
        Assert.Equal(4, code);
        Assert.Contains("Deployment istio-system/istiod-1-29-6 in clusters/testing/istio-system/1-29-6/generated/deployment/istio-system/istiod-1-29-6.yaml and clusters/testing/istio-system/1-30-3/second.yaml", error, StringComparison.Ordinal);
    }

    private static async Task<MeshCheckout> RenderedAsync()
    {
        var checkout = new MeshCheckout();
        foreach (var version in SampleRelease.Versions)
        {
            checkout.Vendor(version, System.Text.Encoding.UTF8.GetBytes(SampleRelease.Render(version, version.Replace('.', '-'))));
            await checkout.RenderAsync(version);
        }
        return checkout;
    }

    private static (string Path, bool Prune, bool Wait, string DependsOn) Step(MeshCheckout checkout, string name)
    {
        var spec = Spec(checkout, name);
        var after = (spec["dependsOn"] as YamlSequence)?.Items.Select(item => ((YamlScalar)((YamlMapping)item)["name"]!).Value) ?? [];
        return (((YamlScalar)spec["path"]!).Value, ((YamlScalar)spec["prune"]!).Value == "true", (spec["wait"] as YamlScalar)?.Value == "true", string.Join(',', after));
    }

    private static YamlMapping Spec(MeshCheckout checkout, string name) => (YamlMapping)Read(checkout, $"flux/{name}.yaml")["spec"]!;

    private static IEnumerable<string> Resources(MeshCheckout checkout, string folder) =>
        ((YamlSequence)Read(checkout, $"{folder}/kustomization.yaml")["resources"]!).Items.Select(item => ((YamlScalar)item).Value);

    private static YamlMapping Read(MeshCheckout checkout, string file) => (YamlMapping)YamlReader.Read(File.ReadAllBytes(Path.Combine(checkout.Mesh, file)))!;
}
