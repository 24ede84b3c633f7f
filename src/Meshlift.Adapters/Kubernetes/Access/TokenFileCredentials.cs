using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;

namespace Meshlift.Adapters.Kubernetes.Access;

/// <summary>A token in a file that another program writes anew from time to time, as the kubelet does.</summary>
/// <param name="user">The user, whose entry has the path.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenFileCredentials(KubeUser user, TimeProvider time) : ICredentials
{
    // The API's own client looks after as long; a file on a network share is not asked for every request.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly Lazy<ClientCertificate?> _certificate = new(() => FixedCredentials.CertificateOf(user));
    private readonly Lock _gate = new();
    private Credential? _read;
    private DateTimeOffset _until;

    public ValueTask<Credential> GetAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_read is not null && now < _until) return ValueTask.FromResult(_read);
            var header = Header();
            if (_read?.Authorization != header) _read = new Credential(header, _certificate.Value);
            _until = now + Fresh;
            return ValueTask.FromResult(_read!);
        }
    }

    public bool Refuse(Credential refused)
    {
        lock (_gate)
        {
            if (_read != refused) return true;
            _until = default;
            return Header() != refused.Authorization;
        }
    }

    private string Header()
    {
        byte[] content;
        try
        {
            content = BoundedFile.Read(user.TokenFile!, 1 << 20);
        }
        catch (UserException) when (user.Token is not null)
        {
            return "Bearer " + user.Token;
        }
        var token = System.Text.Encoding.UTF8.GetString(content).Trim();
        return token.Length > 0 && !token.AsSpan().ContainsAny('\r', '\n')
            ? "Bearer " + token
            : throw new UserException(ErrorKind.Environment, $"{user.TokenFile}: this is no token (user '{user.Name}', {user.Place})", "see who writes the file");
    }
}
