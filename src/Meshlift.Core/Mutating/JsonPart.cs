using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Yaml;

namespace Meshlift.Core.Mutating;

/// <summary>A key of a JSON object with its value.</summary>
/// <param name="Name">The key.</param>
/// <param name="Start">Where its quotes open, in bytes.</param>
/// <param name="End">The place behind its quotes.</param>
/// <param name="Value">Its value.</param>
internal sealed record JsonMember(string Name, int Start, int End, JsonPart Value);

/// <summary>A value of a JSON text, and where it stands there. Strict: no comments, no trailing commas, no key twice.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The place behind its last byte.</param>
/// <param name="Value">What it is.</param>
/// <param name="Members">The members of an object, in their order; empty for other values.</param>
/// <param name="Items">The items of an array; empty for other values.</param>
internal sealed record JsonPart(int Start, int End, YamlNode Value, ImmutableArray<JsonMember> Members, ImmutableArray<JsonPart> Items)
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 128 };

    /// <summary>Reads a text.</summary>
    /// <exception cref="JsonException">It is no JSON; the exception says where.</exception>
    public static JsonPart Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Strict);
        reader.Read();
        var root = Read(ref reader, utf8);
        // Throws at anything that follows but blanks.
        reader.Read();
        return root;
    }

    private static JsonPart Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        var start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = ReadMembers(ref reader, utf8);
                return new JsonPart(start, (int)reader.BytesConsumed, new YamlMapping([.. members.Select(member => new YamlEntry(member.Name, member.Value.Value))]), members, []);
            case JsonTokenType.StartArray:
                var items = ImmutableArray.CreateBuilder<JsonPart>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Read(ref reader, utf8));
                return new JsonPart(start, (int)reader.BytesConsumed, new YamlSequence([.. items.Select(item => item.Value)]), [], items.DrainToImmutable());
            case JsonTokenType.String:
                return Single(start, ref reader, Text(ref reader, utf8));
            case JsonTokenType.Number:
                return Single(start, ref reader, YamlScalar.FromPlainText(System.Text.Encoding.UTF8.GetString(reader.ValueSpan)));
            case JsonTokenType.True or JsonTokenType.False:
                return Single(start, ref reader, YamlScalar.Boolean(reader.TokenType == JsonTokenType.True));
            default:
                return Single(start, ref reader, YamlScalar.Null);
        }
    }

    private static ImmutableArray<JsonMember> ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        var members = ImmutableArray.CreateBuilder<JsonMember>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var start = (int)reader.TokenStartIndex;
            var end = start + reader.ValueSpan.Length + 2;
            var name = Text(ref reader, utf8);
            if (!seen.Add(name)) throw Wrong($"the key '{name}' stands twice", start, utf8);
            reader.Read();
            members.Add(new JsonMember(name, start, end, Read(ref reader, utf8)));
        }
        return members.DrainToImmutable();
    }

    private static JsonPart Single(int start, ref Utf8JsonReader reader, YamlNode value) => new(start, (int)reader.BytesConsumed, value, [], []);

    private static string Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("a text holds half of a surrogate pair", (int)reader.TokenStartIndex, utf8);
        }
    }

    private static JsonException Wrong(string what, int at, ReadOnlySpan<byte> utf8)
    {
        var before = utf8[..at];
        return new JsonException(what, null, before.Count((byte)'\n'), at - (before.LastIndexOf((byte)'\n') + 1));
    }
}
