using YamlDotNet.RepresentationModel;

namespace Meshlift.Tests.Simulator;

public sealed class SampleCrdTests
{
    [Theory]
    [InlineData("authorizationpolicies.security.istio.io", "v1* v1beta1")]
    [InlineData("destinationrules.networking.istio.io", "v1* v1alpha3 v1beta1")]
    [InlineData("envoyfilters.networking.istio.io", "v1alpha3*")]
    [InlineData("gateways.networking.istio.io", "v1* v1alpha3 v1beta1")]
    [InlineData("peerauthentications.security.istio.io", "v1* v1beta1")]
    [InlineData("proxyconfigs.networking.istio.io", "v1beta1*")]
    [InlineData("requestauthentications.security.istio.io", "v1* v1beta1")]
    [InlineData("serviceentries.networking.istio.io", "v1* v1alpha3 v1beta1")]
    [InlineData("sidecars.networking.istio.io", "v1* v1alpha3 v1beta1")]
    [InlineData("telemetries.telemetry.istio.io", "v1 v1alpha1*")]
    [InlineData("trafficextensions.extensions.istio.io", "v1alpha1*")]
    [InlineData("virtualservices.networking.istio.io", "v1* v1alpha3 v1beta1")]
    [InlineData("wasmplugins.extensions.istio.io", "v1alpha1*")]
    [InlineData("workloadentries.networking.istio.io", "v1* v1alpha3 v1beta1")]
    [InlineData("workloadgroups.networking.istio.io", "v1* v1alpha3 v1beta1")]
    public void Versions_are_those_of_Istio_and_one_is_stored(string name, string versions)
    {
        var crd = RenderedRelease.Of("1.30.3", "1-30-3").Object($"CustomResourceDefinition/{name}");
        var found = crd.List("spec", "versions").Select(version => $"{version["name"]}{($"{version["storage"]}" == "true" ? "*" : "")}");
        Assert.Equal(versions, string.Join(' ', found));
        Assert.Equal("keep", crd.Value("metadata", "annotations", "helm.sh/resource-policy"));
        Assert.Equal(name, $"{crd.Value("spec", "names", "plural")}.{crd.Value("spec", "group")}");
        Assert.All(crd.List("spec", "versions"), version => Assert.IsType<YamlMappingNode>(version["subresources"]["status"]));
    }

    [Theory, InlineData("1.29.6"), InlineData("1.30.3")]
    public void Schemas_are_structural(string version)
    {
        foreach (var crd in RenderedRelease.Of(version, "default").Objects.Where(item => item.Kind == "CustomResourceDefinition"))
            foreach (var served in crd.List("spec", "versions"))
                AssertStructural($"{crd.Name}", (YamlMappingNode)served["schema"]["openAPIV3Schema"]);
    }

    [Theory]
    [InlineData("authorizationpolicies.security.istio.io", "spec rules [] from [] source trustDomains")]
    [InlineData("telemetries.telemetry.istio.io", "spec tracing [] disableContextPropagation")]
    public void The_newer_release_knows_more_fields(string name, string path)
    {
        Assert.NotNull(Field("1.30.3", name, path));
        Assert.Null(Field("1.29.6", name, path));
    }

    [Fact]
    public void Types_are_written_out_where_they_are_referred_to()
    {
        const string Name = "destinationrules.networking.istio.io";
        var whole = Field("1.30.3", Name, "spec trafficPolicy tls");
        Assert.NotNull(whole);
        Assert.Equal(whole, Field("1.30.3", Name, "spec trafficPolicy portLevelSettings [] tls"));
        Assert.Equal(whole, Field("1.30.3", Name, "spec subsets [] trafficPolicy portLevelSettings [] tls"));
    }

    private static YamlNode? Field(string version, string name, string path)
    {
        var crd = RenderedRelease.Of(version, "default").Object($"CustomResourceDefinition/{name}");
        var schema = crd.Node("spec", "versions", "0", "schema", "openAPIV3Schema");
        return path.Split(' ').Aggregate(schema, (node, step) =>
            step == "[]" ? RenderedObject.Step(node, "items") : RenderedObject.Step(RenderedObject.Step(node, "properties"), step));
    }

    // What the API server asks of a schema: every node has a type (or is marked as one of two), and a list says what is in it.
    private static void AssertStructural(string path, YamlMappingNode schema)
    {
        var type = schema.Children.TryGetValue("type", out var node) ? $"{node}" : null;
        Assert.True(type is not null || schema.Children.ContainsKey("x-kubernetes-int-or-string"), path);
        Assert.True(type != "array" || schema.Children.ContainsKey("items"), path);
        if (schema.Children.TryGetValue("items", out var items)) AssertStructural($"{path}[]", (YamlMappingNode)items);
        if (schema.Children.TryGetValue("additionalProperties", out var values)) AssertStructural($"{path}{{}}", (YamlMappingNode)values);
        if (!schema.Children.TryGetValue("properties", out var fields)) return;
        foreach (var (key, field) in ((YamlMappingNode)fields).Children)
            AssertStructural($"{path}.{key}", (YamlMappingNode)field);
        if (!schema.Children.TryGetValue("required", out var required)) return;
        Assert.All((YamlSequenceNode)required, name => Assert.Contains(name, ((YamlMappingNode)fields).Children.Keys));
    }
}
