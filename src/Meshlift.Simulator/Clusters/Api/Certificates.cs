using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>The certificates of one server: an authority of its own, which nobody else trusts, and what it signs.</summary>
internal sealed class Certificates : IDisposable
{
    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");
    private readonly X509Certificate2 _authority;
    private readonly DateTimeOffset _now;

    /// <param name="now">The time of the machine: clients hold certificates against it, whatever the clock of a cluster says.</param>
    public Certificates(DateTimeOffset now)
    {
        _now = now;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=meshlift-simulator-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        names.AddDnsName("localhost");
        Server = Sign("CN=kube-apiserver", ServerUse, names);
    }

    /// <summary>The authority, in PEM.</summary>
    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>For the server, with its key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>The name in the client certificate of a cluster's administrator.</summary>
    public static string AdministratorOf(string cluster) => $"kubernetes-admin@{cluster}";

    /// <summary>A client certificate and its key, in PEM.</summary>
    public (string Certificate, string Key) Client(string name)
    {
        using var certificate = Sign($"CN={name}, O=system:masters", ClientUse, null);
        using var key = certificate.GetECDsaPrivateKey()!;
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Whether a client certificate is signed by the authority and valid now.</summary>
    public bool IsOurs(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    public void Dispose()
    {
        Server.Dispose();
        _authority.Dispose();
    }

    private X509Certificate2 Sign(string subject, Oid use, SubjectAlternativeNameBuilder? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([use], critical: false));
        if (names is not null) request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_authority, _now.AddDays(-1), _now.AddDays(29), RandomNumberGenerator.GetBytes(16));
        using var withKey = signed.CopyWithPrivateKey(key);
        // A key that lives in memory only is not accepted for TLS everywhere until it has been through a file's form.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
