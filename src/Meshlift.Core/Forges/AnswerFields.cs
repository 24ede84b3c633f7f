using System.Collections.Immutable;
using System.Text.Json;

namespace Meshlift.Core.Forges;

/// <summary>Reads fields of an answer, strictly: what must be there and is not makes it an answer of something else.</summary>
public static class AnswerFields
{
    /// <summary>Nothing that is read here is nested deeper.</summary>
    public const int LargestDepth = 32;

    private const int MostItems = 10_000;

    /// <summary>A field; null when it is absent or null.</summary>
    public static JsonElement? Field(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new JsonException($"an object with '{name}' was expected");
        return element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>A field that must be there.</summary>
    public static JsonElement Needed(this JsonElement element, string name) => element.Field(name) ?? throw new JsonException($"the field '{name}' is missing");

    /// <summary>A text; null when it is absent or null.</summary>
    public static string? TextOrNull(this JsonElement element, string name) => element.Field(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw new JsonException($"the field '{name}' is no text"),
    };

    /// <summary>A text that must be there.</summary>
    public static string Text(this JsonElement element, string name) => element.TextOrNull(name) ?? throw new JsonException($"the field '{name}' is missing");

    /// <summary>A whole number that must be there.</summary>
    public static long Number(this JsonElement element, string name) =>
        element.Needed(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : throw new JsonException($"the field '{name}' is no whole number");

    /// <summary>Whether a field is true.</summary>
    public static bool IsTrue(this JsonElement element, string name) => element.Field(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A web address; null when it is absent or none.</summary>
    public static Uri? Address(this JsonElement element, string name) =>
        Uri.TryCreate(element.TextOrNull(name), UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? address : null;

    /// <summary>A list; empty when the field is absent.</summary>
    public static ImmutableArray<T> Items<T>(this JsonElement element, string name, Func<JsonElement, T> read) => element.Field(name) is { } list ? Items(list, read) : [];

    /// <summary>The items of a list.</summary>
    public static ImmutableArray<T> Items<T>(JsonElement list, Func<JsonElement, T> read)
    {
        if (list.ValueKind != JsonValueKind.Array) throw new JsonException("a list was expected");
        if (list.GetArrayLength() > MostItems) throw new JsonException($"a list has more than {MostItems} items");
        return [.. list.EnumerateArray().Select(read)];
    }
}
