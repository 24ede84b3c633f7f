using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Meshlift.CommandLine.Output;

/// <summary>The JSON that commands print: one object, indented, readable where it holds other alphabets.</summary>
internal static class JsonText
{
    // The output goes to a terminal, a file or a program, never into a page.
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of an object.</summary>
    /// <param name="members">Writes its members.</param>
    public static string OfObject(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
