using System.IO.Compression;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Tests.Simulator.Clusters;

/// <summary>The descriptions of Kubernetes' types, held against the published OpenAPI document of Kubernetes 1.33.</summary>
public sealed class TypeDescriptionTests
{
    // Left out on purpose: sources of volumes that are storage's own business are taken as they come.
    private static readonly HashSet<string> Taken = new(StringComparer.Ordinal) { "NodeSpec.configSource", "NodeStatus.config", "CustomResourceValidation.openAPIV3Schema", "Endpoint.deprecatedTopology" };

    [IstioDataFact]
    public void Fields_types_and_keys_are_those_that_are_published()
    {
        using var file = File.OpenRead(Path.Combine(IstioData.Folder!, "k8s-schema", "definitions-v1.33.0.json.gz"));
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        var definitions = JsonNode.Parse(unpacked)!["definitions"]!.AsObject();
        var differences = new List<string>();
        foreach (var (name, type) in TypeDescriptions.BuiltIn.Types)
        {
            if (definitions[name] is not JsonObject published)
            {
                if (!name.EndsWith(".WebhookClientConfig", StringComparison.Ordinal)) differences.Add($"{name} is not published");
                continue;
            }
            var properties = published["properties"]?.AsObject() ?? [];
            var shortName = name[(name.LastIndexOf('.') + 1)..];
            foreach (var (field, _) in properties)
                if (!type.Fields.ContainsKey(field)) differences.Add($"{shortName}.{field} is missing");
            foreach (var (field, schema) in type.Fields)
            {
                if (properties[field] is not JsonObject property) differences.Add($"{shortName}.{field} is not published");
                else if (!Taken.Contains($"{shortName}.{field}") && Difference(schema, property) is { } difference) differences.Add($"{shortName}.{field}: {difference}");
            }
            // Whether metadata is among them depends on how the Go type is written, not on what may be left out.
            var required = (published["required"] as JsonArray ?? []).Select(item => (string)item!).Where(field => field != "metadata").ToHashSet(StringComparer.Ordinal);
            if (!required.SetEquals(type.Required)) differences.Add($"{shortName} requires {string.Join(',', required)}");
            if ((string?)published["x-kubernetes-map-type"] == "atomic" != type.IsAtomic) differences.Add($"{shortName} is {(type.IsAtomic ? "not " : "")}atomic");
        }
        Assert.Empty(differences);
    }

    [IstioDataFact]
    public void Kinds_are_those_that_are_published()
    {
        var published = JsonNode.Parse(IstioData.Read("k8s-schema/resources-1.33.json"))!.AsArray().OfType<JsonObject>()
            .ToDictionary(item => ((string)item["apiVersion"]!, (string)item["plural"]!), item => (Kind: (string)item["kind"]!, IsNamespaced: (bool)item["namespaced"]!));
        Assert.All(ApiCatalog.BuiltIn.Served.Where(type => !type.IsReview), type =>
        {
            Assert.True(published.TryGetValue((type.ApiVersion, type.Key.Plural), out var found), type.ToString());
            Assert.Equal((type.Kind, type.IsNamespaced), (found.Kind, found.IsNamespaced));
        });
    }

    [Fact]
    public void Versions_are_preferred_as_kubernetes_prefers_them() =>
        Assert.Equal(["v10", "v2", "v1", "v3beta1", "v1beta2", "v1beta1", "v1alpha1", "a", "foo1"], new[] { "foo1", "v1beta1", "v1", "v3beta1", "a", "v1alpha1", "v2", "v10", "v1beta2" }.Order(VersionOrder.Instance));

    private static string? Difference(FieldSchema schema, JsonObject property)
    {
        var reference = ((string?)property["$ref"])?.Split('/')[^1];
        var type = (string?)property["type"];
        var fits = schema.Kind switch
        {
            FieldKind.Any => true,
            FieldKind.List => type == "array",
            FieldKind.Map => type == "object" && property["additionalProperties"] is not null,
            _ => reference is not null ? schema.TypeName == reference || reference.EndsWith(".WebhookClientConfig", StringComparison.Ordinal)
                : schema.Kind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase) && ((string?)property["format"] is not { } format || format is "double" || format == schema.Format),
        };
        if (!fits) return $"is {reference ?? type} {property["format"]}";
        if (schema.Kind == FieldKind.List && Difference(schema.Element!, property["items"]!.AsObject()) is { } item) return $"items: {item}";
        if (schema.Kind == FieldKind.Map && Difference(schema.Element!, property["additionalProperties"]!.AsObject()) is { } value) return $"values {value}";
        if (schema.Kind == FieldKind.List)
        {
            var listType = (string?)property["x-kubernetes-list-type"] ?? "atomic";
            if (!listType.Equals(schema.ListKind.ToString(), StringComparison.OrdinalIgnoreCase)) return $"is a list of type {listType}";
            var keys = (property["x-kubernetes-list-map-keys"] as JsonArray ?? []).Select(key => (string)key!);
            if (!keys.Order(StringComparer.Ordinal).SequenceEqual(schema.MapKeys.Order(StringComparer.Ordinal), StringComparer.Ordinal)) return $"has the keys {property["x-kubernetes-list-map-keys"]}";
            if ((string?)property["x-kubernetes-patch-merge-key"] != schema.PatchKey) return $"has the merge key {property["x-kubernetes-patch-merge-key"]}";
            if ((((string?)property["x-kubernetes-patch-strategy"])?.Contains("merge", StringComparison.Ordinal) ?? false) != (schema.PatchKey is not null || schema.PatchMerges)) return $"is patched by {property["x-kubernetes-patch-strategy"]}";
        }
        if ((((string?)property["x-kubernetes-patch-strategy"])?.Contains("retainKeys", StringComparison.Ordinal) ?? false) != schema.RetainsKeys) return $"is patched by {property["x-kubernetes-patch-strategy"]}";
        if (schema.Kind == FieldKind.Map && (string?)property["x-kubernetes-map-type"] == "atomic" != schema.IsAtomic) return "is an atomic map, or is not";
        return null;
    }
}
