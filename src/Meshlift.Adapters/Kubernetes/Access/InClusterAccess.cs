using Meshlift.Core.Kubernetes.Access;

namespace Meshlift.Adapters.Kubernetes.Access;

/// <summary>The service account of the pod in which this program runs.</summary>
public static class InClusterAccess
{
    /// <summary>Where the kubelet puts the account's files.</summary>
    public const string UsualFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The access to the cluster in which this program runs; null outside of a cluster.</summary>
    /// <param name="environment">The variables, of which KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are read.</param>
    /// <param name="folder">The folder of the account; its token is read again when it changes.</param>
    public static ClusterAccess? Find(IReadOnlyDictionary<string, string> environment, string folder = UsualFolder)
    {
        if (environment.GetValueOrDefault("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host) return null;
        if (environment.GetValueOrDefault("KUBERNETES_SERVICE_PORT") is not { Length: > 0 } port) return null;
        var token = Path.Combine(folder, "token");
        if (!File.Exists(token)) return null;
        var authority = Path.Combine(folder, "ca.crt");
        var space = Path.Combine(folder, "namespace");
        var place = new KubeconfigPlace(folder, null);
        var literal = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        return new ClusterAccess(
            "in-cluster",
            new KubeCluster("in-cluster", new Uri($"https://{literal}:{port}/"), place) { Authority = File.Exists(authority) ? new PemSource(authority, []) : null },
            new KubeUser("service account", place) { TokenFile = token },
            File.Exists(space) ? File.ReadAllText(space).Trim() : "default");
    }
}
