using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Yaml;

namespace Meshlift.Core.Schemas;

/// <summary>The schemas of Kubernetes' own types.</summary>
/// <remarks>
/// Read from OpenAPI documents: version 2 (<c>definitions</c>, as <c>/openapi/v2</c> and swagger.json) or 3 (<c>components.schemas</c>, as
/// <c>/openapi/v3/apis/...</c>). A type is what carries <c>x-kubernetes-group-version-kind</c>.
/// </remarks>
public static class KubernetesSchemas
{
    private const string Remedy = "give OpenAPI documents of Kubernetes: 'kubectl get --raw /openapi/v2 > kubernetes.json'";
    private const string Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

    /// <summary>The types that a document holds.</summary>
    /// <param name="utf8">The document, JSON.</param>
    /// <param name="source">Its file or address, for messages.</param>
    /// <exception cref="UserException">It is no JSON, or no OpenAPI document with schemas in it.</exception>
    public static ImmutableArray<TypeSchema> Read(ReadOnlyMemory<byte> utf8, string source)
    {
        var definitions = Definitions(utf8, source);
        var nodes = definitions.Entries.ToDictionary(entry => entry.Key, _ => new SchemaNode(), StringComparer.Ordinal);
        var reader = new SchemaReader(source, nodes.GetValueOrDefault, isBuiltIn: true, keepsUnknown: false);
        foreach (var (name, schema, _) in definitions.Entries)
        {
            var node = nodes[name];
            if (!ReferenceEquals(reader.ReadInto(node, schema), node)) (node.AllOf, node.AllowsUnknown, node.IsNullable) = ([reader.Read(schema)], true, true);
            // Their schemas say string alone in version 2; their JSON may be a number (UnmarshalJSON of both types).
            if (name == Quantity) Replace(node, ValueTypes.String | ValueTypes.Number | ValueTypes.Integer, "quantity");
            else if (name == IntOrString) Replace(node, ValueTypes.String | ValueTypes.Integer, null);
        }
        var types = ImmutableArray.CreateBuilder<TypeSchema>();
        foreach (var (name, schema, _) in definitions.Entries)
            if (schema is YamlMapping mapping && mapping["x-kubernetes-group-version-kind"] is YamlSequence kinds && nodes[name].Properties?.ContainsKey("apiVersion") == true)
                foreach (var kind in kinds.Items.OfType<YamlMapping>())
                    types.Add(new TypeSchema(Text(kind, "group"), Text(kind, "version"), Text(kind, "kind"), nodes[name], IsBuiltIn: true, IsServed: true, source, $"{source} {name}"));
        return types.DrainToImmutable();
    }

    private static void Replace(SchemaNode node, ValueTypes types, string? format) => (node.Types, node.Format, node.OneOf, node.AnyOf) = (types, format, [], []);

    private static YamlMapping Definitions(ReadOnlyMemory<byte> utf8, string source)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8);
            return (YamlMapping)Node(DefinitionsOf(json.RootElement, source));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NoJson(source, e);
        }
    }

    /// <exception cref="UserException">There are none.</exception>
    internal static JsonElement DefinitionsOf(JsonElement root, string source) =>
        root.ValueKind == JsonValueKind.Object && (root.TryGetProperty("definitions", out var definitions)
            || (root.TryGetProperty("components", out var components) && components.ValueKind == JsonValueKind.Object && components.TryGetProperty("schemas", out definitions)))
            && definitions.ValueKind == JsonValueKind.Object
            ? definitions
            : throw new UserException(ErrorKind.Input, $"{source} holds neither 'definitions' nor 'components.schemas'", Remedy);

    internal static UserException NoJson(string source, Exception cause) => new(ErrorKind.Input, $"{source} is no JSON: {cause.Message}", Remedy, cause);

    private static YamlNode Node(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new YamlMapping([.. element.EnumerateObject().Select(property => new YamlEntry(property.Name, Node(property.Value)))]),
        JsonValueKind.Array => new YamlSequence([.. element.EnumerateArray().Select(Node)]),
        JsonValueKind.String => YamlScalar.String(element.GetString()!),
        JsonValueKind.Number => YamlScalar.FromPlainText(element.GetRawText()),
        JsonValueKind.True or JsonValueKind.False => YamlScalar.Boolean(element.GetBoolean()),
        _ => YamlScalar.Null,
    };

    private static string Text(YamlMapping mapping, string key) => (mapping[key] as YamlScalar)?.Value ?? "";
}
