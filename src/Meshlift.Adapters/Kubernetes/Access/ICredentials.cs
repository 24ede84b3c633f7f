using Meshlift.Core;

namespace Meshlift.Adapters.Kubernetes.Access;

/// <summary>With what one request shows who asks. Holds secrets.</summary>
/// <param name="Authorization">The header; null for none.</param>
/// <param name="Certificate">The client certificate; null for none.</param>
internal sealed record Credential(string? Authorization, ClientCertificate? Certificate)
{
    /// <summary>No secret.</summary>
    public override string ToString() => nameof(Credential);
}

/// <summary>Where credentials come from.</summary>
internal interface ICredentials
{
    /// <summary>What holds now.</summary>
    /// <exception cref="UserException">There is nothing.</exception>
    ValueTask<Credential> GetAsync(CancellationToken cancel);

    /// <summary>A server did not take a credential.</summary>
    /// <param name="refused">That credential.</param>
    /// <returns>True when the next one may be another, so that it is worth to try again.</returns>
    bool Refuse(Credential refused);
}
