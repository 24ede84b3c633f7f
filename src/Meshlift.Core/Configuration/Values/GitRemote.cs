using System.Buffers;

namespace Meshlift.Core.Configuration;

/// <summary>Where a Git repository is cloned from, as Git writes it: a URL, <c>git@host:path</c>, or a folder.</summary>
/// <remarks>Never begins with '-' and never names a remote helper (<c>ext::</c>): both would let a configuration file run programs.</remarks>
public sealed record GitRemote
{
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    private GitRemote(string text) => Text = text;

    /// <summary>The address as it was written.</summary>
    public string Text { get; }

    /// <summary>Parses an address.</summary>
    /// <exception cref="UserException">It is none that Git knows, or holds a password.</exception>
    public static GitRemote Parse(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal)) return Url(text);
        if (text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal)) return new GitRemote(text);
        return IsScpLike(text) ? new GitRemote(text) : throw Wrong(text);
    }

    /// <summary>The address as it was written.</summary>
    public override string ToString() => Text;

    private static GitRemote Url(string text)
    {
        // ssh://git@host names an account, not a secret.
        var isSsh = text.StartsWith("ssh://", StringComparison.Ordinal);
        if (!isSsh) _ = WebAddress.Parse(text, "https", "http", "file");
        else if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.UserInfo.Contains(':', StringComparison.Ordinal) || address.Host.StartsWith('-')) throw Wrong(text);
        return new GitRemote(text);
    }

    /// <summary><c>user@host:path</c>, ssh's short form.</summary>
    private static bool IsScpLike(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1 || text[colon + 1] == ':' || text.AsSpan().ContainsAny(' ', '\t', '\n')) return false;
        var host = text[..colon];
        var at = host.IndexOf('@', StringComparison.Ordinal);
        if (at == 0) return false;
        var account = at < 0 ? "git" : host[..at];
        host = host[(at + 1)..];
        return host.Length > 1 && host[0] != '-' && account[0] != '-' && !host.AsSpan().ContainsAnyExcept(HostCharacters) && !account.AsSpan().ContainsAnyExcept(HostCharacters);
    }

    private static UserException Wrong(string text) =>
        new(ErrorKind.Input, $"{WebAddress.Shown(text)} is not the address of a Git repository",
            "write for example https://github.com/acme/shop.git, git@github.com:acme/shop.git or ../shop.git, without a password");
}
