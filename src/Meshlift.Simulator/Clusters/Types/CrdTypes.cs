using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;

namespace Meshlift.Simulator.Clusters.Types;

/// <summary>The types that a CustomResourceDefinition declares.</summary>
internal static class CrdTypes
{
    /// <summary>The served versions, the preferred one first.</summary>
    /// <param name="crd">The definition.</param>
    /// <param name="metadata">The schema of the metadata of every object.</param>
    public static IEnumerable<ResourceType> Read(JsonObject crd, FieldSchema metadata)
    {
        if (crd["spec"] is not JsonObject spec || spec["names"] is not JsonObject names) yield break;
        var key = new ResourceKey(spec.Text("group") ?? "", names.Text("plural") ?? "");
        var kind = names.Text("kind") ?? "";
        var versions = spec.Items("versions").OfType<JsonObject>().ToList();
        var stored = versions.Find(version => version.Flag("storage"))?.Text("name");
        foreach (var version in versions.Where(version => version.Flag("served")).OrderBy(version => version.Text("name"), VersionOrder.Instance))
        {
            var subresources = version["subresources"] as JsonObject;
            var scale = subresources?["scale"] as JsonObject;
            var schema = (version["schema"] as JsonObject)?["openAPIV3Schema"] as JsonObject;
            yield return new ResourceType
            {
                Key = key,
                Version = version.Text("name") ?? "",
                Kind = kind,
                ListKind = names.Text("listKind") ?? kind + "List",
                Singular = names.Text("singular") ?? kind.ToLowerInvariant(),
                IsNamespaced = spec.Text("scope") == "Namespaced",
                ShortNames = [.. names.Texts("shortNames")],
                Categories = [.. names.Texts("categories")],
                HasStatus = subresources?.ContainsKey("status") == true,
                HasGeneration = true,
                StoredApiVersion = $"{key.Group}/{stored}",
                SelectableFields = [.. version.Items("selectableFields").OfType<JsonObject>().Select(field => field.Text("jsonPath")?.TrimStart('.') ?? "")],
                Scale = scale is null ? null : new ScalePaths(scale.Text("specReplicasPath") ?? "", scale.Text("statusReplicasPath") ?? "", scale.Text("labelSelectorPath")),
                Schema = Root(schema, spec.Flag("preserveUnknownFields"), metadata),
                Columns = [.. Columns(version)],
                Deprecation = !version.Flag("deprecated") ? null : version.Text("deprecationWarning") ?? $"{key.Group}/{version.Text("name")} {kind} is deprecated",
            };
        }
    }

    private static IEnumerable<PrinterColumn> Columns(JsonObject version)
    {
        var columns = version.Items("additionalPrinterColumns").OfType<JsonObject>().ToList();
        if (columns.Count == 0) return [new PrinterColumn("Age", "date", ".metadata.creationTimestamp", 0, "When the object was made.", "")];
        return columns.Select(column => new PrinterColumn(
            column.Text("name") ?? "", column.Text("type") ?? "string", column.Text("jsonPath") ?? "", (int)(column.Number("priority") ?? 0), column.Text("description") ?? "", column.Text("format") ?? ""));
    }

    private static FieldSchema Root(JsonObject? schema, bool keepsUnknown, FieldSchema metadata)
    {
        var root = schema is null ? new FieldSchema { Kind = FieldKind.Object, KeepsUnknown = true } : Schema(schema);
        root.KeepsUnknown |= keepsUnknown;
        root.Kind = FieldKind.Object;
        root.Fields["apiVersion"] = new FieldSchema { Kind = FieldKind.String };
        root.Fields["kind"] = new FieldSchema { Kind = FieldKind.String };
        root.Fields["metadata"] = metadata;
        return root;
    }

    private static FieldSchema Schema(JsonObject source)
    {
        var properties = source["properties"] as JsonObject;
        var values = source["additionalProperties"];
        var intOrString = source.Flag("x-kubernetes-int-or-string");
        var schema = new FieldSchema
        {
            Kind = intOrString ? FieldKind.IntOrString : source.Text("type") switch
            {
                "object" => values is not null && properties is null ? FieldKind.Map : FieldKind.Object,
                "array" => FieldKind.List,
                "string" => FieldKind.String,
                "integer" => FieldKind.Integer,
                "number" => FieldKind.Number,
                "boolean" => FieldKind.Boolean,
                _ => FieldKind.Any,
            },
            Format = source.Text("format"),
            Default = source["default"],
            Allowed = [.. source.Items("enum").OfType<JsonValue>().Select(value => value.TryGetValue<string>(out var text) ? text : value.ToJsonString())],
            KeepsUnknown = source.Flag("x-kubernetes-preserve-unknown-fields") || values is JsonValue,
            IsEmbeddedResource = source.Flag("x-kubernetes-embedded-resource"),
            IsNullable = source.Flag("nullable"),
            IsAtomic = source.Text("x-kubernetes-map-type") == "atomic",
            ListKind = source.Text("x-kubernetes-list-type") switch { "map" => ListKind.Map, "set" => ListKind.Set, _ => ListKind.Atomic },
            MapKeys = [.. source.Texts("x-kubernetes-list-map-keys")],
            Source = source,
        };
        foreach (var (name, value) in properties ?? [])
            if (value is JsonObject property) schema.Fields[name] = Schema(property);
        foreach (var name in source.Texts("required")) schema.Required.Add(name);
        if (schema.Kind == FieldKind.List) schema.Element = source["items"] is JsonObject items ? Schema(items) : FieldSchema.Anything;
        if (schema.Kind == FieldKind.Map) schema.Element = values is JsonObject element ? Schema(element) : FieldSchema.Anything;
        return schema;
    }
}
