namespace Meshlift.Tests.Simulator;

public sealed class SampleObjectsTests
{
    /// <summary>Objects whose names tell the revision; <c>-R</c> is its suffix, <c>R</c> its name.</summary>
    private const string PerRevision = """
        ClusterRole/istio-reader-clusterrole-R-istio-system
        ClusterRole/istiod-clusterrole-R-istio-system
        ClusterRole/istiod-gateway-controller-R-istio-system
        ClusterRoleBinding/istio-reader-clusterrole-R-istio-system
        ClusterRoleBinding/istiod-clusterrole-R-istio-system
        ClusterRoleBinding/istiod-gateway-controller-R-istio-system
        ConfigMap/istio-system/istio-R
        ConfigMap/istio-system/istio-<R>-gatewayclass-istio
        ConfigMap/istio-system/istio-sidecar-injector-R
        ConfigMap/istio-system/pilot-jwks-extra-cacerts-R
        ConfigMap/istio-system/values-R
        Deployment/istio-system/istiod-R
        HorizontalPodAutoscaler/istio-system/istiod-R
        MutatingWebhookConfiguration/istio-sidecar-injector-R
        NetworkPolicy/istio-system/istiod-R
        PodDisruptionBudget/istio-system/istiod-R
        Role/istio-system/istiod-R
        RoleBinding/istio-system/istiod-R
        Service/istio-system/istiod-R
        ServiceAccount/istio-system/istiod-R
        ValidatingAdmissionPolicy/stable-channel-policy-R-istio-system.istio.io
        ValidatingAdmissionPolicyBinding/stable-channel-policy-binding-R-istio-system.istio.io
        ValidatingWebhookConfiguration/istio-validator-R-istio-system
        """;

    /// <summary>Objects of one name in all revisions of both releases.</summary>
    private const string Shared = """
        ClusterRole/istio-cni
        ClusterRole/istio-cni-ambient
        ClusterRole/istio-cni-repair-role
        ClusterRoleBinding/istio-cni
        ClusterRoleBinding/istio-cni-ambient
        ClusterRoleBinding/istio-cni-repair-rolebinding
        ConfigMap/istio-system/istio-cni-config
        CustomResourceDefinition/authorizationpolicies.security.istio.io
        CustomResourceDefinition/destinationrules.networking.istio.io
        CustomResourceDefinition/envoyfilters.networking.istio.io
        CustomResourceDefinition/gateways.networking.istio.io
        CustomResourceDefinition/peerauthentications.security.istio.io
        CustomResourceDefinition/proxyconfigs.networking.istio.io
        CustomResourceDefinition/requestauthentications.security.istio.io
        CustomResourceDefinition/serviceentries.networking.istio.io
        CustomResourceDefinition/sidecars.networking.istio.io
        CustomResourceDefinition/telemetries.telemetry.istio.io
        CustomResourceDefinition/virtualservices.networking.istio.io
        CustomResourceDefinition/wasmplugins.extensions.istio.io
        CustomResourceDefinition/workloadentries.networking.istio.io
        CustomResourceDefinition/workloadgroups.networking.istio.io
        DaemonSet/istio-system/istio-cni-node
        DaemonSet/istio-system/ztunnel
        Deployment/istio-egress/istio-egressgateway
        Deployment/istio-ingress-internal/istio-ingressgateway
        Deployment/istio-ingress/istio-ingressgateway
        HorizontalPodAutoscaler/istio-egress/istio-egressgateway
        HorizontalPodAutoscaler/istio-ingress-internal/istio-ingressgateway
        HorizontalPodAutoscaler/istio-ingress/istio-ingressgateway
        MutatingWebhookConfiguration/istio-revision-tag-canary
        MutatingWebhookConfiguration/istio-revision-tag-prod
        PodDisruptionBudget/istio-ingress-internal/istio-ingressgateway
        PodDisruptionBudget/istio-ingress/istio-ingressgateway
        Role/istio-egress/istio-egressgateway-sds
        Role/istio-ingress-internal/istio-ingressgateway-sds
        Role/istio-ingress/istio-ingressgateway-sds
        RoleBinding/istio-egress/istio-egressgateway-sds
        RoleBinding/istio-ingress-internal/istio-ingressgateway-sds
        RoleBinding/istio-ingress/istio-ingressgateway-sds
        Service/istio-egress/istio-egressgateway
        Service/istio-ingress-internal/istio-ingressgateway
        Service/istio-ingress/istio-ingressgateway
        Service/istio-system/istiod-revision-tag-canary
        Service/istio-system/istiod-revision-tag-prod
        ServiceAccount/istio-egress/istio-egressgateway-service-account
        ServiceAccount/istio-ingress-internal/istio-ingressgateway-service-account
        ServiceAccount/istio-ingress/istio-ingressgateway-service-account
        ServiceAccount/istio-system/istio-cni
        ServiceAccount/istio-system/istio-reader-service-account
        ServiceAccount/istio-system/ztunnel
        """;

    private const string OnlyIn129 = """
        EnvoyFilter/istio-system/stats-filter-1.28-R
        EnvoyFilter/istio-system/stats-filter-1.29-R
        EnvoyFilter/istio-system/tcp-stats-filter-1.28-R
        EnvoyFilter/istio-system/tcp-stats-filter-1.29-R
        ResourceQuota/istio-system/istio-cni-resource-quota
        """;

    private const string OnlyIn130 = """
        CustomResourceDefinition/trafficextensions.extensions.istio.io
        EnvoyFilter/istio-system/stats-filter-1.29-R
        EnvoyFilter/istio-system/stats-filter-1.30-R
        EnvoyFilter/istio-system/tcp-stats-filter-1.29-R
        EnvoyFilter/istio-system/tcp-stats-filter-1.30-R
        """;

    [Theory]
    [InlineData("1.29.6", "1-29-6"), InlineData("1.29.6", "default"), InlineData("1.29.6", "green")]
    [InlineData("1.30.3", "1-30-3"), InlineData("1.30.3", "default"), InlineData("1.30.3", "green")]
    public void A_release_holds_exactly_these_objects(string version, string revision)
    {
        var expected = Names(revision, PerRevision, Shared, version == "1.29.6" ? OnlyIn129 : OnlyIn130);
        Assert.Equal(expected, Identities(version, revision), StringComparer.Ordinal);
    }

    [Fact]
    public void Two_revisions_share_exactly_what_no_revision_names()
    {
        var both = Identities("1.29.6", "1-29-6").Intersect(Identities("1.30.3", "1-30-3"), StringComparer.Ordinal);
        Assert.Equal(Names("", Shared), both, StringComparer.Ordinal);
    }

    [Fact]
    public void An_upgrade_in_place_takes_away_and_adds_something()
    {
        var (older, newer) = (Identities("1.29.6", "default"), Identities("1.30.3", "default"));
        Assert.Equal(
            [
                "EnvoyFilter/istio-system/stats-filter-1.28",
                "EnvoyFilter/istio-system/tcp-stats-filter-1.28",
                "ResourceQuota/istio-system/istio-cni-resource-quota",
            ],
            older.Except(newer, StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Equal(
            [
                "CustomResourceDefinition/trafficextensions.extensions.istio.io",
                "EnvoyFilter/istio-system/stats-filter-1.30",
                "EnvoyFilter/istio-system/tcp-stats-filter-1.30",
            ],
            newer.Except(older, StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Theory, MemberData(nameof(SampleReleaseTests.Renderings), MemberType = typeof(SampleReleaseTests))]
    public void Only_some_objects_carry_the_label_of_their_revision(string version, string revision)
    {
        foreach (var item in RenderedRelease.Of(version, revision).Objects)
        {
            var shy = item.Kind is "CustomResourceDefinition" or "ValidatingAdmissionPolicy" or "ValidatingAdmissionPolicyBinding"
                || item.Name == "ztunnel" || item.Name == "istio-reader-service-account"
                || (item.Kind is "ServiceAccount" or "Role" or "RoleBinding" && item.Name.StartsWith("istiod", StringComparison.Ordinal))
                || (item.Kind is "ClusterRole" or "ClusterRoleBinding" && !item.Name.StartsWith("istio-cni", StringComparison.Ordinal));
            Assert.True(item.Label("istio.io/rev") == (shy ? null : revision), $"{item.Identity}: {item.Label("istio.io/rev")}");
        }
    }

    [Theory, MemberData(nameof(SampleReleaseTests.Renderings), MemberType = typeof(SampleReleaseTests))]
    public void Every_object_but_the_filters_tells_its_release(string version, string revision)
    {
        foreach (var item in RenderedRelease.Of(version, revision).Objects.Where(item => item.Kind != "EnvoyFilter"))
        {
            Assert.True(item.Label("app.kubernetes.io/version") == version, item.Identity);
            Assert.EndsWith($"-{version}", item.Label("helm.sh/chart"), StringComparison.Ordinal);
            Assert.Equal(item.Kind != "CustomResourceDefinition", item.Label("app.kubernetes.io/name") is not null);
        }
    }

    [Theory, InlineData("1.29.6", "1-29-6", "docker.io/istio"), InlineData("1.30.3", "default", "registry.istio.io/release")]
    public void Images_come_from_the_registry_of_the_release(string version, string revision, string hub)
    {
        var images = RenderedRelease.Of(version, revision).Objects
            .Where(item => item.Kind is "Deployment" or "DaemonSet")
            .Select(item => item.Value("spec", "template", "spec", "containers", "0", "image")!)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        string[] expected = ["install-cni", "pilot", "proxyv2", "ztunnel"];
        Assert.Equal(expected.Select(name => $"{hub}/{name}:{version}-distroless"), images, StringComparer.Ordinal);
    }

    [Fact]
    public void Filters_are_for_one_minor_of_the_proxy()
    {
        var filters = RenderedRelease.Of("1.30.3", "1-30-3").Objects.Where(item => item.Kind == "EnvoyFilter").ToList();
        Assert.Equal(4, filters.Count);
        foreach (var filter in filters)
        {
            var pattern = filter.Name.Contains("1.29", StringComparison.Ordinal) ? @"^1\.29.*" : @"^1\.30.*";
            Assert.All(filter.List("spec", "configPatches").Select((_, index) => $"{index}"),
                index => Assert.Equal(pattern, filter.Value("spec", "configPatches", index, "match", "proxy", "proxyVersion")));
        }
    }

    [Theory, InlineData("1-30-3", "istiod-1-30-3"), InlineData("default", "istiod")]
    public void Ztunnel_and_gateways_belong_to_one_control_plane(string revision, string istiod)
    {
        var release = RenderedRelease.Of("1.30.3", revision);
        var ztunnel = release.Object("DaemonSet/istio-system/ztunnel");
        Assert.Equal($"{istiod}.istio-system.svc:15012", ztunnel.Value("spec", "template", "spec", "containers", "0", "env", "1", "value"));
        Assert.Equal(revision == "default" ? null : revision, ztunnel.Value("metadata", "annotations", "istio.io/rev"));
        var gateway = release.Object("Deployment/istio-egress/istio-egressgateway");
        Assert.Equal(revision, gateway.Value("spec", "template", "metadata", "labels", "istio.io/rev"));
        Assert.Null(gateway.Value("spec", "selector", "matchLabels", "istio.io/rev"));
        Assert.Contains($"{istiod}.istio-system.svc:15012", gateway.Text, StringComparison.Ordinal);
    }

    private static List<string> Identities(string version, string revision) =>
        [.. RenderedRelease.Of(version, revision).Objects.Select(item => item.Identity).Order(StringComparer.Ordinal)];

    private static List<string> Names(string revision, params string[] lists) =>
        [.. lists.SelectMany(list => list.Split('\n'))
            .Select(name => name.Replace("-R", revision == "default" ? "" : $"-{revision}", StringComparison.Ordinal)
                .Replace("<R>", revision, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
}
