using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Store;
using Meshlift.Simulator.Clusters.Tables;
using Meshlift.Yaml;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>Sends single documents.</summary>
internal static class Answer
{
    /// <summary>An object in the form that was asked for.</summary>
    public static async Task ObjectAsync(ApiRequest request, StoredObject item, int code)
    {
        var form = Negotiation.Form(request.Accept);
        AddWarnings(request);
        var response = request.Http.Response;
        response.StatusCode = code;
        if (form == AnswerForm.Whole && Negotiation.WantsYaml(request.Accept))
        {
            response.ContentType = "application/yaml";
            await response.BodyWriter.WriteAsync(CanonicalYaml.Write(YamlReader.Read(item.Utf8.Span)!), request.Gone);
            return;
        }
        response.ContentType = "application/json";
        var body = new AnswerBody(response.BodyWriter);
        switch (form)
        {
            case AnswerForm.Table:
                var writer = new TableWriter(request.Path.Type, request.Cluster.Settings.Time, request.Query("includeObject"));
                var table = writer.Head(new JsonObject { ["resourceVersion"] = item.Version.ToString(CultureInfo.InvariantCulture) }, withColumns: true);
                ((JsonArray)table["rows"]!).Add(writer.Row(item));
                body.Write(JsonWrite.Bytes(table));
                break;
            case AnswerForm.Metadata:
                ObjectForm.WriteMetadata(body, item);
                break;
            default:
                new ObjectForm(request.Path.Type).WriteWhole(body, item);
                break;
        }
        body.Write("\n"u8);
        await body.FlushAsync(request.Gone);
    }

    /// <summary>A scale.</summary>
    public static Task ScaleAsync(ApiRequest request, StoredObject item) => JsonAsync(request.Http, 200, Scale.Of(request.Path.Type, item));

    public static async Task JsonAsync(HttpContext http, int code, JsonNode json, string contentType = "application/json")
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        await http.Response.BodyWriter.WriteAsync(JsonWrite.Bytes(json), http.RequestAborted);
    }

    public static async Task TextAsync(HttpContext http, string text)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    public static async Task ErrorAsync(HttpContext http, ApiException error)
    {
        if (error.RetryAfterSeconds is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (error.Code == 401) http.Response.Headers.WWWAuthenticate = "Bearer";
        await JsonAsync(http, error.Code, error.ToStatus());
    }

    private static void AddWarnings(ApiRequest request)
    {
        if (request.Path.Type.Deprecation is { } deprecation) request.Warnings.Insert(0, deprecation);
        foreach (var warning in request.Warnings.Distinct(StringComparer.Ordinal))
            request.Http.Response.Headers.Append("Warning", $"299 - \"{warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
    }
}
