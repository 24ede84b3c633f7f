using System.Text;
using Meshlift.Core.Classifying;
using Meshlift.Core.Cleaning;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Simulator.Releases;
using Meshlift.Tests.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Tests.Cleaning;

public sealed class CleanerTests
{
    [Theory]
    [InlineData("1.30.3", "^1\\.30.*", true)]
    [InlineData("1.30.3", "^1\\.29.*", false)]
    [InlineData("1.30.3", "1.3", true)]
    [InlineData("1.9.9", "^1\\.1.*", false)]
    [InlineData("1.30.3", "(", null)]
    [InlineData("1.30.3", "(a)\\1", null)]
    [InlineData("1.30.3", "", true)]
    public void An_envoy_filter_concerns_the_versions_that_its_expression_matches(string version, string expression, bool? expected) =>
        Assert.Equal(expected, ProxyVersion.Concerns(Filter(expression), IstioVersion.Parse(version)));

    [Fact]
    public void A_filter_concerns_a_version_when_one_of_its_patches_does() =>
        Assert.True(ProxyVersion.Concerns(Filter("^1\\.29.*", "^1\\.30.*"), IstioVersion.Parse("1.30.3")));

    [Fact]
    public void Rules_leave_out_what_they_match_and_say_when_they_match_nothing()
    {
        var cleaned = Clean("- { kind: EnvoyFilter, proxyVersion: other }\n- { kind: HorizontalPodAutoscaler, name: \"istio-egress*\" }\n- { kind: Nothing }");
        Assert.Equal(
            ["HorizontalPodAutoscaler istio-egress/istio-egressgateway", "EnvoyFilter.networking.istio.io istio-system/stats-filter-1.29-1-30-3", "EnvoyFilter.networking.istio.io istio-system/tcp-stats-filter-1.29-1-30-3"],
            cleaned.Removed.Select(identity => identity.ToString()));
        Assert.Equal(["spec.clean[2]"], cleaned.Findings.Select(finding => finding.Subject));
    }

    [Fact]
    public void Fields_that_istiod_writes_are_dropped_and_found_when_put_back()
    {
        var resource = Assert.Single(ManifestStream.Split("""
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: { name: istio-validator-istio-system }
            webhooks:
            - { name: a, clientConfig: { caBundle: "", service: { name: istiod } }, failurePolicy: Ignore }
            - { name: b, clientConfig: { service: { name: istiod } }, failurePolicy: Fail }
            """u8.ToArray(), "all.yaml"));
        Assert.Equal(["webhooks[0].clientConfig.caBundle", "webhooks[0].failurePolicy"], WebhookFields.Find(resource).AsEnumerable());
        var dropped = WebhookFields.Drop(resource);
        Assert.Empty(WebhookFields.Find(dropped));
        Assert.Contains("failurePolicy: Fail", Encoding.UTF8.GetString(dropped.ToCanonicalYaml().Span), StringComparison.Ordinal);
        Assert.Same(dropped, WebhookFields.Drop(dropped));
    }

    [Fact]
    public void A_mutating_webhook_keeps_its_failure_policy()
    {
        var resource = Assert.Single(ManifestStream.Split("""
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            metadata: { name: istio-sidecar-injector }
            webhooks:
            - { name: a, clientConfig: { caBundle: Zm9v }, failurePolicy: Ignore }
            """u8.ToArray(), "all.yaml"));
        var webhook = (YamlMapping)((YamlSequence)WebhookFields.Drop(resource).Root["webhooks"]!).Items[0];
        Assert.Equal("Ignore", ((YamlScalar)webhook["failurePolicy"]!).Value);
        Assert.Null(((YamlMapping)webhook["clientConfig"]!)["caBundle"]);
    }

    private static Cleaned Clean(string rules)
    {
        var mesh = MeshText.Read(MeshText.With($"clean:\n{rules}"));
        var set = ManifestSet.Create(ManifestStream.Split(Encoding.UTF8.GetBytes(SampleRelease.Render("1.30.3", "1-30-3")), "all.yaml"));
        return Cleaner.Clean(ClassifiedResource.Of(set, RevisionName.Parse("1-30-3")), mesh.Spec.Clean, IstioVersion.Parse("1.30.3"));
    }

    private static Resource Filter(params string[] expressions)
    {
        var patches = expressions.Select(expression => YamlMapping.Of(("match", YamlMapping.Of(("proxy", YamlMapping.Of(("proxyVersion", expression)))))));
        var root = YamlMapping.Of(("spec", YamlMapping.Of(("configPatches", YamlSequence.Of(patches)))));
        return new Resource(new ResourceIdentity("networking.istio.io", "EnvoyFilter", "istio-system", "stats-filter"), root, "all.yaml:1:1");
    }
}
