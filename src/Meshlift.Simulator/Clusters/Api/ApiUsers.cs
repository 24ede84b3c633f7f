using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Meshlift.Simulator.Clusters.Access;
using Microsoft.AspNetCore.Http;

namespace Meshlift.Simulator.Clusters.Api;

/// <summary>Whom one API server knows, by token and by client certificate; and as whom the administrator may act.</summary>
internal sealed class ApiUsers(string cluster, ApiUser? whoShowsNothing)
{
    private readonly ConcurrentDictionary<string, ApiUser> _byToken = new(StringComparer.Ordinal);

    public void Add(string token, ApiUser user) => _byToken[token] = user;

    public bool Remove(string token) => _byToken.TryRemove(token, out _);

    /// <summary>Whose token it is; null when it is nobody's.</summary>
    public ApiUser? ByToken(string token) => _byToken.GetValueOrDefault(token);

    /// <summary>Who asks; null when what they show is not known.</summary>
    public ApiUser? Of(HttpContext http)
    {
        var user = Shown(http);
        var asUser = http.Request.Headers["Impersonate-User"].ToString();
        if (user is null || asUser.Length == 0 || !user.Groups.Contains(ApiUser.Masters, StringComparer.Ordinal)) return user;
        return new ApiUser(asUser, [.. http.Request.Headers["Impersonate-Group"].OfType<string>(), "system:authenticated"]);
    }

    private ApiUser? Shown(HttpContext http)
    {
        const string bearer = "Bearer ";
        var authorization = http.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase)) return ByToken(authorization[bearer.Length..].Trim());
        // The handshake has checked who signed it; whom it names is this cluster's own.
        if (http.Connection.ClientCertificate is { } certificate)
            return certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == Certificates.AdministratorOf(cluster) ? ApiUser.Administrator : null;
        return whoShowsNothing ?? ApiUser.Anonymous;
    }
}
