using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Protobuf;
using Meshlift.Yaml;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>Reads the bodies of requests.</summary>
internal static class RequestBody
{
    /// <summary>What an API server takes at most, in bytes.</summary>
    public const int Limit = 3 * 1024 * 1024;

    private static readonly string[] Known = ["application/json", "application/yaml"];

    /// <summary>The object of a creation or an update.</summary>
    /// <exception cref="ApiException">400, 413 or 415: it cannot be read.</exception>
    public static async Task<JsonObject> ObjectAsync(HttpRequest request, WriteOptions options)
    {
        var media = Media(request);
        if (media.Length > 0 && media != ProtobufBody.MediaType && !Known.Contains(media, StringComparer.Ordinal)) throw ApiErrors.UnsupportedMediaType(Known);
        var utf8 = await ReadAsync(request);
        if (media == ProtobufBody.MediaType) return Protobuf(utf8);
        return Parse(utf8, media == "application/yaml", options) as JsonObject ?? throw ApiErrors.BadRequest("couldn't get version/kind; json parse error: the body is no object");
    }

    /// <summary>The body of a request that may leave it out; null when it does.</summary>
    public static async Task<JsonObject?> OptionalAsync(HttpRequest request)
    {
        var utf8 = await ReadAsync(request);
        return utf8.Length == 0 ? null : Parse(utf8, Media(request) == "application/yaml", WriteOptions.Default) as JsonObject;
    }

    /// <summary>A patch.</summary>
    public static async Task<JsonNode?> PatchAsync(HttpRequest request, bool isYaml, WriteOptions options) => Parse(await ReadAsync(request), isYaml, options);

    /// <summary>The type of the body, without parameters.</summary>
    public static string Media(HttpRequest request) => (request.ContentType ?? "").Split(';')[0].Trim();

    private static JsonObject Protobuf(byte[] body)
    {
        try
        {
            return ProtobufBody.Parse(body) ?? throw ApiErrors.UnsupportedMediaType(Known);
        }
        catch (FormatException e)
        {
            throw ApiErrors.BadRequest(e.Message);
        }
    }

    private static JsonNode? Parse(byte[] utf8, bool isYaml, WriteOptions options)
    {
        try
        {
            if (isYaml && utf8.AsSpan().TrimStart(" \t\r\n"u8) is not [(byte)'{', ..]) return YamlAsJson.Parse(utf8);
            var duplicates = new List<string>();
            var json = JsonRead.Parse(utf8, duplicates);
            if (duplicates.Count == 0) return json;
            var texts = duplicates.Select(path => $"duplicate field \"{path}\"").ToList();
            if (options.FieldValidation == FieldValidation.Strict) throw ApiErrors.BadRequest($"strict decoding error: {string.Join(", ", texts)}");
            if (options.FieldValidation == FieldValidation.Warn) foreach (var text in texts) options.Warnings?.Add(text);
            return json;
        }
        catch (Exception e) when (e is JsonException or YamlSyntaxException)
        {
            throw ApiErrors.BadRequest($"couldn't get version/kind; json parse error: {e.Message}");
        }
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted)) > 0)
            {
                if (body.Length + read > Limit) throw new ApiException(413, "RequestEntityTooLarge", $"Request entity too large: limit is {Limit}");
                body.Write(chunk, 0, read);
            }
            return body.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
