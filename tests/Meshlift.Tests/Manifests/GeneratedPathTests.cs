using FsCheck.Fluent;
using Meshlift.Core.Manifests;

namespace Meshlift.Tests.Manifests;

public sealed class GeneratedPathTests
{
    [Theory]
    [InlineData("", "Service", "istio-system", "istiod", "service/istio-system/istiod.yaml")]
    [InlineData("apiextensions.k8s.io", "CustomResourceDefinition", "", "gateways.networking.istio.io", "customresourcedefinition/gateways.networking.istio.io.yaml")]
    [InlineData("networking.istio.io", "Gateway", "a", "b", "gateway.networking.istio.io/a/b.yaml")]
    [InlineData("gateway.networking.k8s.io", "Gateway", "a", "b", "gateway.gateway.networking.k8s.io/a/b.yaml")]
    [InlineData("rbac.authorization.k8s.io", "ClusterRole", "", "system:node", "clusterrole/system%3anode.yaml")]
    [InlineData("rbac.authorization.k8s.io", "ClusterRole", "", "A", "clusterrole/%41.yaml")]
    [InlineData("", "Service", "x", "con", "service/x/%63on.yaml")]
    [InlineData("", "Service", "x", "com1.a", "service/x/%63om1.a.yaml")]
    [InlineData("", "ConfigMap", "x", ".hidden", "configmap/x/%2ehidden.yaml")]
    [InlineData("", "ConfigMap", "x", "../../etc/passwd", "configmap/x/%2e.%2f..%2fetc%2fpasswd.yaml")]
    public void A_path_follows_from_the_identity(string group, string kind, string @namespace, string name, string expected) =>
        Assert.Equal(expected, GeneratedPath.Of(new ResourceIdentity(group, kind, @namespace, name)));

    [Fact]
    public void A_long_name_is_cut_and_told_apart_by_its_digest()
    {
        var one = GeneratedPath.Of(new ResourceIdentity("", "ConfigMap", "", new string('a', 253) + "1"));
        var two = GeneratedPath.Of(new ResourceIdentity("", "ConfigMap", "", new string('a', 253) + "2"));
        Assert.NotEqual(one, two);
        Assert.True(one.Length < 230);
    }

    [Fact]
    public void Two_identities_never_share_a_path_and_every_path_is_legal_everywhere()
    {
        var name = Gen.Elements("a", "A", "b.yaml", "a.b", "a:b", "a%3ab", "", "con", "CON", ".", "..", "a/b", "a\\b", "ä", "a b", "x", "x.yaml", "%").Two().Select(pair => pair.Item1 + pair.Item2);
        var identity = Gen.Elements("", "apps", "networking.istio.io", "gateway.networking.k8s.io").SelectMany(group => Gen.Elements("Gateway", "Service", "Deployment").SelectMany(kind =>
            name.SelectMany(@namespace => name.Select(text => new ResourceIdentity(group, kind, @namespace, text)))));
        Prop.ForAll(identity.Two().ToArbitrary(), pair =>
        {
            var (one, two) = (GeneratedPath.Of(pair.Item1), GeneratedPath.Of(pair.Item2));
            var parts = one.Split('/');
            return one.Equals(two, StringComparison.OrdinalIgnoreCase) == (pair.Item1 == pair.Item2)
                && parts.All(part => part.Length is > 0 and < 255 && part[0] != '.' && part[^1] is not ('.' or ' ') && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or '%'))
                && parts.All(part => !part.Split('.')[0].Equals("con", StringComparison.Ordinal));
        }).Holds();
    }
}
