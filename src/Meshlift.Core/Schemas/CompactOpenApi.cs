using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;

namespace Meshlift.Core.Schemas;

/// <summary>An OpenAPI document of Kubernetes without all that no check needs: descriptions, paths, examples. A fifth of the size, and the same schemas.</summary>
public static class CompactOpenApi
{
    private static readonly FrozenSet<string> Plain = FrozenSet.Create(
        StringComparer.Ordinal,
        "$ref", "type", "format", "required", "enum", "pattern", "default", "nullable", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
        "minItems", "maxItems", "minProperties", "maxProperties", "uniqueItems", "x-kubernetes-group-version-kind", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-embedded-resource", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-validations");

    /// <summary>The compact form.</summary>
    /// <param name="utf8">The document, version 2 or 3, as JSON.</param>
    /// <param name="source">Its file or address, for messages.</param>
    /// <exception cref="UserException">It is no JSON, or holds no schemas.</exception>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> utf8, string source)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 20);
        try
        {
            using var document = JsonDocument.Parse(utf8);
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartObject();
            json.WriteStartObject("definitions");
            foreach (var definition in KubernetesSchemas.DefinitionsOf(document.RootElement, source).EnumerateObject())
            {
                json.WritePropertyName(definition.Name);
                Schema(json, definition.Value);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        catch (JsonException e)
        {
            throw KubernetesSchemas.NoJson(source, e);
        }
        return buffer.WrittenMemory;
    }

    private static void Schema(Utf8JsonWriter json, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            schema.WriteTo(json);
            return;
        }
        json.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            switch (member.Name)
            {
                // Here the keys are names of fields, one of which may be 'description'.
                case "properties" when member.Value.ValueKind == JsonValueKind.Object:
                    json.WriteStartObject(member.Name);
                    foreach (var property in member.Value.EnumerateObject())
                    {
                        json.WritePropertyName(property.Name);
                        Schema(json, property.Value);
                    }
                    json.WriteEndObject();
                    break;
                case "items" or "additionalProperties" or "not":
                    json.WritePropertyName(member.Name);
                    Schema(json, member.Value);
                    break;
                case "allOf" or "anyOf" or "oneOf" when member.Value.ValueKind == JsonValueKind.Array:
                    json.WriteStartArray(member.Name);
                    foreach (var branch in member.Value.EnumerateArray()) Schema(json, branch);
                    json.WriteEndArray();
                    break;
                case var name when Plain.Contains(name):
                    member.WriteTo(json);
                    break;
            }
        }
        json.WriteEndObject();
    }
}
