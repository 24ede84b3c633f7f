using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Validation;

/// <summary>Holds an object against its schema, in the words of the API server.</summary>
internal static class SchemaCheck
{
    // Of its own types the API server takes twins, such as a variable that is set twice, but for these.
    private static readonly HashSet<string> Unique = new(StringComparer.Ordinal) { "Container", "EphemeralContainer", "Volume", "VolumeMount", "ServicePort", "MutatingWebhook", "ValidatingWebhook" };

    /// <summary>The first value of another JSON form than a built-in type has there, which a typed decoder stops at; null when there is none.</summary>
    public static (string Path, string Found, string Expected)? FirstMisfit(JsonNode? value, FieldSchema schema, string path)
    {
        if (value is null || schema.Kind == FieldKind.Any) return null;
        if (!Fits(value, schema)) return (path, Found(value), Expected(schema));
        switch (value)
        {
            case JsonObject members:
                foreach (var (name, member) in members)
                    if (schema.Field(name) is { } field && FirstMisfit(member, field, path.Length == 0 ? name : $"{path}.{name}") is { } misfit) return misfit;
                break;
            case JsonArray items:
                foreach (var item in items)
                    if (FirstMisfit(item, schema.Element!, path) is { } misfit) return misfit;
                break;
        }
        return null;
    }

    /// <summary>Everything that is wrong.</summary>
    /// <param name="value">The object.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="isBuiltIn">Whether it is a type of Kubernetes itself; they word things differently.</param>
    public static List<ApiCause> Check(JsonObject value, FieldSchema schema, bool isBuiltIn)
    {
        var causes = new List<ApiCause>();
        Check(value, schema, "", isBuiltIn, causes);
        return causes;
    }

    private static void Check(JsonNode? value, FieldSchema schema, string path, bool isBuiltIn, List<ApiCause> causes)
    {
        if (value is null)
        {
            if (!schema.IsNullable && !isBuiltIn && schema.Kind != FieldKind.Any) causes.Add(Invalid(path, "null", $"{path} in body must be of type {Expected(schema)}: \"null\""));
            return;
        }
        if (!isBuiltIn && !Fits(value, schema))
        {
            causes.Add(new("FieldValueTypeInvalid", $"Invalid value: \"{Found(value)}\": {path} in body must be of type {Expected(schema)}: \"{Found(value)}\"", path));
            return;
        }
        if (schema.Allowed.Count > 0 && !schema.Allowed.Contains(value.Shown(), StringComparer.Ordinal))
            causes.Add(new("FieldValueNotSupported", $"Unsupported value: {value.ToJsonString()}: supported values: {string.Join(", ", schema.Allowed.Select(allowed => $"\"{allowed}\""))}", path));
        if (schema.Source is { } source) CheckBounds(value, source, path, causes);
        switch (value)
        {
            case JsonObject members:
                foreach (var name in schema.Required)
                    if (IsMissing(members, name, isBuiltIn, schema)) causes.Add(new("FieldValueRequired", "Required value", Join(path, name)));
                foreach (var (name, member) in members)
                    if (name != "metadata" || path.Length > 0)
                        if (schema.Field(name) is { } field) Check(member, field, schema.Kind == FieldKind.Map ? $"{path}[{name}]" : Join(path, name), isBuiltIn, causes);
                break;
            case JsonArray items when schema.Element is { } element:
                CheckTwins(items, schema, path, isBuiltIn, causes);
                for (var i = 0; i < items.Count; i++) Check(items[i], element, $"{path}[{i}]", isBuiltIn, causes);
                break;
        }
    }

    private static bool IsMissing(JsonObject members, string name, bool isBuiltIn, FieldSchema schema)
    {
        if (!isBuiltIn) return !members.ContainsKey(name);
        // What a Go type always has is never missing: zero and false are values.
        return schema.Field(name)?.Kind switch
        {
            FieldKind.String => string.IsNullOrEmpty(members.Text(name)) && schema.Field(name)!.Format is null && schema.Field(name)!.Default is null,
            FieldKind.List => members[name] is not JsonArray { Count: > 0 },
            _ => false,
        };
    }

    private static void CheckTwins(JsonArray items, FieldSchema schema, string path, bool isBuiltIn, List<ApiCause> causes)
    {
        if (schema.ListKind == ListKind.Atomic || (isBuiltIn && !Unique.Contains(schema.Element?.TypeName?.Split('.')[^1] ?? ""))) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var key = schema.ListKind == ListKind.Set ? items[i]?.ToJsonString() ?? "null"
                : items[i] is JsonObject item ? new JsonObject(schema.MapKeys.Select(name => KeyValuePair.Create(name, (item[name] ?? schema.Element?.Field(name)?.Default)?.DeepClone()))).ToJsonString() : null;
            if (key is not null && !seen.Add(key)) causes.Add(new("FieldValueDuplicate", $"Duplicate value: {key}", $"{path}[{i}]"));
        }
    }

    private static void CheckBounds(JsonNode value, JsonObject source, string path, List<ApiCause> causes)
    {
        void Wrong(string why) => causes.Add(Invalid(path, value is JsonValue ? value.ToJsonString() : $"\"{Found(value)}\"", $"{path} in body {why}"));
        double? Bound(string name) => source[name] is JsonValue bound ? double.Parse(bound.ToJsonString(), CultureInfo.InvariantCulture) : null;
        switch (value)
        {
            case JsonArray items:
                if (items.Count < Bound("minItems")) Wrong($"should have at least {source["minItems"]} items");
                if (items.Count > Bound("maxItems")) causes.Add(new("FieldValueTooMany", $"Too many: {items.Count}: must have at most {source["maxItems"]} items", path));
                break;
            case JsonObject members:
                if (members.Count > Bound("maxProperties")) causes.Add(new("FieldValueTooMany", $"Too many: {members.Count}: must have at most {source["maxProperties"]} items", path));
                if (members.Count < Bound("minProperties")) Wrong($"should have at least {source["minProperties"]} properties");
                break;
            case JsonValue scalar when scalar.AsText() is { } text:
                var length = text.EnumerateRunes().Count();
                if (length < Bound("minLength")) Wrong($"should be at least {source["minLength"]} chars long");
                if (length > Bound("maxLength")) causes.Add(new("FieldValueTooLong", $"Too long: may not be more than {source["maxLength"]} bytes", path));
                if (source.Text("pattern") is { } pattern && !Matches(pattern, text)) Wrong($"should match '{pattern}'");
                break;
            case JsonValue scalar when double.TryParse(scalar.ToJsonString(), CultureInfo.InvariantCulture, out var number):
                if (number < Bound("minimum") || (source.Flag("exclusiveMinimum") && number <= Bound("minimum"))) Wrong($"should be greater than {(source.Flag("exclusiveMinimum") ? "" : "or equal to ")}{source["minimum"]}");
                if (number > Bound("maximum") || (source.Flag("exclusiveMaximum") && number >= Bound("maximum"))) Wrong($"should be less than {(source.Flag("exclusiveMaximum") ? "" : "or equal to ")}{source["maximum"]}");
                break;
        }
    }

    private static bool Matches(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.ECMAScript | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return true;
        }
    }

    private static bool Fits(JsonNode value, FieldSchema schema) => schema.Kind switch
    {
        FieldKind.Object or FieldKind.Map => value is JsonObject,
        FieldKind.List => value is JsonArray,
        // A quantity may be written as a number.
        FieldKind.String => value.AsText() is not null || (schema.Format == "quantity" && value is JsonValue),
        FieldKind.Boolean => value is JsonValue flag && flag.TryGetValue<bool>(out _),
        FieldKind.Integer => value.AsWhole() is not null,
        FieldKind.Number => value is JsonValue number && number.AsText() is null && !number.TryGetValue<bool>(out _),
        FieldKind.IntOrString => value.AsWhole() is not null || value.AsText() is not null,
        _ => true,
    };

    private static ApiCause Invalid(string path, string shown, string why) => new("FieldValueInvalid", $"Invalid value: {shown}: {why}", path);

    private static string Found(JsonNode value) => value switch
    {
        JsonObject => "object",
        JsonArray => "array",
        JsonValue scalar when scalar.AsText() is not null => "string",
        JsonValue scalar when scalar.TryGetValue<bool>(out _) => "boolean",
        JsonValue scalar when scalar.AsWhole() is not null => "integer",
        _ => "number",
    };

    private static string Expected(FieldSchema schema) => schema.Kind switch
    {
        FieldKind.Object or FieldKind.Map => "object",
        FieldKind.List => "array",
        FieldKind.IntOrString => "integer,string",
        _ => schema.Kind.ToString().ToLowerInvariant(),
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
