using static Meshlift.Tests.Checks.Objects;

namespace Meshlift.Tests.Checks;

public sealed class HostRulesTests
{
    [Theory]
    [InlineData("cart", true)]
    [InlineData("crat", false)]
    [InlineData("cart.shop.svc.cluster.local", true)]
    [InlineData("crat.shop.svc.cluster.local", false)]
    [InlineData("cart.shop", false)]
    [InlineData("cart.shop.svc", false)]
    [InlineData("api.example.com", true)]
    [InlineData("known.shop.svc.cluster.local", true)]
    [InlineData("any.wild.svc.cluster.local", true)]
    [InlineData("*.shop.svc.cluster.local", true)]
    [InlineData("10.0.0.1", true)]
    public void A_host_is_a_service_or_an_entry_that_is_there(string host, bool passes)
    {
        var files = CheckedFiles.Of(Join(
            Service("cart"), Custom("networking.istio.io/v1", "ServiceEntry", "known", "hosts: [known.shop.svc.cluster.local, '*.wild.svc.cluster.local']"),
            Custom("networking.istio.io/v1", "DestinationRule", "x", $"host: '{host}'")));
        Assert.Equal((passes, !passes), (files.Passes("ML2003"), files.Fails("ML2003")));
        files = CheckedFiles.Of(Join(
            Service("cart"), Custom("networking.istio.io/v1", "ServiceEntry", "known", "hosts: [known.shop.svc.cluster.local, '*.wild.svc.cluster.local']"),
            Custom("networking.istio.io/v1", "VirtualService", "x", $"tcp: [{{ route: [{{ destination: {{ host: '{host}' }} }}] }}]")));
        Assert.Equal((passes, !passes), (files.Passes("ML2003"), files.Fails("ML2003")));
    }

    [Theory]
    [InlineData("http: [{ mirror: { host: crat } }]")]
    [InlineData("http: [{ mirrors: [{ destination: { host: crat } }] }]")]
    [InlineData("tls: [{ route: [{ destination: { host: crat } }] }]")]
    public void Every_place_that_requests_go_to_is_looked_at(string routes) => Assert.True(CheckedFiles.Of(Join(Service("cart"), Custom("networking.istio.io/v1", "VirtualService", "x", routes))).Fails("ML2003"));

    [Fact]
    public void Where_services_of_the_namespace_may_stand_elsewhere_nobody_can_tell()
    {
        var route = Custom("networking.istio.io/v1", "DestinationRule", "x", "host: crat");
        Assert.True(CheckedFiles.Of(Join(Service("cart", space: "other"), route)).IsUnknown("ML2003"));
        Assert.True(CheckedFiles.Of(Join(Service("cart"), route, Custom("helm.toolkit.fluxcd.io/v2", "HelmRelease", "x", "chart: {}"))).IsUnknown("ML2003"));
        Assert.True(CheckedFiles.Of(("a.yaml", Join(Service("cart"), route)), ("helmfile.yaml", "releases: [{ name: x, chart: y/z, namespace: shop }]")).IsUnknown("ML2003"));
    }

    [Theory]
    [InlineData("v1", "cart", false)]
    [InlineData("v2", "cart", true)]
    [InlineData("v3", "cart", true)]
    [InlineData("v1", "till", null)]
    public void A_subset_is_one_of_any_rule_for_the_host(string missing, string host, bool? isThere)
    {
        // v1 stands nowhere; two rules share the host under two spellings.
        var files = CheckedFiles.Of(Join(
            Service("cart"), Service("till"),
            Custom("networking.istio.io/v1", "DestinationRule", "a", "host: cart, subsets: [{ name: v2 }]"),
            Custom("networking.istio.io/v1", "DestinationRule", "b", "host: cart.shop.svc.cluster.local, subsets: [{ name: v3 }]", "other"),
            Custom("networking.istio.io/v1", "VirtualService", "x", $"http: [{{ route: [{{ destination: {{ host: {host}, subset: {missing} }} }}] }}]")));
        Assert.Equal((isThere == true, isThere == false, isThere is null), (files.Passes("ML2004"), files.Fails("ML2004"), files.IsUnknown("ML2004")));
    }
}
