using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Api;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.OpenApi;

/// <summary>The OpenAPI documents of an API server: one for each version of each group (v3), and one of all (v2).</summary>
internal static class OpenApiDocuments
{
    private static readonly string[] WriteParameters = ["dryRun", "fieldManager", "fieldValidation"];
    private static readonly string[] PatchForms = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];

    /// <summary><c>/openapi/v3</c>.</summary>
    public static JsonObject Index(ApiCatalog catalog) => new()
    {
        ["paths"] = new JsonObject(catalog.Groups().SelectMany(group => group.Versions.Select(version => Root(group.Group, version)))
            // The hash changes with what is served, so that clients may keep a document for as long as it does not.
            .Select(root => KeyValuePair.Create(root, (JsonNode?)new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{root}?hash={catalog.Digest}" }))),
    };

    /// <summary><c>/openapi/v3/apis/GROUP/VERSION</c>; null when there is no such version.</summary>
    public static JsonObject? Version3(ApiCatalog catalog, string group, string version, string kubernetes)
    {
        var types = catalog.Of(group, version).ToList();
        if (types.Count == 0) return null;
        var schemas = new OpenApiSchemas("#/components/schemas/");
        var paths = Paths(types, schemas, isVersion3: true);
        return new JsonObject { ["openapi"] = "3.0.0", ["info"] = Info(kubernetes), ["paths"] = paths, ["components"] = new JsonObject { ["schemas"] = schemas.ToJson() } };
    }

    /// <summary><c>/openapi/v2</c>.</summary>
    public static JsonObject Version2(ApiCatalog catalog, string kubernetes)
    {
        var schemas = new OpenApiSchemas("#/definitions/");
        var paths = Paths(catalog.Served, schemas, isVersion3: false);
        return new JsonObject { ["swagger"] = "2.0", ["info"] = Info(kubernetes), ["paths"] = paths, ["definitions"] = schemas.ToJson() };
    }

    private static JsonObject Info(string kubernetes) => new() { ["title"] = "Kubernetes", ["version"] = kubernetes };

    private static string Root(string group, string version) => group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}";

    private static JsonObject Paths(IEnumerable<ResourceType> types, OpenApiSchemas schemas, bool isVersion3)
    {
        var paths = new JsonObject();
        foreach (var type in types)
        {
            var name = schemas.Add(type);
            var collection = $"/{Root(type.Key.Group, type.Version)}/{(type.IsNamespaced ? "namespaces/{namespace}/" : "")}{type.Key.Plural}";
            paths[collection] = type.IsReview
                ? new JsonObject { ["post"] = Operation(type, name, "post", isVersion3) }
                : new JsonObject { ["get"] = Operation(type, name, "list", isVersion3), ["post"] = Operation(type, name, "post", isVersion3), ["delete"] = Operation(type, name, "deletecollection", isVersion3) };
            if (type.IsReview) continue;
            foreach (var path in Subresources.Of(type).Where(sub => sub is "status").Select(sub => $"{collection}/{{name}}/{sub}").Prepend($"{collection}/{{name}}"))
            {
                paths[path] = new JsonObject
                {
                    ["get"] = Operation(type, name, "get", isVersion3), ["put"] = Operation(type, name, "put", isVersion3),
                    ["patch"] = Operation(type, name, "patch", isVersion3), ["delete"] = Operation(type, name, "delete", isVersion3),
                };
            }
        }
        return paths;
    }

    private static JsonObject Operation(ResourceType type, string schema, string action, bool isVersion3)
    {
        string[] parameters = action switch { "post" or "put" => WriteParameters, "patch" => [.. WriteParameters, "force"], "delete" => ["dryRun", "gracePeriodSeconds", "propagationPolicy"], _ => [] };
        var reference = new JsonObject { ["$ref"] = (isVersion3 ? "#/components/schemas/" : "#/definitions/") + schema };
        var response = isVersion3 ? new JsonObject { ["description"] = "OK", ["content"] = Content(["application/json"], reference) } : new JsonObject { ["description"] = "OK", ["schema"] = reference };
        var operation = new JsonObject
        {
            ["parameters"] = new JsonArray([.. parameters.Select(name => Parameter(name, isVersion3))]),
            ["responses"] = new JsonObject { ["200"] = response },
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = OpenApiSchemas.Kind(type, type.Kind),
        };
        string[] forms = action switch { "patch" => type.IsBuiltIn ? [.. PatchForms, "application/strategic-merge-patch+json"] : PatchForms, "post" or "put" => ["application/json", "application/yaml"], _ => [] };
        if (forms.Length == 0) return operation;
        if (isVersion3) operation["requestBody"] = new JsonObject { ["content"] = Content(forms, reference), ["required"] = true };
        else operation["consumes"] = new JsonArray([.. forms.Select(form => JsonValue.Create(form))]);
        return operation;
    }

    private static JsonObject Content(IEnumerable<string> forms, JsonObject schema) =>
        new(forms.Select(form => KeyValuePair.Create(form, (JsonNode?)new JsonObject { ["schema"] = schema.DeepClone() })));

    private static JsonObject Parameter(string name, bool isVersion3)
    {
        var type = name switch { "force" => "boolean", "gracePeriodSeconds" => "integer", _ => "string" };
        var parameter = new JsonObject { ["name"] = name, ["in"] = "query" };
        if (isVersion3) parameter["schema"] = new JsonObject { ["type"] = type, ["uniqueItems"] = true };
        else (parameter["type"], parameter["uniqueItems"]) = (type, true);
        return parameter;
    }
}
