using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Releases;

/// <summary>Finds the versions in what a repository or a mirror lists. Whatever is no bare semantic version is left out.</summary>
public static partial class PublishedVersions
{
    private const string ReleaseDownloads = "/releases/download";

    /// <summary>The Git repository whose tags are the releases of an address.</summary>
    /// <param name="releases">The folder of all releases.</param>
    /// <returns>The repository, when the address is a forge's folder of release files (GitHub, Gitea, Forgejo); null for any other mirror.</returns>
    public static string? RepositoryOf(Uri releases)
    {
        if (releases.Scheme is not ("https" or "http")) return null;
        var text = releases.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return text.EndsWith(ReleaseDownloads, StringComparison.Ordinal) ? text[..^ReleaseDownloads.Length] : null;
    }

    /// <summary>The versions among names, such as those of folders; each once, the oldest first.</summary>
    public static ImmutableArray<IstioVersion> Among(IEnumerable<string> names) =>
    [
        // Istio's tags are in normal form; "1.30.03" would lead to a folder that does not exist.
        .. names.Select(name => IstioVersion.TryParse(name, out var version) && version.ToString() == name ? version : null).OfType<IstioVersion>().Distinct().Order(),
    ];

    /// <summary>The versions among tags.</summary>
    /// <param name="references">What <c>git ls-remote --tags</c> printed.</param>
    public static ImmutableArray<IstioVersion> OfTags(string references)
    {
        const string prefix = "refs/tags/";
        return Among(references.Split('\n')
            .Select(line => line.IndexOf('\t', StringComparison.Ordinal) is var tab and >= 0 ? line[(tab + 1)..].TrimEnd('\r') : "")
            .Where(reference => reference.StartsWith(prefix, StringComparison.Ordinal))
            .Select(reference => reference.EndsWith("^{}", StringComparison.Ordinal) ? reference[prefix.Length..^3] : reference[prefix.Length..]));
    }

    /// <summary>The versions in a mirror's listing: a web server's page of a folder, or JSON.</summary>
    /// <remarks>JSON is a list of names, or of objects with a <c>name</c> (nginx), a <c>tag_name</c> (forges) or a <c>uri</c> (Artifactory), or such a list under <c>versions</c> or <c>children</c>.</remarks>
    /// <param name="content">The listing, UTF-8.</param>
    /// <param name="source">Its address, for messages.</param>
    /// <exception cref="UserException">It is neither.</exception>
    public static ImmutableArray<IstioVersion> OfListing(ReadOnlySpan<byte> content, string source)
    {
        var start = content.TrimStart(" \t\r\n\uFEFF"u8);
        return start switch
        {
            [(byte)'[' or (byte)'{', ..] => Among(JsonNames(start, source)),
            [(byte)'<', ..] => Among(Links(Encoding.UTF8.GetString(start))),
            _ => throw Wrong(source),
        };
    }

    private static IEnumerable<string> Links(string html) =>
        Link().Matches(html).Select(match => Uri.UnescapeDataString(match.Groups["target"].Value.Split('?', '#')[0]).TrimEnd('/').Split('/')[^1]);

    private static List<string> JsonNames(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray());
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && (root.TryGetProperty("versions", out var list) || root.TryGetProperty("children", out list))) root = list;
            if (root.ValueKind != JsonValueKind.Array) throw Wrong(source);
            return [.. root.EnumerateArray().Select(Name).OfType<string>()];
        }
        catch (JsonException e)
        {
            throw new UserException(ErrorKind.Environment, $"{source} is damaged JSON: {e.Message}", "open the address by hand", e);
        }
    }

    private static string? Name(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.String) return item.GetString();
        if (item.ValueKind != JsonValueKind.Object) return null;
        foreach (var key in (ReadOnlySpan<string>)["tag_name", "name", "uri"])
            if (item.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String)
                return value.GetString()!.Trim('/');
        return null;
    }

    private static UserException Wrong(string source) =>
        new(ErrorKind.Environment, $"{source} lists nothing that Meshlift understands", "it must be a web server's page of the folder, or a JSON list of versions; or name an exact version, which needs no listing");

    [GeneratedRegex("""<a\s[^>]{0,400}?href\s{0,9}=\s{0,9}["']?(?<target>[^"'>\s]{1,1024})""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Link();
}
