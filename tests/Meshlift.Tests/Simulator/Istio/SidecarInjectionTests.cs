using System.Text.Json.Nodes;
using Meshlift.Core.Fleet;
using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Istio.Injection;
using Meshlift.Tests.Simulator.Clusters;

namespace Meshlift.Tests.Simulator.Istio;

public sealed class SidecarInjectionTests
{
    private const string Injector = "istio-sidecar-injector-1-30-3";
    private readonly IstioCluster _eu = Injected(new IstioCluster()).Install("1.30.3", "1-30-3");

    public SidecarInjectionTests() => _eu.Namespace("shop", """{"istio.io/rev":"1-30-3"}""");

    [Fact]
    public void A_pod_gets_the_proxy_of_the_revision_that_its_namespace_asks_for()
    {
        var pod = _eu.Pod("shop", metadata: """{"labels":{"app":"web","version":"v2"}}""");
        Assert.Equal(["istio-validation", "istio-proxy"], Names(pod, "initContainers"));
        Assert.Equal(["main"], Names(pod, "containers"));
        Assert.Equal("Always", pod.At("spec.initContainers[1].restartPolicy").AsText());
        Assert.Equal("registry.istio.io/release/proxyv2:1.30.3-distroless", pod.At("spec.initContainers[1].image").AsText());
        Assert.Equal(["istio", "web", "v2"], new[] { "security.istio.io/tlsMode", "service.istio.io/canonical-name", "service.istio.io/canonical-revision" }.Select(key => pod.At($"metadata.labels['{key}']").AsText()));
        Assert.Null(pod.At("metadata.labels['istio.io/rev']"));
        Assert.Equal("1-30-3", pod.At("metadata.annotations['istio.io/rev']").AsText());
        var status = Json.Object(pod.At("metadata.annotations['sidecar.istio.io/status']").AsText()!);
        Assert.Equal(["istio-validation", "istio-proxy"], status.Texts("initContainers"));
        Assert.True(status.ContainsKey("containers") && status["containers"] is null);
        Assert.Equal("1-30-3", status.Text("revision"));
        Assert.Equal(status.Texts("volumes"), Names(pod, "volumes"));
    }

    [Theory]
    [InlineData("v1.32.9", "", false), InlineData("v1.33.0", "", true)]
    [InlineData("v1.33.0", "false", false), InlineData("v1.32.9", "true", true)]
    public void The_oldest_kubelet_decides_the_kind_of_sidecar_unless_the_pod_does(string kubernetes, string asked, bool isNative)
    {
        var cluster = Injected(new IstioCluster(kubernetes)).Install("1.29.6", "1-29-6");
        cluster.Namespace("shop", """{"istio.io/rev":"1-29-6"}""");
        Assert.Equal(isNative, Names(cluster.Pod("shop", metadata: asked.Length == 0 ? "{}" : $$$"""{"annotations":{"sidecar.istio.io/nativeSidecar":"{{{asked}}}"}}"""), "initContainers").Contains("istio-proxy"));
        foreach (var (node, version) in new[] { ("old", "v1.32.1"), ("new", "v1.34.0") })
        {
            cluster.Apply($$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{node}}}"}}""");
            cluster.SetStatus("v1", "Node", "", node, $$$"""{"nodeInfo":{"kubeletVersion":"{{{version}}}","architecture":"a","bootID":"b","containerRuntimeVersion":"c","kernelVersion":"d","kubeProxyVersion":"x","machineID":"e","operatingSystem":"f","osImage":"g","systemUUID":"h"}}""");
        }
        Assert.Equal(asked == "true", Names(cluster.Pod("shop", "web-2", asked.Length == 0 ? "{}" : $$$"""{"annotations":{"sidecar.istio.io/nativeSidecar":"{{{asked}}}"}}"""), "initContainers").Contains("istio-proxy"));
    }

    [Theory]
    [InlineData("{}", "{}", null), InlineData("""{"istio.io/rev":"prod"}""", "{}", "1-30-3"), InlineData("""{"istio.io/rev":"none-such"}""", "{}", null)]
    [InlineData("{}", """{"labels":{"istio.io/rev":"canary","sidecar.istio.io/inject":"true"}}""", "1-30-3")]
    [InlineData("""{"istio.io/rev":"prod"}""", """{"labels":{"sidecar.istio.io/inject":"false"}}""", null)]
    [InlineData("""{"istio-injection":"disabled","istio.io/rev":"prod"}""", "{}", null)]
    public void Labels_and_tags_mean_what_the_webhooks_say(string space, string metadata, string? revision)
    {
        _eu.Namespace("team", space);
        var pod = _eu.Pod("team", metadata: metadata);
        Assert.Equal(revision, pod.At("metadata.annotations['istio.io/rev']").AsText());
        Assert.Equal(revision is null ? 0 : 2, Names(pod, "initContainers").Count);
    }

    [Fact]
    public void A_tag_that_is_moved_counts_for_the_next_pod()
    {
        _eu.Namespace("team", """{"istio.io/rev":"prod"}""");
        _eu.Pod("team");
        _eu.Install("1.29.6", "1-29-6");
        Assert.Equal("1-29-6", _eu.Pod("team", "web-2").At("metadata.annotations['istio.io/rev']").AsText());
    }

    [Fact]
    public void Two_webhooks_inject_once_and_the_last_one_stays()
    {
        _eu.Install("1.29.6", "1-29-6");
        var json = _eu.Find("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "", "istio-sidecar-injector-1-29-6")!;
        json["metadata"] = Json.Object("""{"name":"zz-istio","labels":{"istio.io/rev":"1-29-6"}}""");
        foreach (var webhook in json.Items("webhooks").OfType<JsonObject>())
            foreach (var selector in (string[])["namespaceSelector", "objectSelector"]) webhook.Remove(selector);
        _eu.Apply(json.ToJsonString());
        var pod = _eu.Pod("shop");
        Assert.Equal("1-29-6", pod.At("metadata.annotations['istio.io/rev']").AsText());
        Assert.Equal(["istio-validation", "istio-proxy"], Names(pod, "initContainers"));
    }

    [Theory, InlineData("Fail"), InlineData("Ignore")]
    public void Without_the_Service_of_a_webhook_its_failure_policy_decides(string policy)
    {
        SetPolicy(policy);
        _eu.Delete("v1", "Service", "istio-system", "istiod-1-30-3");
        Refused_or_bare(policy, "service \"istiod-1-30-3\" not found");
        _eu.Install("1.30.3", "1-30-3");
        Assert.Equal(2, Names(_eu.Pod("shop"), "initContainers").Count);
    }

    [Theory, InlineData("Fail"), InlineData("Ignore")]
    public void An_istiod_that_is_not_available_answers_as_little_as_none(string policy)
    {
        SetPolicy(policy);
        _eu.SetStatus("apps/v1", "Deployment", "istio-system", "istiod-1-30-3", """{"observedGeneration":1,"replicas":1,"unavailableReplicas":1}""");
        Refused_or_bare(policy, "no endpoints available for service \"istiod-1-30-3\"");
        _eu.SetStatus("apps/v1", "Deployment", "istio-system", "istiod-1-30-3", """{"availableReplicas":1}""");
        Assert.Equal(2, Names(_eu.Pod("shop"), "initContainers").Count);
    }

    [Fact]
    public void A_gateway_gets_its_image_and_keeps_what_it_has()
    {
        var pod = _eu.Create("shop", """
            {"metadata":{"name":"gateway-1","labels":{"istio":"ingressgateway","sidecar.istio.io/inject":"true"},"annotations":{"inject.istio.io/templates":"gateway"}},
             "spec":{"containers":[{"name":"istio-proxy","image":"auto","ports":[{"containerPort":8080}],"env":[{"name":"OWN","value":"1"}]}]}}
            """);
        Assert.Equal(["istio-proxy"], Names(pod, "containers"));
        Assert.Empty(Names(pod, "initContainers"));
        var proxy = pod.At("spec.containers[0]")!.AsObject();
        Assert.Equal("registry.istio.io/release/proxyv2:1.30.3-distroless", proxy.Text("image"));
        Assert.Contains(8080, proxy.Items("ports").Select(port => port.At("containerPort").AsWhole()!.Value));
        Assert.Contains("OWN", proxy.Items("env").Select(variable => variable.At("name").AsText()));
        Assert.Contains("router", proxy.Texts("args"));
        Assert.Null(pod.At("metadata.labels['security.istio.io/tlsMode']"));
        // As the status command reads it: a proxy whose image nobody has set by hand.
        var read = PodItem.Reader(PodReading.Annotations)(System.Text.Encoding.UTF8.GetBytes(pod.ToJsonString()), new StringPool());
        Assert.Equal((ProxyRole.Gateway, "1-30-3", null), (PodReading.RoleOf(read, true), PodReading.RevisionOf(read), PodReading.RequestOf(read).ProxyImage));
    }

    [Fact]
    public void Without_a_webhook_a_gateway_keeps_the_image_that_cannot_be_pulled()
    {
        _eu.Namespace("early", """{"istio.io/rev":"not-yet"}""");
        Assert.Equal("auto", _eu.Create("early", """{"metadata":{"name":"g","annotations":{"inject.istio.io/templates":"gateway"}},"spec":{"containers":[{"name":"istio-proxy","image":"auto"}]}}""").At("spec.containers[0].image").AsText());
    }

    [Fact]
    public void A_sidecar_that_was_committed_is_replaced_by_that_of_the_revision()
    {
        var old = Injected(new IstioCluster("v1.32.0")).Install("1.29.6", "1-29-6");
        old.Namespace("shop", """{"istio.io/rev":"1-29-6"}""");
        var committed = old.Pod("shop");
        var pod = _eu.Create("shop", new JsonObject { ["metadata"] = Json.Object($$$"""{"name":"web","annotations":{{{committed.At("metadata.annotations")!.ToJsonString()}}}}"""), ["spec"] = committed["spec"]!.DeepClone() }.ToJsonString());
        Assert.Equal(["main"], Names(pod, "containers"));
        Assert.Equal(["istio-validation", "istio-proxy"], Names(pod, "initContainers"));
        Assert.Equal("registry.istio.io/release/proxyv2:1.30.3-distroless", pod.At("spec.initContainers[1].image").AsText());
        Assert.Equal(5, Names(pod, "volumes").Count(name => name.StartsWith("istio", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_template_that_is_not_there_is_told_by_the_webhook()
    {
        var refused = Assert.Throws<ApiException>(() => _eu.Pod("shop", metadata: """{"annotations":{"inject.istio.io/templates":"sidecar,unknown"}}"""));
        Assert.StartsWith("admission webhook \"rev.namespace.sidecar-injector.istio.io\" denied the request: it asks for the template 'unknown'", refused.Message, StringComparison.Ordinal);
    }

    [IstioDataTheory]
    [InlineData("1.28.10", "1-28-10"), InlineData("1.29.6", "1-29-6"), InlineData("1.30.3", "1-30-3"), InlineData("1.11.8", "1-11-8")]
    public void Real_manifests_inject_what_Core_expects_of_them(string version, string revision)
    {
        var cluster = Injected(new IstioCluster()).Apply(IstioData.Read($"manifests/{version}/default-rev.yaml"));
        cluster.Namespace("shop", $$"""{"istio.io/rev":"{{revision}}"}""");
        var pod = cluster.Pod("shop");
        Assert.Equal(revision, pod.At("metadata.annotations['istio.io/rev']").AsText());
        var proxy = pod.At("spec")!.AsObject().Items("initContainers").Concat(pod.At("spec")!.AsObject().Items("containers")).Single(container => container.At("name").AsText() == InjectionLabels.ProxyContainer);
        Assert.Matches($"/proxyv2:{version}(-distroless)?$", proxy.At("image").AsText()!);
        Assert.Equal(version == "1.11.8" ? ["istio-init"] : ["istio-init", "istio-proxy"], Names(pod, "initContainers"));
    }

    private static IstioCluster Injected(IstioCluster cluster)
    {
        SidecarInjection.Attach(cluster.Cluster);
        return cluster;
    }

    private static List<string> Names(JsonObject pod, string list) => [.. pod["spec"]!.AsObject().Items(list).Select(item => item.At("name").AsText()!)];

    private void SetPolicy(string policy)
    {
        var json = _eu.Find("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "", Injector)!;
        foreach (var webhook in json.Items("webhooks").OfType<JsonObject>()) webhook["failurePolicy"] = policy;
        (json["metadata"] as JsonObject)!.Remove("managedFields");
        _eu.Apply(json.ToJsonString());
    }

    private void Refused_or_bare(string policy, string why)
    {
        if (policy == "Ignore")
        {
            Assert.Empty(Names(_eu.Pod("shop", "bare"), "initContainers"));
            return;
        }
        var refused = Assert.Throws<ApiException>(() => _eu.Pod("shop"));
        Assert.Equal((500, "InternalError"), (refused.Code, refused.Reason));
        Assert.Equal($"Internal error occurred: failed calling webhook \"rev.namespace.sidecar-injector.istio.io\": failed to call webhook: Post \"https://istiod-1-30-3.istio-system.svc:443/inject?timeout=10s\": {why}", refused.Message);
    }
}
