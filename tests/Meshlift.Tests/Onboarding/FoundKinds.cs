using System.Text;
using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Simulator.Releases;
using Meshlift.Tests.Helm;
using Meshlift.Tests.Istioctl;

namespace Meshlift.Tests.Onboarding;

/// <summary>The kinds of repositories that teams have. Each gives the arguments that <c>init</c> needs there, beside what it sees.</summary>
internal static class FoundKinds
{
    /// <summary>Where the folder for each kind keeps its Istio.</summary>
    public const string KindsFolder = "clusters/testing/istio-system";

    public const string Operator = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  revision: 1-30-3\n";
    private static readonly RevisionName Revision = RevisionName.Parse("1-30-3");

    /// <summary>
    /// An IstioOperator file beside a file for each resource in a folder for each kind, delivered by Flux. The team rendered, took an autoscaler away, patched a
    /// Deployment with a patch of its own, added tags and an ingress.
    /// </summary>
    public static async Task<(string[] Arguments, List<Resource> Standing)> FolderForEachKindAsync(FoundRepository repository)
    {
        var standing = FoundRepository.Sample("1.30.3", "1-30-3").Where(resource => resource.Identity.Kind != "HorizontalPodAutoscaler" || Classifier.CarriesRevision(resource.Identity.Name, Revision))
            .Select(resource => resource.Identity is { Name: "istiod-1-30-3", Kind: "Deployment" } ? Parse(FoundRepository.Text(resource).Replace("default:info", "default:warn", StringComparison.Ordinal)) : resource).ToList();
        repository.WriteEach(standing, resource => $"{KindsFolder}/{(Classifier.CarriesRevision(resource.Identity.Name, Revision) ? "1-30-3/generated" : "common")}");
        repository.Write($"{KindsFolder}/1-30-3/istio.operator.yaml", Operator);
        repository.Write($"{KindsFolder}/1-30-3/level.patch", "--- a/1-30-3/generated/deployment/istiod-1-30-3.yaml\n+++ b/1-30-3/generated/deployment/istiod-1-30-3.yaml\n@@ -1 +1 @@\n-istio: info\n+istio: warn\n");
        repository.Write($"{KindsFolder}/1-30-3/ingress.yaml", "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: front, namespace: istio-system }\n");
        repository.Write("clusters/testing/flux-system/gotk-sync.yaml", Flux("clusters/testing"));
        await repository.TrackAsync();
        return (["--program", await IstioctlAsync(repository)], standing);
    }

    /// <summary>A Helmfile with a chart of CRDs and one of all else, their braces escaped, for two environments.</summary>
    public static async Task<(string[] Arguments, List<Resource> Standing)> HelmfileAsync(FoundRepository repository)
    {
        var standing = FoundRepository.Sample("1.30.3", "istio130").ToList();
        foreach (var resource in standing)
            repository.Write($"charts/{(resource.Identity.Kind == "CustomResourceDefinition" ? "istio-crd" : "istio")}/templates/{resource.Identity.Kind}-{resource.Identity.Namespace}-{resource.Identity.Name}.yaml", FoundRepository.Text(resource).Replace("{{", "{{ \"{{\" }}", StringComparison.Ordinal));
        foreach (var chart in (string[])["istio", "istio-crd"]) repository.Write($"charts/{chart}/Chart.yaml", $"apiVersion: v2\nname: {chart}\nversion: 1.0.0\n");
        repository.Write("helmfile.yaml", """
            environments:
              testing: {}
              production: {}
            ---
            releases:
              - { name: istio-crd, namespace: istio-system, chart: ./charts/istio-crd }
              - { name: istio, namespace: istio-system, chart: ./charts/istio, needs: [istio-system/istio-crd] }

            """);
        await repository.TrackAsync();
        return ([], standing);
    }

    /// <summary>Flux HelmReleases of the charts, their version in a ConfigMap.</summary>
    public static async Task<(string[] Arguments, List<Resource> Standing)> FluxReleasesAsync(FoundRepository repository)
    {
        foreach (var chart in SampleChart.All()) chart.Unpack(repository.Beside, $"charts/{chart.Name}");
        repository.Write("clusters/shop/flux-system/gotk-sync.yaml", Flux("clusters/shop"));
        repository.Write("clusters/shop/istio.yaml", """
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata: { name: istio, namespace: flux-system }
            spec:
              path: ./istio/system
              sourceRef: { kind: GitRepository, name: flux-system }
              postBuild:
                substituteFrom: [{ kind: ConfigMap, name: istio-version }]

            """);
        repository.Write("clusters/shop/istio-version.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio-version, namespace: flux-system }\ndata:\n  version: 1.30.3\n");
        repository.Write("istio/system/releases.yaml", $$"""
            apiVersion: source.toolkit.fluxcd.io/v1
            kind: HelmRepository
            metadata: { name: istio, namespace: istio-system }
            spec: { url: "file://{{repository.Beside["charts"]}}" }
            {{Release("istio-base", "base", "")}}
            {{Release("istiod", "istiod", "    revision: canary\n    replicas: ${replicas:=2}\n    note: ${version}\n")}}
            {{Release("front", "gateway", "    port: 443\n")}}
            """);
        await repository.TrackAsync();
        return (["--program", RealHelm.Four!], []);
    }

    /// <summary>A rendered stream for each of two clusters, of two versions, one with something else in its file.</summary>
    public static async Task<(string[] Arguments, List<Resource> Standing)> PlainFoldersAsync(FoundRepository repository)
    {
        repository.Write("clusters/testing/istio/all.yaml", SampleRelease.Render("1.30.3", "1-30-3"));
        repository.Write("clusters/eu/istio/all.yaml", SampleRelease.Render("1.29.6", "1-29-6") + "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: front, namespace: istio-ingress }\n");
        repository.Write("clusters/eu/shop/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop, labels: { istio.io/rev: 1-29-6 } }\n");
        await repository.TrackAsync();
        return (["--engine", "plain"], []);
    }

    /// <summary>An IstioOperator file, and nothing that says who delivers what it makes to which cluster.</summary>
    public static async Task<(string[] Arguments, List<Resource> Standing)> OperatorAloneAsync(FoundRepository repository)
    {
        repository.Write("istio.operator.yaml", Operator);
        await repository.TrackAsync();
        return (["--istio", "1.30.3", "--engine", "argocd", "--repository", "https://git.example.com/shop/platform.git", "--cluster", "testing=clusters/testing", "--program", await IstioctlAsync(repository)], []);
    }

    /// <summary>A recording istioctl that answers the operator file with a sample release, without tags, which no istioctl renders.</summary>
    private static async Task<string> IstioctlAsync(FoundRepository repository)
    {
        repository.Beside.Write("goldens/input/op.yaml", Operator);
        repository.Beside.Write("goldens/output/op.golden.yaml", string.Concat(FoundRepository.Sample("1.30.3", "1-30-3").Where(resource => resource.Label("istio.io/tag") is null).Select(resource => $"{FoundRepository.Text(resource)}---\n")));
        return await RecordingIstioctl.WriteAsync(repository.Beside, "istioctl", "1.30.3", repository.Beside["goldens"]);
    }

    private static Resource Parse(string text) => ManifestStream.Split(Encoding.UTF8.GetBytes(text), "").Single();

    private static string Flux(string path) => $$"""
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: { name: flux-system, namespace: flux-system }
        spec: { url: "ssh://git@git.example.com/shop/platform" }
        ---
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: { name: flux-system, namespace: flux-system }
        spec: { path: "./{{path}}", prune: true, sourceRef: { kind: GitRepository, name: flux-system } }

        """;

    private static string Release(string name, string chart, string values) => $$"""
        ---
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: { name: {{name}}, namespace: istio-system }
        spec:
          releaseName: {{name}}
          chart:
            spec: { chart: {{chart}}, version: "${version}", sourceRef: { kind: HelmRepository, name: istio } }
        {{(values.Length == 0 ? "" : $"  values:\n{values}")}}
        """;
}
