using Meshlift.Core.Configuration;

namespace Meshlift.Core.Forges;

/// <summary>Where the API of a forge is.</summary>
public static class ForgeAddress
{
    /// <summary>
    /// What <c>api</c> says; else the public API for github.com; else, on the host that the repository is cloned from, the path that the forge documents
    /// (<c>/api/v3</c> of GitHub Enterprise, <c>/api/v4</c> of GitLab, <c>/api/v1</c> of Gitea and Forgejo). Ends in '/'.
    /// </summary>
    /// <exception cref="UserException">It cannot be told from the address of the repository, or would send a token unencrypted.</exception>
    public static Uri Of(RepositorySpec repository)
    {
        var address = repository.Api ?? Derived(repository);
        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
            throw new UserException(ErrorKind.Input, $"the API of the repository '{repository.Name}' is at {address.Authority} without TLS, where everyone on the way could read the token", "write an https address into 'api'");
        return address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
    }

    private static Uri Derived(RepositorySpec repository)
    {
        var host = Host(repository.Url.Text)
            ?? throw new UserException(ErrorKind.Input, $"the API of the repository '{repository.Name}' cannot be told from where it is cloned", "add 'api' beside it, for example api: https://git.example.com/api/v4");
        if (repository.Forge == ForgeKind.GitHub && host is "github.com" or "ssh.github.com") return new Uri("https://api.github.com/");
        return new Uri($"https://{host}/api/{(repository.Forge switch { ForgeKind.GitHub => "v3", ForgeKind.GitLab => "v4", _ => "v1" })}/");
    }

    private static string? Host(string url)
    {
        if (url.Contains("://", StringComparison.Ordinal))
        {
            var address = new Uri(url);
            // The port of ssh is not that of the API.
            return address.Scheme switch { "https" => address.Authority, "ssh" => address.Host, _ => null };
        }
        return url.StartsWith('/') || url.StartsWith('.') ? null : url[(url.IndexOf('@', StringComparison.Ordinal) + 1)..url.IndexOf(':', StringComparison.Ordinal)];
    }
}
