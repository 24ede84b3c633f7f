using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Protobuf;

/// <summary>Reads the bodies that kubectl's own commands send as protocol buffers (<c>application/vnd.kubernetes.protobuf</c>), such as <c>kubectl create namespace</c>.</summary>
/// <remarks>
/// The numbers of the fields that those commands send are in <c>numbers.fields</c>. A body with another field is refused as a form that is not read, so that
/// nothing is dropped without a word. Answers are JSON, which those clients take.
/// </remarks>
internal static class ProtobufBody
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";
    private const string MetaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static readonly Dictionary<string, Dictionary<int, string>> Numbers = ReadNumbers();

    /// <summary>The object; null when it has a field that is not described.</summary>
    /// <exception cref="FormatException">It is no such body.</exception>
    public static JsonObject? Parse(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("k8s\0"u8)) throw new FormatException("provided data does not appear to be a protobuf message");
        var (apiVersion, kind) = ("", "");
        ReadOnlySpan<byte> raw = default;
        var envelope = new WireReader(body[4..]);
        while (envelope.Read())
        {
            if (envelope.Number == 2) raw = envelope.Bytes;
            if (envelope.Number != 1) continue;
            var head = new WireReader(envelope.Bytes);
            while (head.Read())
            {
                if (head.Number == 1) apiVersion = Encoding.UTF8.GetString(head.Bytes);
                else if (head.Number == 2) kind = Encoding.UTF8.GetString(head.Bytes);
            }
        }
        if (ApiCatalog.BuiltIn.FindKind(apiVersion, kind) is not { } type || Message(raw, type.Schema) is not { } json) return null;
        (json["apiVersion"], json["kind"]) = (apiVersion, kind);
        return json;
    }

    private static JsonObject? Message(ReadOnlySpan<byte> bytes, FieldSchema schema)
    {
        if (schema.TypeName is null || !Numbers.TryGetValue(Short(schema.TypeName), out var numbers)) return null;
        var json = new JsonObject();
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (!numbers.TryGetValue(reader.Number, out var name) || schema.Field(name) is not { } field) return null;
            if (!Add(json, name, field, reader)) return null;
        }
        return json;
    }

    private static bool Add(JsonObject json, string name, FieldSchema field, WireReader reader)
    {
        switch (field.Kind)
        {
            case FieldKind.List:
                if (!Value(field.Element!, reader, out var item)) return false;
                if (json[name] is not JsonArray items) json[name] = items = [];
                items.Add(item ?? JsonValue.Create(""));
                return true;
            case FieldKind.Map:
                var key = "";
                JsonNode? value = JsonValue.Create("");
                var entry = new WireReader(reader.Bytes);
                while (entry.Read())
                {
                    if (entry.Number == 1) key = Encoding.UTF8.GetString(entry.Bytes);
                    else if (!Value(field.Element!, entry, out value)) return false;
                }
                if (json[name] is not JsonObject map) json[name] = map = [];
                map[key] = value ?? JsonValue.Create("");
                return true;
            default:
                if (!Value(field, reader, out var single)) return false;
                // What a Go type always has is sent although nobody set it.
                if (single is not null) json[name] = single;
                return true;
        }
    }

    private static bool Value(FieldSchema field, WireReader reader, out JsonNode? value)
    {
        value = field.Kind switch
        {
            FieldKind.String when field.Format == "date-time" => Time(reader.Bytes),
            FieldKind.String when field.Format == "byte" => JsonValue.Create(Convert.ToBase64String(reader.Bytes)),
            FieldKind.String when field.Format == "quantity" => Quantity(reader.Bytes),
            FieldKind.String => reader.Bytes.IsEmpty ? null : JsonValue.Create(Encoding.UTF8.GetString(reader.Bytes)),
            // Zero means that nothing was said, but where something else would be the default.
            FieldKind.Integer => reader.Value == 0 && field.Default is null ? null : JsonValue.Create((long)reader.Value),
            FieldKind.Boolean => reader.Value == 0 && field.Default is null ? null : JsonValue.Create(reader.Value != 0),
            FieldKind.IntOrString => IntOrString(reader.Bytes),
            FieldKind.Object => Message(reader.Bytes, field),
            FieldKind.Any => Message(reader.Bytes, DeleteOptions),
            _ => null,
        };
        return value is not null || field.Kind is FieldKind.String or FieldKind.Integer or FieldKind.Boolean;
    }

    // The one field of a described kind that is of no described type: deleteOptions of an Eviction.
    private static FieldSchema DeleteOptions { get; } = Described("DeleteOptions", ("gracePeriodSeconds", Zeroable(FieldKind.Integer)), ("propagationPolicy", new() { Kind = FieldKind.String }),
        ("orphanDependents", Zeroable(FieldKind.Boolean)), ("dryRun", new() { Kind = FieldKind.List, Element = new() { Kind = FieldKind.String } }),
        ("preconditions", Described("Preconditions", ("uid", new() { Kind = FieldKind.String }), ("resourceVersion", new() { Kind = FieldKind.String }))));

    private static FieldSchema Described(string name, params ReadOnlySpan<(string Name, FieldSchema Schema)> fields)
    {
        var schema = new FieldSchema { Kind = FieldKind.Object, TypeName = MetaPackage + name };
        foreach (var (field, type) in fields) schema.Fields[field] = type;
        return schema;
    }

    private static FieldSchema Zeroable(FieldKind kind) => new() { Kind = kind, Default = JsonValue.Create(0) };

    private static JsonValue? Time(ReadOnlySpan<byte> bytes)
    {
        long seconds = 0;
        var reader = new WireReader(bytes);
        while (reader.Read())
            if (reader.Number == 1) seconds = (long)reader.Value;
        // The years that a timestamp can have (google.protobuf.Timestamp).
        if (seconds is < -62_135_596_800 or > 253_402_300_799) throw new FormatException("a time is out of range");
        return seconds == 0 ? null : JsonValue.Create(Timestamp.Of(DateTimeOffset.FromUnixTimeSeconds(seconds)));
    }

    private static JsonValue Quantity(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        return JsonValue.Create(reader.Read() && reader.Number == 1 ? Encoding.UTF8.GetString(reader.Bytes) : "0");
    }

    private static JsonValue IntOrString(ReadOnlySpan<byte> bytes)
    {
        var (isText, number, text) = (false, 0L, "");
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (reader.Number == 1) isText = reader.Value == 1;
            else if (reader.Number == 2) number = (int)reader.Value;
            else text = Encoding.UTF8.GetString(reader.Bytes);
        }
        return isText ? JsonValue.Create(text) : JsonValue.Create(number);
    }

    /// <summary>The last three steps of a type's name, but for those of the meta group: <c>core.v1.Pod</c>.</summary>
    private static string Short(string name) => string.Join('.', name.Split('.')[^3..]);

    private static Dictionary<string, Dictionary<int, string>> ReadNumbers()
    {
        using var stream = typeof(ProtobufBody).Assembly.GetManifestResourceStream("protobuf/numbers")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':')).ToDictionary(
            parts => parts[0],
            parts => parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToDictionary(pair => int.Parse(pair[1], CultureInfo.InvariantCulture), pair => pair[0]),
            StringComparer.Ordinal);
    }
}
