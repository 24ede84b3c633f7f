using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Checks;

public sealed class PassedOverTests
{
    private const string Broken = "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio-injection: enabled, istio.io/rev: x } }\n";

    [Fact]
    public async Task Templates_of_charts_and_patches_of_kustomize_are_passed_over_and_counted()
    {
        using var folder = new TempFolder();
        folder.Write("chart/Chart.yaml", "name: x\n");
        folder.Write("chart/templates/a.yaml", "{{ if .Values.x }}\na: {{ .Values.b }}\n{{ end }}\n");
        folder.Write("chart/templates/tests/b.yaml", "a: {{ 1 }}\n");
        folder.Write("chart/crds/crd.yaml", Broken);
        folder.Write("templates/plain.yaml", Broken.Replace("shop", "cart", StringComparison.Ordinal));
        folder.Write("app/kustomization.yml", "patches:\n  - path: below/patch.yaml\n  - patch: |\n      a: 1\npatchesStrategicMerge: [./old.yaml, \"a: 1\\nb: 2\\n\"]\npatchesJson6902: [{ path: both.yaml }]\nresources: [both.yaml]\n");
        folder.Write("app/below/patch.yaml", Broken);
        folder.Write("app/old.yaml", Broken);
        folder.Write("app/both.yaml", Broken.Replace("shop", "both", StringComparison.Ordinal));
        var outcome = await MeshliftProcess.RunAsync(folder.Path, ["check", "chart", "templates", "app"]);
        Assert.Contains("injection_labels... Fail: 3 findings\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("chart/crds/crd.yaml:", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("yaml... Pass\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("\n4 files passed over: 2 Helm templates, 2 kustomize patches\n", outcome.Output, StringComparison.Ordinal);
        // A patch that is named alone is found by the kustomization above it.
        Assert.Contains("1 file passed over: 1 kustomize patch\n", (await MeshliftProcess.RunAsync(folder.Path, ["check", "app/below/patch.yaml"])).Output, StringComparison.Ordinal);
        var json = PublishedSchema.AssertFits("check", (await MeshliftProcess.RunAsync(folder.Path, ["check", "app", "-o", "json"])).Output);
        Assert.Equal(2, json.GetProperty("passedOver").GetProperty("kustomizePatches").GetInt32());
    }
}
