using System.Collections.Concurrent;
using Meshlift.Core.Injection;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Tests.Injection;

/// <summary>Istio's own injection inputs and outputs: what is injected there is what we say, with the image that stands there.</summary>
public sealed class InjectionGoldenTests
{
    // Its template is defined in the test of the upstream project, not in the injector's ConfigMap.
    private const string OwnTemplate = "custom-template.yaml";

    public static TheoryData<string> Inputs { get; } = [.. IstioData.Folder is null ? [] : IstioData.YamlFiles.Where(file => file.StartsWith("samples/inject-golden/", StringComparison.Ordinal) && file.EndsWith(".yaml", StringComparison.Ordinal) && !file.EndsWith(OwnTemplate, StringComparison.Ordinal))];

    [IstioDataTheory, MemberData(nameof(Inputs))]
    public void What_Istio_injects_is_what_the_webhooks_and_the_ConfigMap_say(string file)
    {
        var version = file.Split('/')[2];
        var mesh = Mesh(version);
        var inputs = ManifestStream.Split(IstioData.Read(file), file);
        var outputs = ManifestStream.Split(IstioData.Read(file + ".injected"), file).ToDictionary(resource => resource.Identity);
        var pods = 0;
        foreach (var input in inputs)
        {
            if (PodRequest.Of(input) is not { } pod) continue;
            pods++;
            var verdict = mesh.Explain(pod, Labels.Of((InjectionLabels.Injection, "enabled")));
            var proxy = Proxy(outputs[input.Identity]);
            Assert.Equal((proxy is null ? InjectionOutcome.None : InjectionOutcome.Injected, proxy), (verdict.Outcome, TestImage(verdict.Image?.Image, version)));
        }
        Assert.True(pods > 0 || inputs.All(input => input.Identity.Kind is "Service" or "DeploymentConfig"), "the file has a workload that was not looked at");
    }

    [IstioDataFact]
    public void A_template_that_the_injector_does_not_have_refuses_the_pod()
    {
        var input = ManifestStream.Split(IstioData.Read("samples/inject-golden/1.30.3/" + OwnTemplate), OwnTemplate).Single();
        var verdict = Mesh("1.30.3").Explain(PodRequest.Of(input)!, Labels.Of((InjectionLabels.Injection, "enabled")));
        Assert.Equal(InjectionOutcome.Refused, verdict.Outcome);
        Assert.Contains("'custom'", verdict.Reason, StringComparison.Ordinal);
    }

    // The upstream tests render with a hub and a tag of their own.
    private static string? TestImage(string? image, string version) => version == "1.30.3"
        ? image?.Replace("registry.istio.io/release/proxyv2:1.30.3", "registry.istio.io/testing/proxyv2:latest", StringComparison.Ordinal)
        : image?.Replace("docker.io/istio/proxyv2:1.11.8", "gcr.io/istio-testing/proxyv2:latest", StringComparison.Ordinal);

    private static string? Proxy(Resource resource) => PodTemplate.Of(resource) is { } pod
        ? pod.Containers().Where(one => (one.Container["name"] as YamlScalar)?.Value == InjectionLabels.ProxyContainer).Select(one => (one.Container["image"] as YamlScalar)?.Value).FirstOrDefault()
        : null;

    private static MeshInjection Mesh(string version) => Meshes.GetOrAdd(version, _ => MeshInjection.Read(
        ManifestStream.Split(IstioData.Read($"manifests/{version}/default-norev.yaml"), version).Where(resource => !InjectorConfig.IsInjector(resource.Identity))
            .Concat(ManifestStream.Split(IstioData.Read($"samples/injector/{version}/istio-sidecar-injector.configmap.yaml"), version))));

    private static readonly ConcurrentDictionary<string, MeshInjection> Meshes = new(StringComparer.Ordinal);
}
