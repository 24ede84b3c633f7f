namespace Meshlift.Core.Releases;

/// <summary>A place from which Istio is no longer served.</summary>
/// <param name="Place">Host and path, without a scheme.</param>
/// <param name="Since">When it goes, such as <c>December 2026</c>.</param>
/// <param name="Replacement">Where the same things are.</param>
public sealed record RetiredHost(string Place, string Since, string Replacement);

/// <summary>The places that Istio leaves: with Istio 1.31 nothing new is published there, and in December 2026 they are switched off.</summary>
/// <remarks>As of 2026-08-21: istio.io, blog post on leaving the registries and buckets of Google ("retirement-of-gcp"), and the upgrade notes of 1.31.</remarks>
public static class RetiredHosts
{
    private const string Since = "December 2026";

    // The longer place stands before the one that it begins with.
    private static readonly RetiredHost[] Known =
    [
        new("istio-release.storage.googleapis.com/charts", Since, "https://blob.istio.io/istio-release/charts"),
        new("istio-release.storage.googleapis.com", Since, "https://blob.istio.io/istio-release/releases"),
        // The same bucket by its other address.
        new("storage.googleapis.com/istio-release/charts", Since, "https://blob.istio.io/istio-release/charts"),
        new("storage.googleapis.com/istio-release", Since, "https://blob.istio.io/istio-release/releases"),
        new("gcr.io/istio-release/charts", Since, "oci://ghcr.io/istio/release/charts"),
        new("gcr.io/istio-release", Since, "docker.io/istio"),
        new("registry.istio.io/release/charts", Since, "oci://ghcr.io/istio/release/charts"),
        new("registry.istio.io", Since, "docker.io/istio"),
    ];

    /// <summary>The retired place that an address lies in; null when it lies in none.</summary>
    /// <param name="address">A URL, or an image or chart reference without a scheme.</param>
    public static RetiredHost? Find(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var bare = scheme < 0 ? address : address[(scheme + 3)..];
        return Array.Find(Known, host => bare.StartsWith(host.Place, StringComparison.OrdinalIgnoreCase)
            && (bare.Length == host.Place.Length || bare[host.Place.Length] is '/' or ':' or '@' or '?'));
    }
}
