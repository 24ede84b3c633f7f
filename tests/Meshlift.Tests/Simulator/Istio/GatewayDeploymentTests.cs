using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Istio.Gateways;
using Meshlift.Simulator.Istio.Injection;
using Meshlift.Tests.Simulator.Clusters;

namespace Meshlift.Tests.Simulator.Istio;

public sealed class GatewayDeploymentTests
{
    private const string Api = "gateway.networking.k8s.io/v1";
    private const string GatewayApi = """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"gateways.gateway.networking.k8s.io"},
         "spec":{"group":"gateway.networking.k8s.io","scope":"Namespaced","names":{"kind":"Gateway","listKind":"GatewayList","plural":"gateways","singular":"gateway"},
          "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
        """;

    private readonly IstioCluster _eu = new();

    public GatewayDeploymentTests()
    {
        _eu.Cluster.Create(_eu.Cluster.Type("apiextensions.k8s.io/v1", "CustomResourceDefinition"), "", Json.Object(GatewayApi), WriteOptions.Default);
        SidecarInjection.Attach(_eu.Cluster);
        GatewayDeployment.Attach(_eu.Cluster);
        _eu.Namespace("shop");
        _eu.Install("1.29.6", "1-29-6");
    }

    [Theory]
    [InlineData("istio", "web-istio", "LoadBalancer", "istio.io-gateway-controller")]
    [InlineData("istio-waypoint", "web", "ClusterIP", "istio.io-mesh-controller")]
    [InlineData("istio-east-west", "web", "LoadBalancer", "istio.io-eastwest-controller")]
    public void A_Gateway_is_deployed_by_the_revision_that_it_asks_for(string gatewayClass, string name, string type, string controller)
    {
        Gateway("web", gatewayClass, """{"istio.io/rev":"prod","team":"shop"}""");
        var gateway = _eu.Find(Api, "Gateway", "shop", "web")!;
        var deployment = _eu.Find("apps/v1", "Deployment", "shop", name)!;
        Assert.Equal("docker.io/istio/proxyv2:1.29.6-distroless", Image(name));
        Assert.Equal("1-29-6", deployment.At("spec.template.metadata.annotations['istio.io/rev']").AsText());
        foreach (var path in new[] { "metadata", "spec.template.metadata" })
            Assert.Equal(
                ["web", controller, "prod", "shop"],
                new[] { "gateway.networking.k8s.io/gateway-name", "gateway.istio.io/managed", "istio.io/rev", "team" }.Select(key => deployment.At($"{path}.labels['{key}']").AsText()));
        Assert.Equal(gateway.At("metadata.uid").AsText(), deployment.At("metadata.ownerReferences[0].uid").AsText());
        var service = _eu.Find("v1", "Service", "shop", name)!;
        Assert.Equal((type, 8443), (service.At("spec.type").AsText(), service.At("spec.ports[1].port").AsWhole()));
        Assert.NotNull(_eu.Find("v1", "ServiceAccount", "shop", name));
        Assert.Equal(["Accepted=True", "Programmed=True"], Conditions(gateway));
        _eu.Delete(Api, "Gateway", "shop", "web");
        Assert.Null(_eu.Find("apps/v1", "Deployment", "shop", name));
    }

    [Fact]
    public void A_tag_that_moves_takes_its_Gateways_along_at_once_and_no_others()
    {
        Gateway("tagged", "istio", """{"istio.io/rev":"prod"}""");
        Gateway("pinned", "istio", """{"istio.io/rev":"1-29-6"}""");
        var pinned = _eu.Find("apps/v1", "Deployment", "shop", "pinned-istio")!.At("metadata.resourceVersion").AsText();
        _eu.Install("1.30.3", "1-30-3");
        Assert.Equal("registry.istio.io/release/proxyv2:1.30.3-distroless", Image("tagged-istio"));
        Assert.Equal(2, _eu.Find("apps/v1", "Deployment", "shop", "tagged-istio")!.At("metadata.generation").AsWhole());
        Assert.Equal(pinned, _eu.Find("apps/v1", "Deployment", "shop", "pinned-istio")!.At("metadata.resourceVersion").AsText());
    }

    [Fact]
    public void The_label_of_the_namespace_counts_for_Gateways_without_one_of_their_own()
    {
        Gateway("web", "istio", "{}");
        Assert.Null(_eu.Find("apps/v1", "Deployment", "shop", "web-istio"));
        Assert.Empty(Conditions(_eu.Find(Api, "Gateway", "shop", "web")!));
        _eu.Namespace("shop", """{"istio.io/rev":"1-29-6"}""");
        Assert.Equal("docker.io/istio/proxyv2:1.29.6-distroless", Image("web-istio"));
    }

    [Fact]
    public void A_Gateway_whose_revision_is_gone_stays_as_it_is()
    {
        Gateway("web", "istio", """{"istio.io/rev":"1-29-6"}""");
        _eu.Delete("v1", "Service", "istio-system", "istiod-1-29-6");
        _eu.Apply("""{"apiVersion":"gateway.networking.k8s.io/v1","kind":"Gateway","metadata":{"name":"web","namespace":"shop","labels":{"istio.io/rev":"1-29-6","new":"1"}},"spec":{"gatewayClassName":"istio"}}""");
        Assert.Null(_eu.Find("apps/v1", "Deployment", "shop", "web-istio")!.At("metadata.labels.new"));
    }

    [Theory, InlineData("nginx", "[]"), InlineData("istio", """[{"type":"Hostname","value":"mine.shop.svc.cluster.local"}]""")]
    public void Gateways_of_other_classes_and_those_with_a_Service_of_their_own_are_left_alone(string gatewayClass, string addresses)
    {
        _eu.Apply($$$"""{"apiVersion":"gateway.networking.k8s.io/v1","kind":"Gateway","metadata":{"name":"web","namespace":"shop","labels":{"istio.io/rev":"prod"}},"spec":{"gatewayClassName":"{{{gatewayClass}}}","addresses":{{{addresses}}}}}""");
        Assert.DoesNotContain(_eu.Cluster.Store.Read(new("apps", "deployments")).From("shop", null), item => item.Name.StartsWith("web", StringComparison.Ordinal));
    }

    private void Gateway(string name, string gatewayClass, string labels) =>
        _eu.Apply($$$"""{"apiVersion":"gateway.networking.k8s.io/v1","kind":"Gateway","metadata":{"name":"{{{name}}}","namespace":"shop","labels":{{{labels}}}},"spec":{"gatewayClassName":"{{{gatewayClass}}}","listeners":[{"name":"https","port":8443,"protocol":"HTTPS"}]}}""");

    private string? Image(string deployment) => _eu.Find("apps/v1", "Deployment", "shop", deployment)!.At("spec.template.spec.containers[0].image").AsText();

    private static List<string> Conditions(JsonObject gateway) => [.. (gateway.At("status.conditions") as JsonArray ?? []).Select(condition => $"{condition.At("type").AsText()}={condition.At("status").AsText()}")];
}
