using System.Text.RegularExpressions;
using Meshlift.Core.Configuration;

namespace Meshlift.Core.Charts;

/// <summary>A registry and a path in it, below which charts lie: <c>oci://ghcr.io/istio/release/charts</c>.</summary>
/// <remarks>What a path may hold, and the addresses: OCI Distribution Specification 1.1, "Endpoints" and "Pulling manifests".</remarks>
public sealed partial record OciPlace
{
    private const string Scheme = "oci://";

    private OciPlace(string host, string path) => (Host, Path) = (host, path);

    /// <summary>The registry's host, with its port where one is named.</summary>
    public string Host { get; }

    /// <summary>The path above the charts, without slashes around it; empty when charts lie at the registry's root.</summary>
    public string Path { get; }

    /// <summary>True for a registry on this computer, which may be spoken to without TLS.</summary>
    public bool IsLoopback => Uri.TryCreate($"http://{Host}/", UriKind.Absolute, out var address) && address.IsLoopback;

    /// <summary>Parses a place.</summary>
    /// <exception cref="UserException">It is none, or holds a tag, a digest, or a password.</exception>
    public static OciPlace Parse(string text)
    {
        if (text.Contains('@', StringComparison.Ordinal))
            throw Wrong(text, "it holds a '@'", "leave digests and logins out: versions are chosen by Meshlift, and logins come from the file that HELM_REGISTRY_CONFIG names");
        var rest = text[Scheme.Length..].TrimEnd('/');
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        if (!Uri.TryCreate($"https://{host}/", UriKind.Absolute, out var address) || address.IdnHost.Length == 0 || address.AbsolutePath != "/" || address.Query.Length + address.Fragment.Length > 0 || !host.AsSpan().SequenceEqual(host.Trim()))
            throw Wrong(text, "it names no host");
        if (path.Contains(':', StringComparison.Ordinal)) throw Wrong(text, "it holds a tag", "leave the tag out: Meshlift asks for the version that it renders");
        return path.Length == 0 || Name().IsMatch(path) ? new OciPlace(host, path) : throw Wrong(text, $"a registry has no path {Quoted.Text(path)}", "use a-z, 0-9, '.', '_' and '-' between slashes");
    }

    /// <summary>The name of a chart's repository in the registry.</summary>
    public string Repository(string chart) => Path.Length == 0 ? chart : $"{Path}/{chart}";

    /// <summary>The address of a chart's manifest.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="tag">Its version.</param>
    /// <param name="plainHttp">Without TLS.</param>
    public Uri Manifest(string chart, string tag, bool plainHttp) => Address(chart, $"manifests/{tag}", plainHttp);

    /// <summary>The address of what a manifest names.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="digest">The digest that the manifest names.</param>
    /// <param name="plainHttp">Without TLS.</param>
    public Uri Blob(string chart, string digest, bool plainHttp) => Address(chart, $"blobs/{digest}", plainHttp);

    /// <summary>The address of a page of a chart's tags.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="last">The last tag of the page before; null for the first page.</param>
    /// <param name="plainHttp">Without TLS.</param>
    public Uri Tags(string chart, string? last, bool plainHttp) => Address(chart, $"tags/list?n=1000{(last is null ? "" : $"&last={Uri.EscapeDataString(last)}")}", plainHttp);

    /// <summary>As it is written.</summary>
    public override string ToString() => Path.Length == 0 ? Scheme + Host : $"{Scheme}{Host}/{Path}";

    private Uri Address(string chart, string rest, bool plainHttp) => new($"{(plainHttp ? "http" : "https")}://{Host}/v2/{Repository(chart)}/{rest}");

    private static UserException Wrong(string text, string what, string remedy = "write for example oci://ghcr.io/istio/release/charts") =>
        new(ErrorKind.Input, $"{WebAddress.Shown(text)} is no place in an OCI registry: {what}", remedy);

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
