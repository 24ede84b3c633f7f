using System.Text;
using Meshlift.Core.Tags;

namespace Meshlift.Tests.Tags;

/// <summary>Who asks for a tag, by the lines of files that are not Meshlift's.</summary>
public sealed class TagUsesTests
{
    [Theory]
    [InlineData("kind: Namespace\napiVersion: v1\nmetadata:\n  name: shop\n  labels:\n    istio.io/rev: prod\n", "6 Namespace shop")]
    [InlineData("kind: Namespace\napiVersion: v1\nmetadata: { name: shop, labels: { istio.io/rev: prod, tier: one } }", "3 Namespace shop")]
    [InlineData("# first\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: cart, namespace: shop }\nspec: { template: { metadata: { labels: { 'istio.io/rev': 'prod' } } } }\n", "6 Deployment shop/cart")]
    [InlineData("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\",\"labels\":{\"istio.io/rev\":\"prod\"}}}", "1 Namespace shop")]
    [InlineData("podLabels:\r\n  istio.io/rev: prod\r\n", "2 ")]
    [InlineData("labels:\n  istio.io/rev: prod # the tag\n{{- if .Values.x }}\n", "2 ")]
    [InlineData("patches:\n- patch: |-\n    metadata:\n      labels:\n        istio.io/rev: \"prod\"\n", "5 ")]
    [InlineData("a: 1\n---\nb: { istio.io/rev: prod }\n---\nistio.io/rev: prod\n", "3 , 5 ")]
    [InlineData("istio.io/rev: production\n", "")]
    [InlineData("istio.io/rev: pro\n", "")]
    [InlineData("#istio.io/rev: prod\nx: 1 # istio.io/rev: prod\n", "")]
    [InlineData("istio.io/tag: prod\n", "")]
    [InlineData("istio-injection: enabled\n", "")]
    [InlineData("", "")]
    public void What_asks_for_a_tag_is_found(string yaml, string expected) => Assert.Equal(expected, Found(yaml, "prod"));

    [Theory]
    [InlineData("kind: Namespace\napiVersion: v1\nmetadata: { name: shop, labels: { istio-injection: enabled } }", "3 Namespace shop")]
    [InlineData("kind: Namespace\napiVersion: v1\nmetadata: { name: shop, labels: { istio.io/rev: default } }", "3 Namespace shop")]
    [InlineData("namespaceLabels: { istio-injection: enabled }\n", "1 ")]
    [InlineData("kind: Service\napiVersion: v1\nmetadata: { name: istiod, labels: { istio.io/rev: default } }", "")]
    [InlineData("istio-injection: disabled\n", "")]
    public void What_names_no_revision_asks_for_the_tag_default(string yaml, string expected) => Assert.Equal(expected, Found(yaml, "default"));

    private static string Found(string yaml, string tag)
    {
        var uses = TagUses.In(Encoding.UTF8.GetBytes(yaml), "a.yaml", TagName.Parse(tag));
        Assert.All(uses, use => Assert.Equal("a.yaml", use.File));
        return string.Join(", ", uses.Select(use => $"{use.Line} {use.By}"));
    }
}
