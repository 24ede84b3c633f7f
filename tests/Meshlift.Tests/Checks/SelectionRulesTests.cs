using static Meshlift.Tests.Checks.Objects;

namespace Meshlift.Tests.Checks;

public sealed class SelectionRulesTests
{
    [Theory]
    [InlineData("app: cart", true)]
    [InlineData("app: cart, tier: web", true)]
    [InlineData("app: cart, tier: db", false)]
    [InlineData("app: till", false)]
    [InlineData("statefulset.kubernetes.io/pod-name: cart-0, app: cart", true)]
    [InlineData("pod-template-hash: abc", true)]
    public void A_service_means_the_pods_that_have_all_its_labels(string selector, bool passes)
    {
        var files = CheckedFiles.Of(Join(Deployment("cart", labels: "tier: web"), Service("cart", selector)));
        Assert.Equal((passes, !passes), (files.Passes("ML3018"), files.Fails("ML3018")));
    }

    [Fact]
    public void Pods_of_another_file_of_the_same_namespace_count_and_those_of_another_namespace_do_not()
    {
        Assert.True(CheckedFiles.Of(("a/service.yaml", Service("cart", "app: cart")), ("b/pods.yaml", Deployment("cart"))).Passes("ML3018"));
        var files = CheckedFiles.Of(("a/service.yaml", Service("cart", "app: cart")), ("b/pods.yaml", Join(Deployment("till"), Deployment("cart", "other"))));
        Assert.Equal(["ML3018 a/service.yaml:4"], files.Findings);
    }

    [Fact]
    public void A_service_without_a_selector_or_for_an_external_name_means_no_pods() =>
        Assert.True(CheckedFiles.Of(Join(Deployment("till"), Service("cart"), Service("web", "app: web", more: ", type: ExternalName, externalName: example.com"))).Passes("ML3018"));

    [Theory]
    [InlineData("helm.toolkit.fluxcd.io/v2", "HelmRelease", "chart: {}")]
    [InlineData("kafka.strimzi.io/v1beta2", "Kafka", "")]
    [InlineData("gateway.networking.k8s.io/v1", "Gateway", "")]
    [InlineData("argoproj.io/v1alpha1", "Application", "destination: { namespace: shop }")]
    [InlineData("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "sourceRef: { name: elsewhere }")]
    public void Where_something_else_may_make_pods_nobody_can_tell(string apiVersion, string kind, string spec)
    {
        Assert.True(CheckedFiles.Of(Join(Deployment("till"), Service("cart", "app: cart"), Custom(apiVersion, kind, "x", spec))).IsUnknown("ML3018"));
        Assert.True(CheckedFiles.Of(Join(Deployment("till"), Policy("cart", "podSelector: { matchLabels: { app: cart } }, ingress: [{}]"), Custom(apiVersion, kind, "x", spec))).IsUnknown("ML3019"));
    }

    [Theory]
    [InlineData("networking.istio.io/v1", "VirtualService", "")]
    [InlineData("monitoring.coreos.com/v1", "ServiceMonitor", "")]
    [InlineData("gateway.networking.k8s.io/v1", "HTTPRoute", "")]
    [InlineData("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "sourceRef: { name: flux-system }")]
    [InlineData("kafka.strimzi.io/v1beta2", "Kafka", "", "other")]
    public void What_makes_no_pods_here_changes_nothing(string apiVersion, string kind, string spec, string space = "shop") =>
        Assert.True(CheckedFiles.Of(Join(Deployment("till"), Service("cart", "app: cart"), Custom(apiVersion, kind, "x", spec, space))).Fails("ML3018"));

    [Fact]
    public void A_kustomization_that_brings_a_chart_or_another_repository_leaves_it_open()
    {
        foreach (var brings in (string[])["helmCharts: [{ name: x }]", "resources: [https://example.com/base]"])
            Assert.True(CheckedFiles.Of(("kustomization.yaml", brings), ("a.yaml", Join(Deployment("till"), Service("cart", "app: cart")))).IsUnknown("ML3018"));
        Assert.True(CheckedFiles.Of(("kustomization.yaml", "resources: [a.yaml]"), ("a.yaml", Join(Deployment("till"), Service("cart", "app: cart")))).Fails("ML3018"));
    }

    [Fact]
    public void Without_any_workload_of_the_namespace_nobody_can_tell() => Assert.True(CheckedFiles.Of(Service("cart", "app: cart")).IsUnknown("ML3018"));

    [Fact]
    public void Where_nobody_names_the_namespace_pods_of_any_folder_count_and_only_those_of_the_own_folder_make_a_finding()
    {
        Assert.True(CheckedFiles.Of(("a/s.yaml", Service("cart", "app: cart", "")), ("b/p.yaml", Deployment("cart", ""))).Passes("ML3018"));
        Assert.True(CheckedFiles.Of(("a/s.yaml", Service("cart", "app: cart", "")), ("b/p.yaml", Deployment("till", ""))).IsUnknown("ML3018"));
        Assert.True(CheckedFiles.Of(("a/s.yaml", Service("cart", "app: cart", "")), ("a/p.yaml", Deployment("till", ""))).Fails("ML3018"));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{ matchExpressions: [{ key: app, operator: In, values: [cart, till] }] }", true)]
    [InlineData("{ matchExpressions: [{ key: app, operator: NotIn, values: [cart] }] }", false)]
    [InlineData("{ matchExpressions: [{ key: app, operator: Exists }] }", true)]
    [InlineData("{ matchExpressions: [{ key: app, operator: DoesNotExist }] }", false)]
    [InlineData("{ matchLabels: { app: till } }", false)]
    public void A_policy_means_the_pods_that_its_selector_chooses(string selector, bool passes)
    {
        var files = CheckedFiles.Of(Join(Deployment("cart"), Policy("cart", $"podSelector: {selector}, ingress: [{{}}]")));
        Assert.Equal((passes, !passes), (files.Passes("ML3019"), files.Fails("ML3019")));
    }

    [Fact]
    public void A_resource_without_a_namespace_among_others_that_name_theirs_is_told()
    {
        Assert.Equal(["ML3013 a.yaml:11"], CheckedFiles.Of(Join(Service("a"), Service("b"), Service("c", space: ""))).Findings);
        Assert.True(CheckedFiles.Of(Join(Service("a"), Service("b", space: ""), Service("c", space: ""))).Passes("ML3013"));
        Assert.True(CheckedFiles.Of(Join(Service("a"), Namespace("shop"), "apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: c }\n")).Passes("ML3013"));
        Assert.True(CheckedFiles.Of(("kustomization.yaml", "namespace: shop"), ("a.yaml", Join(Service("a"), Service("c", space: "")))).IsUnknown("ML3013"));
        Assert.True(CheckedFiles.Of(("a/a.yaml", Service("a")), ("b/c.yaml", Service("c", space: ""))).Passes("ML3013"));
    }

    [Theory]
    [InlineData("checkuot", true)]
    [InlineData("chekout", true)]
    [InlineData("checkouts", true)]
    [InlineData("billing", false)]
    [InlineData("checkout2", false)]
    [InlineData("kube-system", false)]
    public void A_namespace_one_slip_away_from_one_that_is_there_is_told(string written, bool isTold)
    {
        var files = CheckedFiles.Of(Join(Namespace("checkout"), Service("a", space: "checkout"), Service("b", space: written)));
        Assert.Equal((isTold, !isTold), (files.Fails("ML3013"), files.Passes("ML3013")));
    }

    [Theory]
    [InlineData("shop-a", "shop-b")]
    [InlineData("prod-eu", "prod-us")]
    [InlineData("team1", "team2")]
    [InlineData("dev", "den")]
    public void Names_that_differ_on_purpose_are_no_slip(string there, string used) => Assert.True(CheckedFiles.Of(Join(Namespace(there), Service("a", space: there), Service("b", space: used))).Passes("ML3013"));

    [Fact]
    public void Where_other_namespaces_stand_elsewhere_a_missing_one_is_no_slip()
    {
        Assert.True(CheckedFiles.Of(Join(Namespace("checkout"), Service("b", space: "chekout"), Service("c", space: "billing"))).Passes("ML3013"));
        Assert.True(CheckedFiles.Of(Join(Namespace("checkout"), Service("b", space: "chekout"), Custom("helm.toolkit.fluxcd.io/v2", "HelmRelease", "x", "targetNamespace: chekout", "checkout"))).Passes("ML3013"));
    }
}
