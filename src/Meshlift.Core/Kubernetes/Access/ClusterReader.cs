namespace Meshlift.Core.Kubernetes.Access;

/// <summary>Reads the clusters of a kubeconfig.</summary>
internal static class ClusterReader
{
    private const string PluginExtension = "client.authentication.k8s.io/exec";

    public static KubeCluster Read(string name, KubeconfigFields fields)
    {
        var server = fields.Text("server") ?? throw fields.Wrong("server", "is missing", "write the address of the API server, such as https://10.0.0.1:6443");
        var authority = fields.Pem("certificate-authority", "certificate-authority-data");
        var skip = fields.Flag("insecure-skip-tls-verify");
        // client-go refuses it, too: one of the two is not meant.
        if (skip && authority is not null) throw fields.Wrong("insecure-skip-tls-verify", "is given beside a certificate authority", "remove insecure-skip-tls-verify");
        return new KubeCluster(name, Server(fields, server), fields.Place)
        {
            Authority = authority,
            SkipVerification = skip,
            ServerName = fields.Text("tls-server-name"),
            Proxy = fields.Text("proxy-url") is { } proxy ? Proxy(fields, proxy) : null,
            DisableCompression = fields.Flag("disable-compression"),
            PluginConfig = fields.Groups("extensions", "an extension").FirstOrDefault(extension => extension.Text("name") == PluginExtension)?["extension"],
        };
    }

    private static Uri Server(KubeconfigFields fields, string text)
    {
        // kubectl takes a host without a scheme and speaks plain HTTP to it, with credentials and all. That is never meant.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.Host.Length == 0)
            throw fields.Wrong("server", "is not an address", "write it in full, such as https://10.0.0.1:6443");
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            throw fields.Wrong("server", "holds more than a host, a port and a path", "put credentials into the user's entry");
        return address.AbsolutePath.EndsWith('/') ? address : new UriBuilder(address) { Path = address.AbsolutePath + "/" }.Uri;
    }

    private static Uri Proxy(KubeconfigFields fields, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "socks5" && address.Host.Length > 0
            ? address
            : throw fields.Wrong("proxy-url", "is not the address of a proxy", "write http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT");
}
