using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Checks;

/// <summary>What structural schemas can ask for, through the whole command line.</summary>
public sealed class StructuralSchemaTests
{
    private const string Crd = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: { name: carts.x.io }
        spec:
          group: x.io
          names: { kind: Cart, plural: carts }
          scope: Namespaced
          versions:
            - name: v1
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec:
                      type: object
                      required: [size]
                      properties:
                        size: { type: integer, minimum: 1, maximum: 9, format: int32 }
                        port: { x-kubernetes-int-or-string: true }
                        colour: { type: string, enum: [red, green] }
                        address: { type: string, format: ipv4 }
                        when: { type: string, format: date-time }
                        code: { type: string, pattern: "^[a-z]{3}$" }
                        cash: { type: string }
                        card: { type: string }
                        gift: { type: string }
                        secret: { type: string }
                        limit: { anyOf: [{ type: integer }, { type: string }], x-kubernetes-int-or-string: true }
                        items:
                          type: array
                          x-kubernetes-list-type: map
                          x-kubernetes-list-map-keys: [name, kind]
                          items: { type: object, properties: { name: { type: string }, kind: { type: string, default: plain } } }
                        labels: { type: array, x-kubernetes-list-type: set, items: { type: string } }
                        checked: { type: integer, x-kubernetes-validations: [{ rule: "self > 3" }] }
                      oneOf: [{ required: [cash] }, { required: [card] }]
                      anyOf: [{ required: [gift] }, { not: { required: [secret] } }]
                      not: { required: [gift, card] }
        """;

    [Theory]
    [InlineData("{ size: 1, cash: a }", null, null)]
    [InlineData("{ size: 1, cash: a, port: 80 }", null, null)]
    [InlineData("{ size: 1, cash: a, port: http }", null, null)]
    [InlineData("{ size: 1, cash: a, port: 1.5 }", "4:33", "must be a string or a whole number")]
    [InlineData("{ size: 1, cash: a, limit: [] }", "4:34", "must be a string or a whole number")]
    [InlineData("{ cash: a }", "4:7", "the key 'size' is missing")]
    [InlineData("{ size: 10, cash: a }", "4:15", "must be at most 9")]
    [InlineData("{ size: '1', cash: a }", "4:15", "must be a whole number")]
    [InlineData("{ size: 1, cash: a, colour: gren }", "4:35", "did you mean 'green'?")]
    [InlineData("{ size: 1, cash: a, adress: 1.2.3.4 }", "4:27", "did you mean 'address'?")]
    [InlineData("{ size: 1, cash: a, address: 1.2.3.400 }", "4:36", "ipv4")]
    [InlineData("{ size: 1, cash: a, when: yesterday }", "4:33", "date-time")]
    [InlineData("{ size: 1, cash: a, code: ABC }", "4:33", "does not match the pattern")]
    [InlineData("{ size: 1 }", "4:7", "needs 'cash' or 'card'")]
    [InlineData("{ size: 1, cash: a, card: b }", "4:7", "'cash' and 'card' exclude each other")]
    [InlineData("{ size: 1, cash: a, secret: b }", "4:7", "")]
    [InlineData("{ size: 1, cash: a, secret: b, gift: c }", null, null)]
    [InlineData("{ size: 1, card: a, gift: c }", "4:7", "may not be there")]
    [InlineData("{ size: 1, cash: a, items: [{ name: a }, { name: a, kind: other }] }", null, null)]
    [InlineData("{ size: 1, cash: a, items: [{ name: a }, { name: a, kind: plain }] }", "4:48", "has the same 'name' and 'kind' as item 0")]
    [InlineData("{ size: 1, cash: a, labels: [a, b, a] }", "4:42", "stands twice, first as item 0")]
    public async Task What_the_schema_forbids_is_told_at_its_line_and_column(string spec, string? place, string? message)
    {
        using var folder = new TempFolder();
        folder.Write("crd.yaml", Crd);
        folder.Write("cart.yaml", $"apiVersion: x.io/v1\nkind: Cart\nmetadata: {{ name: c }}\nspec: {spec}\n");
        var outcome = await InProcess.RunAsync("check", folder.Path);
        Assert.Equal(place is null ? 0 : 1, outcome.Code);
        if (place is null) return;
        Assert.Contains("schema... Fail: 1 finding\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"{folder["cart.yaml"]}:{place}  error ML1101  Cart.x.io c\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(message!, outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cel_rule_is_listed_and_counts_for_nothing()
    {
        using var folder = new TempFolder();
        folder.Write("crd.yaml", Crd);
        folder.Write("cart.yaml", "apiVersion: x.io/v1\nkind: Cart\nmetadata: { name: c }\nspec: { size: 1, cash: a, checked: 1 }\n");
        var json = PublishedSchema.AssertFits("check", (await InProcess.RunAsync("check", folder.Path, "-o", "json")).Output);
        var line = Assert.Single(json.GetProperty("notEvaluated").EnumerateArray());
        Assert.Equal(("spec.checked", "self > 3"), (line.GetProperty("path").GetString(), line.GetProperty("demand").GetString()));
    }
}
