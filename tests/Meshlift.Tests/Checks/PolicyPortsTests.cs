using static Meshlift.Tests.Checks.Objects;

namespace Meshlift.Tests.Checks;

public sealed class PolicyPortsTests
{
    private const string Code = "ML3020";
    private static readonly string Sidecars = Join(Namespace("shop", "istio-injection: enabled"), Deployment("cart"));
    private static readonly string Ambient = Join(Namespace("shop", "istio.io/dataplane-mode: ambient"), Deployment("cart"));

    [Theory]
    [InlineData("[]", false)]
    [InlineData("[{}]", true)]
    [InlineData("[{ ports: [{ port: 15012 }] }]", false)]
    [InlineData("[{ ports: [{ port: 53 }] }]", false)]
    [InlineData("[{ ports: [{ port: 15012 }] }, { to: [{ namespaceSelector: {} }], ports: [{ port: 53 }] }]", true)]
    [InlineData("[{ ports: [{ port: 15010 }, { port: 5353 }] }]", true)]
    [InlineData("[{ ports: [{ port: 1, endPort: 65535 }] }]", true)]
    [InlineData("[{ ports: [{ port: dns }] }]", true)]
    [InlineData("[{ ports: [{ protocol: UDP }] }]", true)]
    [InlineData("[{ to: [{ podSelector: {} }] }]", true)]
    public void Sidecars_need_dns_and_istiod(string egress, bool passes)
    {
        var files = CheckedFiles.Of(Join(Sidecars, Policy("p", $"podSelector: {{}}, policyTypes: [Egress], egress: {egress}")));
        Assert.Equal((passes, !passes), (files.Passes(Code), files.Fails(Code)));
    }

    [Fact]
    public void What_one_policy_shuts_out_another_lets_through_and_two_that_shut_out_are_one_fault()
    {
        var deny = Policy("deny", "podSelector: {}, policyTypes: [Egress]");
        Assert.True(CheckedFiles.Of(Join(Sidecars, deny, Policy("allow", "podSelector: { matchLabels: { app: cart } }, policyTypes: [Egress], egress: [{ ports: [{ port: 53 }, { port: 15012 }] }]"))).Passes(Code));
        Assert.True(CheckedFiles.Of(Join(Sidecars, deny, Policy("web", "podSelector: { matchLabels: { app: cart } }, policyTypes: [Egress], egress: [{ ports: [{ port: 80 }] }]"))).Fails(Code));
        // Pods that the other policy does not mean are not let through by it.
        Assert.True(CheckedFiles.Of(Join(Sidecars, Deployment("till"), Policy("cart", "podSelector: { matchLabels: { app: cart } }, policyTypes: [Egress]"), Policy("till", "podSelector: { matchLabels: { app: till } }, policyTypes: [Egress], egress: [{}]"))).Fails(Code));
        Assert.True(CheckedFiles.Of(Join(Sidecars, Policy("deny", "podSelector: {}, policyTypes: [Egress]"), Policy("other", "podSelector: {}, policyTypes: [Egress], egress: [{}]", "elsewhere"))).Fails(Code));
    }

    [Theory]
    [InlineData("", "", null)]
    [InlineData("istio-injection: disabled", "", true)]
    [InlineData("istio.io/rev: prod", "", false)]
    [InlineData("istio-injection: enabled", "sidecar.istio.io/inject: \"false\"", true)]
    [InlineData("team: shop", "sidecar.istio.io/inject: \"true\"", false)]
    [InlineData("team: shop", "", true)]
    public void Pods_without_a_sidecar_may_be_shut_in(string space, string pod, bool? passes)
    {
        var files = CheckedFiles.Of(Join(space.Length == 0 ? Service("x") : Namespace("shop", space), Deployment("cart", labels: pod), Policy("p", "podSelector: {}, policyTypes: [Egress]")));
        Assert.Equal((passes == true, passes == false, passes is null), (files.Passes(Code), files.Fails(Code), files.IsUnknown(Code)));
    }

    [Theory]
    [InlineData("[{ ports: [{ port: 15012 }, { port: 15014 }, { port: 15017 }] }]", "")]
    [InlineData("[{ ports: [{ port: 15012 }, { port: 15017 }] }]", "15014")]
    [InlineData("[{ ports: [{ port: 15012 }, { port: 15014 }] }]", "15017")]
    [InlineData("[{ ports: [{ port: 15014 }, { port: 15017 }] }]", "15012")]
    [InlineData("[]", "15012")]
    public void Istiod_is_to_be_reached(string ingress, string missing)
    {
        var files = CheckedFiles.Of(Join(Deployment("istiod", "istio-system"), Policy("p", $"podSelector: {{}}, policyTypes: [Ingress], ingress: {ingress}", "istio-system")));
        Assert.Equal((missing.Length == 0, missing.Length > 0), (files.Passes(Code), files.Fails(Code)));
        if (missing.Length > 0) Assert.Contains(missing, files.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{ ports: [{ port: 8080 }] }]", "", "15008")]
    [InlineData("[{ ports: [{ port: 8080 }, { port: 15008 }] }]", "", "")]
    [InlineData("[{ from: [{ podSelector: {} }], ports: [{ port: 15008 }] }]", "", "")]
    [InlineData("[{ from: [{ podSelector: {} }], ports: [{ port: 15008 }] }]", "readinessProbe: { httpGet: { port: 8080 } }", "169.254.7.127")]
    [InlineData("[{ ports: [{ port: 15008 }] }]", "livenessProbe: { tcpSocket: { port: 8080 } }", "169.254.7.127")]
    [InlineData("[{ ports: [{ port: 15008 }] }]", "livenessProbe: { exec: { command: [check] } }", "")]
    [InlineData("[{ ports: [{ port: 15008 }] }, { from: [{ ipBlock: { cidr: 169.254.7.127/32 } }] }]", "readinessProbe: { httpGet: { port: 8080 } }", "")]
    [InlineData("[{ ports: [{ port: 15008 }] }, { from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]", "readinessProbe: { httpGet: { port: 8080 } }", "169.254.7.127")]
    [InlineData("[{ ports: [{ port: 15008 }, { port: 8080 }] }]", "readinessProbe: { httpGet: { port: 8080 } }", "")]
    public void Pods_in_ambient_mode_need_hbone_and_their_probes(string ingress, string container, string missing)
    {
        var files = CheckedFiles.Of(Join(Namespace("shop", "istio.io/dataplane-mode: ambient"), Deployment("cart", container: container), Policy("p", $"podSelector: {{}}, ingress: {ingress}")));
        Assert.Equal((missing.Length == 0, missing.Length > 0), (files.Passes(Code), files.Fails(Code)));
        if (missing.Length > 0) Assert.Contains(missing, files.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pods_that_stay_out_of_ambient_and_directions_that_no_policy_governs_are_passed_over()
    {
        Assert.True(CheckedFiles.Of(Join(Namespace("shop", "istio.io/dataplane-mode: ambient"), Deployment("cart", labels: "istio.io/dataplane-mode: none"), Policy("p", "podSelector: {}, ingress: []"))).Passes(Code));
        Assert.True(CheckedFiles.Of(Join(Ambient, Policy("p", "podSelector: {}, policyTypes: [Egress], egress: [{}]"))).Passes(Code));
        Assert.True(CheckedFiles.Of(Join(Sidecars, Policy("p", "podSelector: {}, ingress: [{ ports: [{ port: 80 }] }]"))).Passes(Code));
        // Without policyTypes, rules about what goes out are enough to govern it.
        Assert.True(CheckedFiles.Of(Join(Sidecars, Policy("p", "podSelector: {}, ingress: [{}], egress: [{ ports: [{ port: 80 }] }]"))).Fails(Code));
    }

    [Fact]
    public void Where_a_chart_may_bring_another_policy_nobody_can_tell() =>
        Assert.True(CheckedFiles.Of(Join(Sidecars, Policy("p", "podSelector: {}, policyTypes: [Egress]"), Custom("helm.toolkit.fluxcd.io/v2", "HelmRelease", "x", "chart: {}"))).IsUnknown(Code));
}
