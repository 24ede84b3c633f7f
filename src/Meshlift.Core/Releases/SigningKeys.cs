using Meshlift.Core.Versions;

namespace Meshlift.Core.Releases;

/// <summary>The keys that Istio signs its releases with.</summary>
/// <remarks>As of 2026-08-21: istio.io, blog post on leaving the registries and buckets of Google ("retirement-of-gcp"), table of signing keys.</remarks>
public static class SigningKeys
{
    private static readonly (IstioVersion From, string Key)[] Keys =
    [
        (IstioVersion.Parse("1.31.1-0"), "https://istio.io/misc/istio-key-v2.pub"),
        (IstioVersion.Parse("1.18.0-0"), "https://istio.io/misc/istio-key.pub"),
    ];

    /// <summary>The address of the public key that signs a release; null where Istio names none.</summary>
    public static string? For(IstioVersion version) => Array.Find(Keys, key => key.From <= version).Key;
}
