using System.Collections.Immutable;
using System.Text.Json;

namespace Meshlift.Core.Charts;

/// <summary>Reads what a registry answers about charts.</summary>
/// <remarks>The media types: helm.sh/docs/topics/registries, "Helm chart manifest"; the forms: OCI Image and Distribution Specifications 1.1.</remarks>
public static class OciManifest
{
    /// <summary>The media type of a manifest of one thing.</summary>
    public const string MediaType = "application/vnd.oci.image.manifest.v1+json";

    private const string ConfigType = "application/vnd.cncf.helm.config.v1+json";
    private const string ChartType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    private const string Remedy = "push the chart with 'helm push', or name another place in spec.istio.charts.source";

    /// <summary>The digest of the chart's archive.</summary>
    /// <param name="utf8">The manifest.</param>
    /// <param name="name">Where it came from, without secrets, for messages.</param>
    /// <exception cref="UserException">It is no manifest of a Helm chart.</exception>
    public static string ArchiveDigest(ReadOnlyMemory<byte> utf8, string name)
    {
        using var json = Parse(utf8, name);
        var root = json.RootElement;
        if (!root.TryGetProperty("config", out var config) || !root.TryGetProperty("layers", out var layers) || layers.ValueKind != JsonValueKind.Array)
            throw Wrong(name, root.TryGetProperty("manifests", out _) ? "is a list of manifests, not a chart" : "is no manifest");
        if (Text(config, "mediaType") is var type && type != ConfigType) throw Wrong(name, $"is no Helm chart, but {Configuration.Quoted.Text(type ?? "nothing that is named")}");
        var archives = layers.EnumerateArray().Where(layer => Text(layer, "mediaType") == ChartType).ToList();
        if (archives.Count != 1) throw Wrong(name, $"holds {(archives.Count == 0 ? "no archive of a chart" : "more than one archive")}");
        var written = Text(archives[0], "digest");
        return written?.StartsWith("sha256:", StringComparison.Ordinal) == true && ChartDigest.Normal(written) is { } digest ? digest : throw Wrong(name, "names its archive by no SHA-256");
    }

    /// <summary>The tags of one page of a list; none where the answer is no such list.</summary>
    public static ImmutableArray<string> Tags(ReadOnlyMemory<byte> utf8, string name)
    {
        using var json = Parse(utf8, name);
        return json.RootElement.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array
            ? [.. tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!)]
            : [];
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string name)
    {
        try
        {
            var json = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 32 });
            if (json.RootElement.ValueKind == JsonValueKind.Object) return json;
            json.Dispose();
            throw Wrong(name, "is no JSON object");
        }
        catch (JsonException e)
        {
            throw new UserException(ErrorKind.Environment, $"{name} is no JSON", "open the address by hand; a login or an error page may answer in place of the registry", e);
        }
    }

    private static string? Text(JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static UserException Wrong(string name, string what) => new(ErrorKind.Environment, $"{name} {what}", Remedy);
}
