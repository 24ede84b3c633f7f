using Meshlift.Core.Releases;

namespace Meshlift.Core.Diffing.Risks;

/// <summary>Where images come from.</summary>
internal static class ImageRisk
{
    /// <summary>An image reference, or a registry with a path (<c>hub</c>).</summary>
    public static Judged Of(string? before, string? after)
    {
        if (string.IsNullOrEmpty(after) || string.IsNullOrEmpty(before)) return new(DiffRisk.Medium, string.IsNullOrEmpty(after) ? "no image is named any more" : "another image");
        if (Migration(before, after) is { } migration) return migration;
        if (Host(before) != Host(after))
        {
            var retired = RetiredHosts.Find(after) is { } host ? $"; {host.Place} is switched off in {host.Since}, {host.Replacement} has the same" : "";
            return new(DiffRisk.High, $"image host changed: {Host(before)} -> {Host(after)}{retired}");
        }
        return Repository(before) != Repository(after)
            ? new(DiffRisk.Medium, $"another image: {Repository(before)} -> {Repository(after)}")
            : new(DiffRisk.Medium, "the image has a tag that does not follow the version");
    }

    // Where Istio itself publishes every image of every release (istio.io, "retirement-of-gcp"; the announcement of 1.30).
    private static readonly string[] Istio = ["docker.io/istio", "registry.istio.io/release", "gcr.io/istio-release"];

    /// <summary>From one registry of Istio to another: the same images from elsewhere.</summary>
    private static Judged? Migration(string before, string after)
    {
        if (Registry(before) is not { } from || Registry(after) is not { } to || from == to || Name(before, from) != Name(after, to)) return null;
        return RetiredHosts.Find(to) is { } retired
            ? new(DiffRisk.High, $"registry migration: {from} -> {to}, the same images; {retired.Place} is switched off in {retired.Since}, {retired.Replacement} stays")
            : new(DiffRisk.Medium, $"registry migration: {from} -> {to}, the same images; nodes, mirrors and admission policies must let them in");
    }

    private static string? Registry(string image) => Array.Find(Istio, place => image.StartsWith(place, StringComparison.Ordinal) && (image.Length == place.Length || image[place.Length] == '/'));

    private static string Name(string image, string registry) => Repository(image)[registry.Length..];

    /// <summary>The registry; Docker Hub where none is written (distribution/reference).</summary>
    private static string Host(string image)
    {
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : image[..slash];
        return first == "localhost" || first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) ? first : "docker.io";
    }

    private static string Repository(string image)
    {
        var name = image.IndexOf('@', StringComparison.Ordinal) is var digest and >= 0 ? image[..digest] : image;
        return name.LastIndexOf(':') is var colon && colon > name.LastIndexOf('/') ? name[..colon] : name;
    }
}
