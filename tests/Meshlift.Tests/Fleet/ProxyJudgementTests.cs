using System.Text;
using Meshlift.Core.Fleet;
using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;

namespace Meshlift.Tests.Fleet;

/// <summary>The proxies that run against those that would be made now.</summary>
public sealed class ProxyJudgementTests
{
    private const string Image = "hub.example/istio/proxyv2:1.30.3";

    private static readonly MeshInjection Mesh = MeshInjection.Read(ManifestStream.Split(Encoding.UTF8.GetBytes(string.Join("\n---\n", MeshText("blue"), MeshText("green"), Tag("stable", "blue"))), "mesh.yaml"));

    private static readonly Dictionary<string, Labels> Namespaces = new(StringComparer.Ordinal)
    {
        ["shop"] = Labels.Of(("istio.io/rev", "stable")),
        ["edge"] = Labels.Of(("istio.io/rev", "green")),
        ["plain"] = Labels.None,
        ["ambient"] = Labels.Of(("istio.io/dataplane-mode", "ambient")),
        ["lost"] = Labels.Of(("istio.io/rev", "gone")),
    };

    [Theory]
    [InlineData("shop", "blue", Image, ProxyState.Current)]
    [InlineData("shop", "green", Image, ProxyState.Stale)]
    [InlineData("shop", "blue", "hub.example/istio/proxyv2:1.29.6", ProxyState.Stale)]
    [InlineData("shop", "blue", "other.example/mirror/proxyv2:1.30.3", ProxyState.Moved)]
    [InlineData("shop", null, Image, ProxyState.Unknown)]
    [InlineData("shop", null, null, ProxyState.Missing)]
    [InlineData("plain", "blue", Image, ProxyState.Unexpected)]
    [InlineData("plain", null, null, ProxyState.Outside)]
    [InlineData("lost", null, null, ProxyState.Outside)]
    [InlineData("nowhere", "blue", Image, ProxyState.Unknown)]
    public void A_proxy_is_held_against_the_one_it_would_be(string space, string? revision, string? image, ProxyState state)
    {
        foreach (var isNative in (bool[])[false, true])
        {
            var status = Judge(Pod(space, revision, image, isNative));
            Assert.Equal(state, status.State);
            Assert.Equal(image is not null && isNative, status.IsNative);
            Assert.NotEmpty(status.Reason);
        }
    }

    [Fact]
    public void The_status_annotation_tells_the_revision_where_the_newer_one_is_missing()
    {
        var pod = Pod("shop", null, Image);
        pod = pod with { Metadata = pod.Metadata with { Annotations = Labels.Of(("sidecar.istio.io/status", """{"initContainers":null,"containers":["istio-proxy"],"revision":"blue"}""")) } };
        Assert.Equal(("blue", ProxyState.Current), (Judge(pod).Revision, Judge(pod).State));
        pod = pod with { Metadata = pod.Metadata with { Annotations = Labels.Of(("sidecar.istio.io/status", "{oops")) } };
        Assert.Equal(ProxyState.Unknown, Judge(pod).State);
    }

    [Fact]
    public void A_proxy_that_nobody_injected_stands_in_the_pods_own_template()
    {
        var pod = Pod("plain", "blue", Image);
        pod = pod with { Metadata = pod.Metadata with { Annotations = Labels.Of(("istio.io/rev", "blue")), Labels = Labels.Of(("sidecar.istio.io/inject", "false")) } };
        var status = Judge(pod);
        Assert.Equal((ProxyState.Current, "blue", "its proxy stands in its own template"), (status.State, status.WouldBe, status.Reason));
    }

    [Fact]
    public void An_image_that_the_pod_sets_itself_is_told_and_not_called_stale()
    {
        var pod = Pod("shop", "blue", "fork.example/proxy:7");
        pod = pod with { Metadata = pod.Metadata with { Annotations = pod.Metadata.Annotations.With("proxy.istio.io/overrides", """{"containers":[{"name":"istio-proxy","image":"fork.example/proxy:7"}]}""") } };
        Assert.Equal(ProxyState.Overridden, Judge(pod).State);
        pod = Pod("shop", "blue", "fork.example/proxy:7");
        pod = pod with { Metadata = pod.Metadata with { Annotations = pod.Metadata.Annotations.With("sidecar.istio.io/proxyImage", "fork.example/proxy:7") } };
        Assert.Equal(ProxyState.Overridden, Judge(pod).State);
    }

    [Fact]
    public void A_gateway_that_istiod_deploys_follows_its_Gateway_and_not_a_webhook()
    {
        var pod = Pod("edge", "blue", Image);
        pod = pod with { Metadata = pod.Metadata with { Labels = Labels.Of(("gateway.istio.io/managed", "istio.io-gateway-controller"), ("gateway.networking.k8s.io/gateway-name", "public"), ("sidecar.istio.io/inject", "false")) } };
        Assert.Equal((ProxyRole.Managed, ProxyState.Current), (Judge(pod, "blue").Role, Judge(pod, "blue").State));
        Assert.Equal(ProxyState.Stale, Judge(pod).State);
        Assert.Equal(ProxyState.Blocked, Judge(pod, "gone").State);
        Assert.Equal("the Gateway says istio.io/rev=stable, and stable is a tag of blue", Judge(pod, "stable").Reason);
    }

    [Fact]
    public void Pods_of_a_deployment_are_named_by_it()
    {
        Assert.Equal(new WorkloadName("Deployment", "web"), PodReading.WorkloadOf(Owned("ReplicaSet", "web-5d9c", "pod-template-hash", "5d9c")));
        Assert.Equal(new WorkloadName("Rollout", "web"), PodReading.WorkloadOf(Owned("ReplicaSet", "web-5d9c", "rollouts-pod-template-hash", "5d9c")));
        Assert.Equal(new WorkloadName("ReplicaSet", "web-5d9c"), PodReading.WorkloadOf(Owned("ReplicaSet", "web-5d9c", "app", "web")));
        Assert.Equal(new WorkloadName("StatefulSet", "db"), PodReading.WorkloadOf(Owned("StatefulSet", "db", "app", "db")));
        Assert.Equal(new WorkloadName("Pod", "web-1"), PodReading.WorkloadOf(Pod("shop", null, null)));
    }

    [Theory]
    [InlineData("docker.io/istio/proxyv2:1.30.3", "1.30.3")]
    [InlineData("docker.io/istio/proxyv2:1.30.3-distroless", "1.30.3")]
    [InlineData("localhost:5000/proxyv2:1.31.0-rc.0-debug", "1.31.0-rc.0")]
    [InlineData("docker.io/istio/proxyv2:1.30.3@sha256:00", "1.30.3")]
    [InlineData("docker.io/istio/proxyv2@sha256:00", null)]
    [InlineData("localhost:5000/proxyv2", null)]
    [InlineData("docker.io/istio/proxyv2:latest", null)]
    public void The_version_is_in_the_tag_or_unknown(string image, string? version) => Assert.Equal(version, PodReading.VersionOf(image)?.ToString());

    [Fact]
    public void Every_pod_is_counted_once_for_its_cluster_its_namespace_and_its_revision()
    {
        ProxyStatus[] pods = [.. new[] { Pod("shop", "blue", Image), Pod("shop", "green", Image), Pod("edge", "gone", Image), Pod("plain", null, null), Pod("shop", null, null) }.Select((pod, i) => Judge(pod) with { Pod = $"p{i}" })];
        var status = ClusterStatus.Of("eu", "v1.33.2", [], Mesh, Namespaces, pods, []);
        Assert.Equal((5, 3, 2, 1), (status.Counts.Pods, status.Counts.Proxies, status.Counts.Stale, status.Counts.Missing));
        Assert.Equal(status.Counts, status.Namespaces.Select(space => space.Counts).Aggregate((a, b) => a + b));
        Assert.Equal("blue 1 stable|gone 1 |green 1 ", string.Join('|', status.Revisions.Select(revision => $"{revision.Revision} {revision.Counts.Proxies} {string.Join(',', revision.Tags)}")));
        Assert.Equal("ambient|edge|lost|plain|shop", string.Join('|', status.Namespaces.Select(space => space.Name)));
        Assert.DoesNotContain(status.Workloads, workload => workload.Namespace == "plain");
    }

    private static ProxyStatus Judge(PodItem pod, string? gatewayAsks = null) =>
        new ProxyJudgement(Mesh, Namespaces, gatewayAsks is null ? new Dictionary<string, Labels>(StringComparer.Ordinal) : new Dictionary<string, Labels>(StringComparer.Ordinal) { ["edge/public"] = Labels.Of(("istio.io/rev", gatewayAsks)) }).Of(pod);

    internal static PodItem Pod(string space, string? revision, string? image, bool isNative = false)
    {
        var metadata = new ObjectMetadata("web-1", space) { Annotations = revision is null ? Labels.None : Labels.Of(("istio.io/rev", revision), ("sidecar.istio.io/status", "{}")) };
        var pod = new PodItem(metadata) { Containers = [new ContainerImage("web", "shop.example/web:4")], Ready = true };
        if (image is null) return pod;
        var proxy = new ContainerImage("istio-proxy", image);
        return isNative ? pod with { InitContainers = [proxy] } : pod with { Containers = pod.Containers.Add(proxy) };
    }

    private static PodItem Owned(string kind, string name, string label, string value) =>
        new(new ObjectMetadata("web-1", "shop") { Labels = Labels.Of((label, value)), Controller = new OwnerReference("apps/v1", kind, name, "1") });

    internal static string MeshText(string revision) => $$"""
        {{Webhook($"istio-sidecar-injector-{revision}", $"istio.io/rev: {revision}", revision, revision)}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: istio-sidecar-injector-{{revision}}
          namespace: istio-system
          labels: { istio.io/rev: {{revision}} }
        data:
          config: "policy: enabled"
          values: '{"global": {"hub": "hub.example/istio", "tag": "1.30.3"} }'
        """;

    internal static string Tag(string tag, string revision) => Webhook($"istio-revision-tag-{tag}", $"istio.io/rev: {revision}, istio.io/tag: {tag}", tag, revision);

    private static string Webhook(string name, string labels, string asks, string revision) => $$"""
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata:
          name: {{name}}
          labels: { {{labels}} }
        webhooks:
          - name: rev.namespace.sidecar-injector.istio.io
            clientConfig: { service: { name: istiod-{{revision}}, namespace: istio-system, path: /inject } }
            namespaceSelector: { matchLabels: { istio.io/rev: {{asks}} } }
            rules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
        """;
}
