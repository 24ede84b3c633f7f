using System.Text;
using Meshlift.Core.Injection;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;

namespace Meshlift.Tests.Injection;

/// <summary>What istiod itself refuses, and what goes wrong between webhooks.</summary>
public sealed class InjectionDecisionTests
{
    private static readonly Labels ByRevision = Labels.Of((InjectionLabels.Revision, "blue"));

    [Fact]
    public void The_network_of_the_node_is_left_alone() =>
        Assert.Contains("hostNetwork", Nobody(Mesh(Webhook("blue")).Explain(Pod() with { IsHostNetwork = true }, ByRevision)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Namespaces_of_the_system_are_left_alone() =>
        Assert.Contains("never injects in kube-system", Nobody(Mesh(Webhook("blue")).Explain(Pod() with { Namespace = "kube-system" }, ByRevision)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("false", null, false)]
    [InlineData("no", null, false)]
    [InlineData("yes", null, true)]
    [InlineData("On", null, true)]
    [InlineData("", null, true)]
    [InlineData("false", "true", true)]
    [InlineData("true", "no", false)]
    public void The_label_beats_the_annotation_and_odd_words_are_YAML_1_1(string annotation, string? label, bool isInjected)
    {
        var pod = Pod() with { Annotations = Labels.Of((InjectionLabels.Inject, annotation)), Labels = Labels.None.With(InjectionLabels.Inject, label) };
        Assert.Equal(isInjected ? InjectionOutcome.Injected : InjectionOutcome.None, Mesh(Webhook("blue"), Injector("blue")).Explain(pod, ByRevision).Outcome);
    }

    [Theory]
    [InlineData("policy: enabled", "", true)]
    [InlineData("policy: disabled", "", false)]
    [InlineData("policy: sometimes", "", false)]
    [InlineData("policy: disabled", "sidecar.istio.io/inject", true)]
    [InlineData("policy: sometimes", "sidecar.istio.io/inject", false)]
    [InlineData("policy: enabled\nneverInjectSelector: [{matchLabels: {tool: x}}]", "tool", false)]
    [InlineData("policy: enabled\nneverInjectSelector: [{}]", "tool", true)]
    [InlineData("policy: disabled\nalwaysInjectSelector: [{matchExpressions: [{key: tool, operator: Exists}]}]", "tool", true)]
    [InlineData("policy: disabled\nneverInjectSelector: [{matchLabels: {tool: x}}]\nalwaysInjectSelector: [{matchLabels: {tool: x}}]", "tool", false)]
    public void Selectors_and_policy_decide_for_a_pod_that_says_nothing(string config, string label, bool isInjected)
    {
        var pod = Pod() with { Labels = label.Length == 0 ? Labels.None : Labels.Of((label, label == "tool" ? "x" : "true")) };
        Assert.Equal(isInjected ? InjectionOutcome.Injected : InjectionOutcome.None, Mesh(Webhook("blue"), Injector("blue", config)).Explain(pod, ByRevision).Outcome);
    }

    [Fact]
    public void Two_revisions_that_answer_are_a_finding_and_the_last_one_called_stays()
    {
        var verdict = Mesh(Webhook("green", selects: "{}"), Webhook("blue", selects: "{}")).Explain(Pod(), ByRevision);
        Assert.Equal((InjectionOutcome.Contested, "green"), (verdict.Outcome, verdict.Revision));
        Assert.Contains("blue and green answer", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_webhook_whose_Service_is_gone_refuses_pods()
    {
        var verdict = Mesh(Webhook("blue"), Webhook("green"), Service("istiod-green")).Explain(Pod(), ByRevision);
        Assert.Equal(InjectionOutcome.Refused, verdict.Outcome);
        Assert.Contains("istio-system/istiod-blue, which does not exist", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_webhooks_alone_says_nothing_about_Services() =>
        Assert.Equal(InjectionOutcome.Injected, Mesh(Webhook("blue")).Explain(Pod(), ByRevision).Outcome);

    [Fact]
    public void The_Service_answers_whatever_the_label_says()
    {
        var verdict = Mesh(Webhook("blue", calls: "istiod-green")).Explain(Pod(), ByRevision);
        Assert.Equal("green", verdict.Revision);
        Assert.Contains(verdict.Notes, note => note.Contains("is labelled for blue, but calls istio-system/istiod-green", StringComparison.Ordinal));
    }

    [Fact]
    public void Conditions_in_CEL_are_not_guessed() =>
        Assert.Equal(InjectionOutcome.Unknown, Mesh(Webhook("blue", more: "matchConditions: [{name: a, expression: 'true'}]")).Explain(Pod(), ByRevision).Outcome);

    [Fact]
    public void A_namespace_that_is_not_known_leaves_it_open_unless_the_pod_decides()
    {
        var mesh = Mesh(Webhook("blue"));
        Assert.Equal(InjectionOutcome.Unknown, mesh.Explain(Pod(), namespaceLabels: null).Outcome);
        Assert.Equal(InjectionOutcome.None, mesh.Explain(Pod() with { Labels = Labels.Of((InjectionLabels.Inject, "false")) }, namespaceLabels: null).Outcome);
    }

    [Fact]
    public void A_label_that_nobody_answers_to_names_those_who_are_there()
    {
        var reason = Nobody(Mesh(Webhook("blue"), Webhook("green")).Explain(Pod(), Labels.Of((InjectionLabels.Revision, "gren")))).Reason;
        Assert.Equal("it asks for gren, and no revision or tag is called so; there are blue, green", reason);
    }

    [Fact]
    public void Ztunnel_takes_what_has_no_sidecar()
    {
        var ambient = Labels.Of((InjectionLabels.DataplaneMode, "ambient"));
        var mesh = Mesh(Webhook("blue"));
        Assert.True(mesh.Explain(Pod(), ambient).IsAmbient);
        Assert.False(mesh.Explain(Pod() with { Labels = Labels.Of((InjectionLabels.DataplaneMode, "none")) }, ambient).IsAmbient);
        Assert.False(mesh.Explain(Pod() with { IsHostNetwork = true }, ambient).IsAmbient);
        Assert.False(mesh.Explain(Pod(), ambient.With(InjectionLabels.Revision, "blue")).IsAmbient);
    }

    [Theory]
    [InlineData("", "", "hub.example/istio/proxyv2:1.30.3-debug", false)]
    [InlineData("sidecar.istio.io/proxyImageType", "distroless", "hub.example/istio/proxyv2:1.30.3-distroless", true)]
    [InlineData("sidecar.istio.io/proxyImageType", "default", "hub.example/istio/proxyv2:1.30.3", true)]
    [InlineData("sidecar.istio.io/proxyImage", "other.example/proxy:2", "other.example/proxy:2", true)]
    [InlineData("sidecar.istio.io/proxyImage", "proxyv3", "hub.example/istio/proxyv2:1.30.3-debug", false)]
    public void The_image_is_put_together_as_istiod_does(string annotation, string value, string image, bool isOverridden)
    {
        var pod = Pod() with { Annotations = annotation.Length == 0 ? Labels.None : Labels.Of((annotation, value)) };
        var verdict = Mesh(Webhook("blue"), Injector("blue")).Explain(pod, ByRevision);
        Assert.Equal((image, isOverridden), (verdict.Image!.Image, verdict.Image.Override is not null));
    }

    [Fact]
    public void A_gateway_belongs_to_its_label_then_its_namespace_then_the_default_tag()
    {
        var tags = Mesh(Webhook("blue"), Webhook("green"), Tag("default", "green"), Tag("stable", "blue"), Service("istiod-revision-tag-stable", "stable", "green")).Tags;
        Assert.Equal("green", string.Join(" and ", tags.OwnersOfGateway(Labels.None, Labels.None)));
        Assert.Equal("blue", string.Join(" and ", tags.OwnersOfGateway(Labels.None, ByRevision)));
        Assert.Equal("green", string.Join(" and ", tags.OwnersOfGateway(Labels.Of((InjectionLabels.Revision, "green")), ByRevision)));
        Assert.Equal("blue and green", string.Join(" and ", tags.OwnersOfGateway(Labels.Of((InjectionLabels.Revision, "stable")), ByRevision)));
        Assert.Empty(tags.OwnersOfGateway(Labels.Of((InjectionLabels.Revision, "gone")), ByRevision));
    }

    private static InjectionVerdict Nobody(InjectionVerdict verdict)
    {
        Assert.Equal(InjectionOutcome.None, verdict.Outcome);
        return verdict;
    }

    private static PodRequest Pod() => new("shop", Labels.None, Labels.None, IsHostNetwork: false, ProxyImage: null);

    private static MeshInjection Mesh(params string[] documents) => MeshInjection.Read(ManifestStream.Split(Encoding.UTF8.GetBytes(string.Join("\n---\n", documents)), "mesh.yaml"));

    private static string Webhook(string revision, string? selects = null, string? calls = null, string more = "") => Configuration($"istio-sidecar-injector-{revision}", $"istio.io/rev: {revision}", revision, calls ?? $"istiod-{revision}", selects, more);

    private static string Tag(string tag, string revision) => Configuration($"istio-revision-tag-{tag}", $"istio.io/rev: {revision}, istio.io/tag: {tag}", tag, $"istiod-{revision}", null, "");

    private static string Configuration(string name, string labels, string asks, string calls, string? selects, string more) => $$"""
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata:
          name: {{name}}
          labels: { {{labels}} }
        webhooks:
          - name: rev.namespace.sidecar-injector.istio.io
            clientConfig: { service: { name: {{calls}}, namespace: istio-system, path: /inject } }
            namespaceSelector: {{selects ?? $"{{ matchLabels: {{ istio.io/rev: {asks} }} }}"}}
            objectSelector: { matchExpressions: [{ key: sidecar.istio.io/inject, operator: NotIn, values: ["false"] }] }
            rules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
            {{more}}
        """;

    private static string Service(string name, string? tag = null, string? revision = null) => $$"""
        apiVersion: v1
        kind: Service
        metadata:
          name: {{name}}
          namespace: istio-system
          labels: { app: istiod, {{(tag is null ? "" : $"istio.io/tag: {tag}, istio.io/rev: {revision}")}} }
        """;

    private static string Injector(string revision, string config = "policy: enabled") => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: istio-sidecar-injector-{{revision}}
          namespace: istio-system
          labels: { istio.io/rev: {{revision}} }
        data:
          config: |
            {{config.Replace("\n", "\n    ", StringComparison.Ordinal)}}
          values: '{"global": {"hub": "hub.example/istio", "tag": "1.30.3", "variant": "debug", "proxy": {"image": "proxyv2"} } }'
        """;
}
