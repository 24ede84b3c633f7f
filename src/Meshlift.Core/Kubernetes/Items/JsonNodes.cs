using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meshlift.Yaml;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>Whole objects between JSON and the nodes that the rest of the product works with.</summary>
public static class JsonNodes
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = JsonBoundary.LargestDepth };
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Keeps objects as they are, such as webhook configurations and ConfigMaps.</summary>
    public static ItemReader<YamlMapping> Whole { get; } = static (json, _) => Read(json) as YamlMapping ?? throw new JsonException("an object was expected");

    /// <summary>Keeps objects as their bytes.</summary>
    public static ItemReader<ReadOnlyMemory<byte>> Bytes { get; } = static (json, _) => json.ToArray();

    /// <summary>The value of a JSON text.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static YamlNode Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Strict);
        reader.Read();
        var node = Read(ref reader);
        // Throws at anything that follows but blanks.
        reader.Read();
        return node;
    }

    /// <summary>The JSON text of a value, in one line.</summary>
    public static byte[] Write(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Plain)) Write(writer, node);
        return buffer.WrittenSpan.ToArray();
    }

    private static YamlNode Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var entries = ImmutableArray.CreateBuilder<YamlEntry>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = Text(ref reader);
                    reader.Read();
                    entries.Add(new YamlEntry(key, Read(ref reader)));
                }
                return new YamlMapping(entries.DrainToImmutable());
            case JsonTokenType.StartArray:
                var items = ImmutableArray.CreateBuilder<YamlNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Read(ref reader));
                return new YamlSequence(items.DrainToImmutable());
            case JsonTokenType.String:
                return Text(ref reader);
            case JsonTokenType.Number:
                return YamlScalar.FromPlainText(System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True or JsonTokenType.False:
                return reader.TokenType == JsonTokenType.True;
            default:
                return YamlScalar.Null;
        }
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a text holds half of a surrogate pair", e);
        }
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                writer.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }
                writer.WriteEndObject();
                break;
            case YamlSequence sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items) Write(writer, item);
                writer.WriteEndArray();
                break;
            case YamlScalar { Kind: ScalarKind.String } text:
                writer.WriteStringValue(text.Value);
                break;
            case YamlScalar scalar:
                // The canonical texts of numbers, booleans and null are JSON.
                writer.WriteRawValue(scalar.Value, skipInputValidation: true);
                break;
        }
    }
}
