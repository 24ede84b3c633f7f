using static Meshlift.Tests.Checks.Objects;

namespace Meshlift.Tests.Checks;

public sealed class InjectorRulesTests
{
    private const string Enabled = "matchLabels: { istio-injection: enabled }";

    [Theory]
    [InlineData("istiod-a", "istiod-a", true)]
    [InlineData("istiod-a", "istiod-b", false)]
    public void A_webhook_calls_a_service_that_is_there(string called, string there, bool passes)
    {
        var files = CheckedFiles.Of(Join(Injector("a", called, Enabled), Service(there, space: "istio-system")));
        Assert.Equal((passes, !passes), (files.Passes("ML1114"), files.Fails("ML1114")));
    }

    [Fact]
    public void Where_the_service_may_stand_elsewhere_nobody_can_tell()
    {
        Assert.True(CheckedFiles.Of(Injector("a", "istiod", Enabled)).IsUnknown("ML1114"));
        Assert.True(CheckedFiles.Of(Join(Injector("a", "istiod-a", Enabled), Service("istiod-b", space: "istio-system"), Custom("helm.toolkit.fluxcd.io/v2", "HelmRelease", "x", "chart: {}", "istio-system"))).IsUnknown("ML1114"));
        Assert.True(CheckedFiles.Of(Join(Injector("a", "istiod-a", Enabled).Replace("sidecar-injector.istio.io", "example.com", StringComparison.Ordinal), Service("istiod-b", space: "istio-system"))).Passes("ML1114"));
    }

    [Theory]
    [InlineData(Enabled, "matchLabels: { istio.io/rev: a }, matchExpressions: [{ key: istio-injection, operator: DoesNotExist }]", true)]
    [InlineData(Enabled, "matchLabels: { istio.io/rev: a }", false)]
    [InlineData("matchLabels: { istio.io/rev: a }", "matchLabels: { istio.io/rev: b }", true)]
    [InlineData(Enabled, "matchExpressions: [{ key: istio-injection, operator: NotIn, values: [enabled] }]", true)]
    [InlineData(Enabled, "matchExpressions: [{ key: istio-injection, operator: NotIn, values: [disabled] }]", false)]
    [InlineData(Enabled, "matchLabels: { istio-injection: enabled, istio.io/deactivated: never-match }", true)]
    [InlineData(Enabled, "", false)]
    public void Two_configurations_answer_for_the_same_pods_where_labels_can_meet_both(string one, string other, bool passes)
    {
        var files = CheckedFiles.Of(Join(Injector("a", "istiod", one), Injector("b", "istiod", other)));
        Assert.Equal((passes, !passes), (files.Passes("ML1115"), files.Fails("ML1115")));
    }

    [Fact]
    public void Selectors_of_pods_keep_webhooks_apart_as_well()
    {
        var pods = Injector("b", "istiod", Enabled, "matchLabels: { sidecar.istio.io/inject: \"true\" }");
        Assert.True(CheckedFiles.Of(Join(Injector("a", "istiod", Enabled, "matchExpressions: [{ key: sidecar.istio.io/inject, operator: DoesNotExist }]"), pods)).Passes("ML1115"));
        Assert.True(CheckedFiles.Of(Join(Injector("a", "istiod", Enabled), pods)).Fails("ML1115"));
    }

    private static string Injector(string name, string service, string namespaces, string pods = "") => $$"""
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: { name: {{name}} }
        webhooks:
          - name: namespace.sidecar-injector.istio.io
            clientConfig: { service: { name: {{service}}, namespace: istio-system } }
            namespaceSelector: { {{namespaces}} }
            objectSelector: { {{pods}} }

        """;
}
