using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meshlift.Adapters.Kubernetes.Access;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;

namespace Meshlift.Adapters.Kubernetes.Transport;

/// <summary>Decides whether a server is the one that the kubeconfig means, and remembers why not.</summary>
internal sealed class ServerTrust
{
    private readonly KubeCluster _cluster;
    private readonly X509Certificate2Collection? _authorities;
    private volatile string? _problem;

    public ServerTrust(KubeCluster cluster)
    {
        _cluster = cluster;
        if (cluster.Authority is { } source) _authorities = Load(source);
    }

    /// <summary>What was wrong with the last certificate that was not taken, and what to do; null when there was none.</summary>
    public string? Problem => _problem;

    /// <summary>How connections are made.</summary>
    public SslClientAuthenticationOptions Options(ClientCertificate? certificate)
    {
        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = IsRight };
        if (certificate is not null) options.ClientCertificateContext = certificate.Context;
        if (_authorities is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(_authorities);
            options.CertificateChainPolicy = policy;
        }
        return options;
    }

    private X509Certificate2Collection Load(PemSource source)
    {
        var where = source.Path ?? $"{_cluster.Place}: certificate-authority-data of the cluster '{_cluster.Name}'";
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Encoding.UTF8.GetString(ClientCertificate.Read(source)));
        }
        catch (CryptographicException e)
        {
            throw new UserException(ErrorKind.Input, $"{where}: a certificate cannot be read: {e.Message}", "write the certificates of the cluster's authority in PEM", e);
        }
        return certificates.Count > 0
            ? certificates
            : throw new UserException(ErrorKind.Input, $"{where}: there is no certificate in it", "write the certificates of the cluster's authority in PEM");
    }

    private bool IsRight(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_cluster.SkipVerification) return true;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && certificate is not null && IsAnchored(chain)) errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
        if (errors == SslPolicyErrors.None) return true;
        _problem = Describe(certificate as X509Certificate2, chain, errors);
        return false;
    }

    // Go takes any certificate of the bundle as the end of a chain, also one that is not its own issuer; .NET only the latter.
    private bool IsAnchored(X509Chain? chain) =>
        chain is { ChainElements: [.., var last] } && _authorities is not null
        && chain.ChainStatus.All(status => status.Status == X509ChainStatusFlags.PartialChain)
        && _authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(last.Certificate.RawDataMemory.Span));

    private string Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null) return "it shows no certificate";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"its certificate is for {string.Join(", ", Names(certificate))}, not for {_cluster.ServerName ?? _cluster.Server.Host}";
        var status = chain?.ChainStatus.FirstOrDefault(one => one.Status is X509ChainStatusFlags.NotTimeValid);
        if (status is { Status: X509ChainStatusFlags.NotTimeValid })
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"its certificate holds from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}");
        var bundle = _cluster.Authority switch
        {
            null => "the authorities of this computer",
            { Path: { } path } => path,
            _ => $"certificate-authority-data at {_cluster.Place}",
        };
        return $"its certificate was issued by '{certificate.Issuer}', which is not among {bundle}";
    }

    private static IEnumerable<string> Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString()))).ToList();
        return names.Count == 0 ? ["no name"] : names.Count <= 8 ? names : names.Take(8).Append("...");
    }
}
