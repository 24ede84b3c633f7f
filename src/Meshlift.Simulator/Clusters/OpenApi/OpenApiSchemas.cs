using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.OpenApi;

/// <summary>Schemas in the form of OpenAPI documents.</summary>
/// <param name="prefix">Where references point: <c>#/components/schemas/</c> in version 3, <c>#/definitions/</c> in version 2.</param>
internal sealed class OpenApiSchemas(string prefix)
{
    private readonly SortedDictionary<string, JsonObject> _definitions = new(StringComparer.Ordinal);

    /// <summary>Adds a type and all that it refers to, and the list of it.</summary>
    public string Add(ResourceType type)
    {
        var name = NameOf(type);
        if (type.IsBuiltIn) Define(type.Schema);
        else _definitions[name] = Custom(type);
        _definitions[name]["x-kubernetes-group-version-kind"] = new JsonArray(Kind(type, type.Kind));
        if (type.IsReview) return name;
        _definitions[name + "List"] = new JsonObject
        {
            ["type"] = "object", ["required"] = new JsonArray("items"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = Text(), ["kind"] = Text(), ["metadata"] = Reference(Define(TypeDescriptions.BuiltIn.Types["io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"])),
                ["items"] = new JsonObject { ["type"] = "array", ["items"] = Reference(name) },
            },
            ["x-kubernetes-group-version-kind"] = new JsonArray(Kind(type, type.ListKind)),
        };
        return name;
    }

    /// <summary>All definitions so far.</summary>
    public JsonObject ToJson() => new(_definitions.Select(definition => KeyValuePair.Create(definition.Key, (JsonNode?)definition.Value)));

    /// <summary>The name of a type among the definitions.</summary>
    public static string NameOf(ResourceType type) => type.Schema.TypeName ?? string.Join('.', type.Key.Group.Split('.').Reverse().Append(type.Version).Append(type.Kind));

    /// <summary>The extension that says which kind something is about.</summary>
    public static JsonObject Kind(ResourceType type, string kind) => new() { ["group"] = type.Key.Group, ["version"] = type.Version, ["kind"] = kind };

    private JsonObject Custom(ResourceType type)
    {
        var schema = type.Schema.Source?.DeepClone().AsObject() ?? new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
        var properties = schema["properties"] as JsonObject ?? [];
        if (schema["properties"] is null) schema["properties"] = properties;
        (properties["apiVersion"], properties["kind"], properties["metadata"]) = (Text(), Text(), Reference(Define(TypeDescriptions.BuiltIn.Metadata)));
        return schema;
    }

    private string Define(FieldSchema type)
    {
        var name = type.TypeName!;
        if (_definitions.ContainsKey(name)) return name;
        var definition = _definitions[name] = [];
        switch (type.Kind)
        {
            case FieldKind.IntOrString:
                (definition["type"], definition["format"]) = ("string", "int-or-string");
                break;
            case FieldKind.String:
                definition["type"] = "string";
                if (type.Format == "date-time") definition["format"] = type.Format;
                break;
            default:
                definition["type"] = "object";
                if (type.IsAtomic) definition["x-kubernetes-map-type"] = "atomic";
                if (type.Required.Count > 0) definition["required"] = new JsonArray([.. type.Required.Order(StringComparer.Ordinal).Select(field => JsonValue.Create(field))]);
                definition["properties"] = new JsonObject(type.Fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, (JsonNode?)Field(field.Value))));
                break;
        }
        return name;
    }

    private JsonObject Field(FieldSchema field)
    {
        if (field.TypeName is not null)
        {
            var reference = Reference(Define(field));
            if (field.Default is null && !field.RetainsKeys) return reference;
            var extended = new JsonObject { ["allOf"] = new JsonArray(reference) };
            if (field.Default is { } value) extended["default"] = value.DeepClone();
            if (field.RetainsKeys) extended["x-kubernetes-patch-strategy"] = "retainKeys";
            return extended;
        }
        var json = new JsonObject();
        switch (field.Kind)
        {
            case FieldKind.Any:
                json["type"] = "object";
                break;
            case FieldKind.List:
                json["type"] = "array";
                json["items"] = Field(field.Element!);
                json["x-kubernetes-list-type"] = field.ListKind.ToString().ToLowerInvariant();
                if (field.ListKind == ListKind.Map) json["x-kubernetes-list-map-keys"] = new JsonArray([.. field.MapKeys.Select(key => JsonValue.Create(key))]);
                if (field.PatchKey is { } key) json["x-kubernetes-patch-merge-key"] = key;
                if (field.PatchKey is not null || field.PatchMerges) json["x-kubernetes-patch-strategy"] = field.RetainsKeys ? "merge,retainKeys" : "merge";
                break;
            case FieldKind.Map:
                json["type"] = "object";
                json["additionalProperties"] = Field(field.Element!);
                if (field.IsAtomic) json["x-kubernetes-map-type"] = "atomic";
                break;
            default:
                json["type"] = field.Kind.ToString().ToLowerInvariant();
                if (field.Format is { } format) json["format"] = format;
                if (field.Allowed.Count > 0) json["enum"] = new JsonArray([.. field.Allowed.Select(allowed => JsonValue.Create(allowed))]);
                break;
        }
        if (field.Default is { } given) json["default"] = given.DeepClone();
        return json;
    }

    private JsonObject Reference(string name) => new() { ["$ref"] = prefix + name };

    private static JsonObject Text() => new() { ["type"] = "string" };
}
