using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>Writes the JSON Schema of a file from the same declarations that read it, so that editors know every key.</summary>
/// <remarks>What the schema refuses, the reader refuses too; rules between several values are the reader's alone.</remarks>
internal sealed class FileSchema
{
    private readonly Utf8JsonWriter _json;

    // Mappings that stand in several places are written once.
    private readonly SortedDictionary<string, Description.Mapping> _definitions = new(StringComparer.Ordinal);

    private FileSchema(Utf8JsonWriter json) => _json = json;

    /// <summary>The schema (JSON Schema draft 2020-12), indented, with a newline at the end. Always the same text.</summary>
    /// <param name="id">The address that it goes by.</param>
    /// <param name="title">What the file is.</param>
    /// <param name="root">What is in the file.</param>
    public static string Write(string id, string title, Description.Mapping root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            new FileSchema(json).Document(id, title, root);
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private void Document(string id, string title, Description.Mapping root)
    {
        foreach (var field in root.Fields) Collect(field.Value);
        _json.WriteStartObject();
        _json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        _json.WriteString("$id", id);
        _json.WriteString("title", title);
        Content(root, root.Meaning);
        _json.WriteStartObject("$defs");
        foreach (var (name, mapping) in _definitions)
        {
            _json.WriteStartObject(name);
            Content(mapping, mapping.Meaning);
            _json.WriteEndObject();
        }
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Collect(Description description)
    {
        switch (description)
        {
            case Description.Mapping mapping:
                _definitions[Key(mapping)] = mapping;
                foreach (var field in mapping.Fields) Collect(field.Value);
                break;
            case Description.List(var item, _):
                Collect(item);
                break;
            case Description.Map(_, var value):
                Collect(value);
                break;
            case Description.Either(var forms):
                foreach (var form in forms) Collect(form);
                break;
        }
    }

    private static string Key(Description.Mapping mapping) => mapping.Name.Replace(' ', '-');

    private void Content(Description description, string? meaning)
    {
        if (!string.IsNullOrEmpty(meaning)) _json.WriteString("description", meaning);
        switch (description)
        {
            case Description.Scalar scalar:
                Scalar(scalar);
                break;
            case Description.Choice(_, [(var only, _)]):
                _json.WriteString("const", only);
                break;
            case Description.Choice(_, var words):
                Strings("enum", words.Select(word => word.Word));
                break;
            case Description.List(var item, var isNeverEmpty):
                _json.WriteString("type", "array");
                if (isNeverEmpty) _json.WriteNumber("minItems", 1);
                Nested("items", item, null);
                break;
            case Description.Map(var key, var value):
                _json.WriteString("type", "object");
                _json.WriteNumber("minProperties", 1);
                if (key.Pattern is not null)
                {
                    _json.WriteStartObject("propertyNames");
                    _json.WriteString("pattern", key.Pattern);
                    _json.WriteEndObject();
                }
                Nested("additionalProperties", value, null);
                break;
            case Description.Either(var forms):
                _json.WriteStartArray("anyOf");
                foreach (var form in forms)
                {
                    _json.WriteStartObject();
                    Reference(form, null);
                    _json.WriteEndObject();
                }
                _json.WriteEndArray();
                break;
            case Description.Mapping mapping:
                Mapping(mapping);
                break;
        }
    }

    private void Scalar(Description.Scalar scalar)
    {
        if (scalar.JsonTypes is [var type]) _json.WriteString("type", type);
        else Strings("type", scalar.JsonTypes);
        if (scalar.Pattern is not null) _json.WriteString("pattern", scalar.Pattern);
        if (scalar.Least is { } least) _json.WriteNumber("minimum", least);
        if (scalar.Most is { } most) _json.WriteNumber("maximum", most);
        if (!scalar.Examples.IsEmpty) Strings("examples", scalar.Examples);
    }

    private void Mapping(Description.Mapping mapping)
    {
        _json.WriteString("type", "object");
        _json.WriteStartObject("properties");
        foreach (var field in mapping.Fields)
        {
            _json.WriteStartObject(field.Key);
            Reference(field.Value, Sentence(field));
            if (field.Default is not null) Default(field.Default);
            _json.WriteEndObject();
        }
        _json.WriteEndObject();
        if (mapping.Fields.Any(field => field.IsRequired)) Strings("required", mapping.Fields.Where(field => field.IsRequired).Select(field => field.Key));
        foreach (var group in mapping.Groups)
        {
            _json.WriteStartArray(group.IsExclusive ? "oneOf" : "anyOf");
            foreach (var key in group.Keys)
            {
                _json.WriteStartObject();
                Strings("required", [key]);
                _json.WriteEndObject();
            }
            _json.WriteEndArray();
        }
        _json.WriteBoolean("additionalProperties", false);
    }

    private static string Sentence(FieldDescription field)
    {
        var text = new StringBuilder().Append(char.ToUpperInvariant(field.Meaning[0])).Append(field.Meaning, 1, field.Meaning.Length - 1).Append('.');
        foreach (var form in field.Value is Description.Either either ? either.Forms : [field.Value])
        {
            if (form is Description.Scalar { Meaning: { Length: > 0 } meaning }) text.Append(' ').Append(meaning);
            if (form is Description.Choice { Words.Length: > 1 } choice) text.Append(CultureInfo.InvariantCulture, $" One of: {string.Join("; ", choice.Words.Select(word => $"{word.Word} - {word.Meaning}"))}.");
        }
        return text.ToString();
    }

    private void Nested(string name, Description description, string? meaning)
    {
        _json.WriteStartObject(name);
        Reference(description, meaning);
        _json.WriteEndObject();
    }

    /// <summary>The description itself, or, of a mapping, where it is defined.</summary>
    private void Reference(Description description, string? meaning)
    {
        if (description is not Description.Mapping mapping)
        {
            Content(description, meaning);
            return;
        }
        if (meaning is not null) _json.WriteString("description", meaning);
        _json.WriteString("$ref", $"#/$defs/{Key(mapping)}");
    }

    private void Default(string text)
    {
        _json.WritePropertyName("default");
        if (text is "[]" or "{}") _json.WriteRawValue(text);
        else if (YamlScalar.FromPlainText(text) is { Kind: ScalarKind.Integer or ScalarKind.Boolean } typed) _json.WriteRawValue(typed.Value);
        else _json.WriteStringValue(text);
    }

    private void Strings(string name, IEnumerable<string> values)
    {
        _json.WriteStartArray(name);
        foreach (var value in values) _json.WriteStringValue(value);
        _json.WriteEndArray();
    }
}
