using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;

namespace Meshlift.Adapters.Kubernetes.Access;

/// <summary>A client certificate with its key, ready for connections.</summary>
internal sealed class ClientCertificate
{
    private ClientCertificate(SslStreamCertificateContext context) => Context = context;

    public SslStreamCertificateContext Context { get; }

    /// <summary>The content of a source.</summary>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static byte[] Read(PemSource source) => source.Path is { } path ? BoundedFile.Read(path, 4 << 20) : [.. source.Content];

    /// <summary>Puts a certificate and its key together.</summary>
    /// <param name="certificate">The certificate in PEM, followed by those between it and its authority, if any.</param>
    /// <param name="key">The key in PEM: PKCS#8, PKCS#1 or SEC1, RSA or elliptic curve, not encrypted.</param>
    /// <param name="where">Where they stand, for messages.</param>
    /// <exception cref="UserException">They are none, or do not belong together.</exception>
    public static ClientCertificate Load(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> key, string where)
    {
        var keyText = Encoding.UTF8.GetString(key);
        if (keyText.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new UserException(ErrorKind.Input, $"{where}: the client key is encrypted", "write the key without a passphrase ('openssl pkey'), readable by you alone");
        try
        {
            var text = Encoding.UTF8.GetString(certificate);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(text);
            using var ephemeral = X509Certificate2.CreateFromPem(text, keyText);
            // Windows cannot use a key that was never stored.
            var usable = OperatingSystem.IsWindows()
                ? X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null)
                : new X509Certificate2(ephemeral);
            if (chain.Count > 0) chain.RemoveAt(0);
            return new ClientCertificate(SslStreamCertificateContext.Create(usable, chain, offline: true));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The library's message may quote nothing of the key, but it says little either.
            throw new UserException(ErrorKind.Input, $"{where}: the client certificate and key cannot be used: {e.Message}", "both must be PEM, RSA or elliptic curve, and belong together", e);
        }
    }
}
