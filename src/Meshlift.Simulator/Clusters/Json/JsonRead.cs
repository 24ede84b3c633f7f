using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meshlift.Simulator.Clusters.Json;

/// <summary>Reads JSON as the API server does: a key that stands twice is told, and the last one counts.</summary>
internal static class JsonRead
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 256 };

    /// <summary>Reads one value.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="duplicates">Receives the paths of keys that stand twice; null when nobody asks.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, List<string>? duplicates = null)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        if (!reader.Read()) throw new JsonException("unexpected end of JSON input");
        var value = Value(ref reader, duplicates, "");
        if (reader.Read()) throw new JsonException("there is something behind the value");
        return value;
    }

    /// <summary>Reads an object that this program wrote itself.</summary>
    public static JsonObject Object(ReadOnlySpan<byte> utf8) => (JsonObject)Parse(utf8)!;

    private static JsonNode? Value(ref Utf8JsonReader reader, List<string>? duplicates, string path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new JsonObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    var place = duplicates is null ? "" : path.Length == 0 ? name : $"{path}.{name}";
                    if (duplicates is not null && members.ContainsKey(name)) duplicates.Add(place);
                    members[name] = Value(ref reader, duplicates, place);
                }
                return members;
            case JsonTokenType.StartArray:
                var items = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Value(ref reader, duplicates, duplicates is null ? "" : $"{path}[{items.Count}]"));
                return items;
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var whole) ? JsonValue.Create(whole) : JsonValue.Create(reader.GetDouble());
            default:
                return null;
        }
    }
}
