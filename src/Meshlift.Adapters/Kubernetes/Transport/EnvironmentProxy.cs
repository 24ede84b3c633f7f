using System.Net;

namespace Meshlift.Adapters.Kubernetes.Transport;

/// <summary>The proxy that the environment names, by the rules that kubectl follows (golang.org/x/net/http/httpproxy).</summary>
/// <remarks>.NET's own rules know no networks in NO_PROXY, and send what is on this computer to the proxy.</remarks>
/// <param name="environment">The variables.</param>
internal sealed class EnvironmentProxy(IReadOnlyDictionary<string, string> environment) : IWebProxy
{
    private readonly string[] _exempt = [.. (Variable(environment, "NO_PROXY") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>The name and password in the address of the proxy, if it has them.</summary>
    public ICredentials? Credentials { get; set; } = Login(Variable(environment, "HTTPS_PROXY") ?? Variable(environment, "HTTP_PROXY"));

    public Uri? GetProxy(Uri destination)
    {
        var text = Variable(environment, destination.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY");
        if (text is null) return null;
        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var proxy) ? proxy : null;
    }

    public bool IsBypassed(Uri host) => GetProxy(host) is null || host.IsLoopback || _exempt.Any(rule => Covers(rule, host));

    private static NetworkCredential? Login(string? proxy) =>
        Uri.TryCreate(proxy, UriKind.Absolute, out var address) && address.UserInfo.Split(':', 2) is [{ Length: > 0 } name, var password]
            ? new NetworkCredential(Uri.UnescapeDataString(name), Uri.UnescapeDataString(password))
            : null;

    private static bool Covers(string rule, Uri host)
    {
        if (rule == "*") return true;
        var name = host.DnsSafeHost;
        if (IPAddress.TryParse(name, out var address))
            return IPNetwork.TryParse(rule, out var network) ? network.Contains(address) : IPAddress.TryParse(rule, out var other) && other.Equals(address);
        var colon = rule.LastIndexOf(':');
        if (colon > 0)
        {
            if (rule[(colon + 1)..] != host.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)) return false;
            rule = rule[..colon];
        }
        if (rule.StartsWith("*.", StringComparison.Ordinal)) rule = rule[1..];
        return rule.StartsWith('.')
            ? name.EndsWith(rule, StringComparison.OrdinalIgnoreCase)
            : name.Equals(rule, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + rule, StringComparison.OrdinalIgnoreCase);
    }

    private static string? Variable(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.GetValueOrDefault(name) is { Length: > 0 } upper ? upper : environment.GetValueOrDefault(name.ToLowerInvariant()) is { Length: > 0 } lower ? lower : null;
}
