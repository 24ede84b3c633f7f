using System.Text.Json;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Yaml;

namespace Meshlift.Core.Kubernetes.Access;

/// <summary>What a credential plugin has answered. Holds secrets.</summary>
/// <param name="Token">A bearer token; null for none.</param>
/// <param name="Certificate">A client certificate in PEM; null for none.</param>
/// <param name="Key">The key of the certificate in PEM; null for none.</param>
/// <param name="Expires">When it ends; null: when a server says so.</param>
public sealed record ExecCredential(string? Token, string? Certificate, string? Key, DateTimeOffset? Expires)
{
    /// <summary>No secret.</summary>
    public override string ToString() => nameof(ExecCredential);

    /// <summary>What a plugin is given in the variable <c>KUBERNETES_EXEC_INFO</c>.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="cluster">The cluster, of which it is told when it asks for that.</param>
    /// <param name="authority">The certificates of the cluster's authority; empty for those of the system.</param>
    public static string Request(CredentialPlugin plugin, KubeCluster cluster, ReadOnlySpan<byte> authority)
    {
        var specification = YamlMapping.Of(("interactive", false));
        if (plugin.ProvideClusterInfo)
        {
            var about = YamlMapping.Of(("server", cluster.Server.AbsoluteUri.TrimEnd('/')));
            if (cluster.ServerName is { } name) about = about.With("tls-server-name", name);
            if (cluster.SkipVerification) about = about.With("insecure-skip-tls-verify", true);
            if (!authority.IsEmpty) about = about.With("certificate-authority-data", Convert.ToBase64String(authority));
            if (cluster.Proxy is { } proxy) about = about.With("proxy-url", proxy.OriginalString);
            if (cluster.DisableCompression) about = about.With("disable-compression", true);
            if (cluster.PluginConfig is { } config) about = about.With("config", config);
            specification = specification.With("cluster", about);
        }
        var request = YamlMapping.Of(("apiVersion", plugin.ApiVersion), ("kind", "ExecCredential"), ("spec", specification));
        return System.Text.Encoding.UTF8.GetString(JsonNodes.Write(request));
    }

    /// <summary>Reads what the plugin printed.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="output">Its standard output.</param>
    /// <exception cref="UserException">It is no credential in the plugin's version of the API. The message has nothing of the output.</exception>
    public static ExecCredential Read(CredentialPlugin plugin, ReadOnlySpan<byte> output)
    {
        YamlMapping? answer;
        try
        {
            answer = JsonNodes.Read(output) as YamlMapping;
        }
        catch (JsonException)
        {
            answer = null;
        }
        if (answer is null || Text(answer, "kind") != "ExecCredential") throw Wrong(plugin, "did not print an ExecCredential");
        if (Text(answer, "apiVersion") is var version && version != plugin.ApiVersion) throw Wrong(plugin, $"printed {version ?? "no apiVersion"} and not {plugin.ApiVersion}");
        if (answer["status"] is not YamlMapping status) throw Wrong(plugin, "printed no status");
        var token = Text(status, "token");
        var certificate = Text(status, "clientCertificateData");
        var key = Text(status, "clientKeyData");
        if ((certificate is null) != (key is null)) throw Wrong(plugin, "printed only one of clientCertificateData and clientKeyData");
        if (token is null && certificate is null) throw Wrong(plugin, "printed neither a token nor a client certificate");
        if (token?.AsSpan().ContainsAny('\r', '\n') == true) throw Wrong(plugin, "printed a token with a line break in it");
        DateTimeOffset? expires = null;
        if (Text(status, "expirationTimestamp") is { } until)
        {
            expires = DateTimeOffset.TryParse(until, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : throw Wrong(plugin, "printed an expirationTimestamp that is no time");
        }
        return new ExecCredential(token, certificate, key, expires);
    }

    private static string? Text(YamlMapping mapping, string key) => (mapping[key] as YamlScalar)?.AsString is { Length: > 0 } text ? text : null;

    private static UserException Wrong(CredentialPlugin plugin, string problem) =>
        new(ErrorKind.Environment, $"{plugin.Place}: the credential plugin '{plugin.Command}' {problem}", "run it by hand to see what it prints");
}
