using System.Text;
using Meshlift.Core.Kubernetes.Access;

namespace Meshlift.Adapters.Kubernetes.Access;

/// <summary>What stands in the kubeconfig itself: certificate, token, name and password; or nothing.</summary>
internal sealed class FixedCredentials(KubeUser user) : ICredentials
{
    private readonly Lazy<Credential> _credential = new(() => new Credential(Header(user), CertificateOf(user)));

    public ValueTask<Credential> GetAsync(CancellationToken cancel) => ValueTask.FromResult(_credential.Value);

    public bool Refuse(Credential refused) => false;

    /// <summary>The certificate that the kubeconfig names; null for none.</summary>
    public static ClientCertificate? CertificateOf(KubeUser user) => user is { Certificate: { } certificate, Key: { } key }
        ? ClientCertificate.Load(ClientCertificate.Read(certificate), ClientCertificate.Read(key), $"{user.Place}: the user '{user.Name}'")
        : null;

    /// <summary>The header that the kubeconfig gives; null for none.</summary>
    public static string? Header(KubeUser user) => user switch
    {
        { Token: { } token } => "Bearer " + token,
        { UserName: { } name } => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{user.Password}")),
        _ => null,
    };
}
