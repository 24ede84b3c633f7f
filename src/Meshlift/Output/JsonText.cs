using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Meshlift.CommandLine.Output;

/// <summary>The JSON that commands print: one object, readable where it holds other alphabets.</summary>
internal static class JsonText
{
    // The output goes to a terminal, a file or a program, never into a page.
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions OnOneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of an object.</summary>
    /// <param name="members">Writes its members.</param>
    public static string OfObject(Action<Utf8JsonWriter> members) => Of(members, Indented);

    /// <summary>The text of an object on one line, for JSON lines.</summary>
    /// <param name="members">Writes its members.</param>
    public static string LineOf(Action<Utf8JsonWriter> members) => Of(members, OnOneLine);

    private static string Of(Action<Utf8JsonWriter> members, JsonWriterOptions options)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
