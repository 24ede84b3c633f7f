using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Meshlift.Core.Charts;

/// <summary>A user and a password. Never shown.</summary>
public sealed class Login
{
    internal Login(string user, string password) => Basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    /// <summary>What stands behind <c>Basic</c> in an <c>Authorization</c> header (RFC 7617).</summary>
    public string Basic { get; }

    /// <summary>Nothing of it.</summary>
    public override string ToString() => "***";
}

/// <summary>The logins of the user, by host, as <c>helm registry login</c> and <c>docker login</c> write them.</summary>
public sealed class RegistryLogins
{
    // Under this name 'docker login' keeps what belongs to Docker Hub.
    private static readonly string[] DockerHub = ["index.docker.io", "registry-1.docker.io", "docker.io"];

    private readonly ImmutableDictionary<string, Login> _logins;
    private readonly ImmutableHashSet<string> _kept;
    private readonly bool _keepsAll;

    private RegistryLogins(string file, ImmutableDictionary<string, Login> logins, ImmutableHashSet<string> kept, bool keepsAll) =>
        (File, _logins, _kept, _keepsAll) = (file, logins, kept, keepsAll);

    /// <summary>No logins.</summary>
    public static RegistryLogins None { get; } = new("", ImmutableDictionary<string, Login>.Empty, [], keepsAll: false);

    /// <summary>The file that they were read from; empty when there is none.</summary>
    public string File { get; }

    /// <summary>Reads a file of logins.</summary>
    /// <param name="utf8">The file: JSON with <c>auths</c>, <c>credsStore</c> and <c>credHelpers</c>.</param>
    /// <param name="file">Its path, for messages.</param>
    /// <exception cref="UserException">It is no such file. The message never holds anything of its content.</exception>
    public static RegistryLogins Read(ReadOnlyMemory<byte> utf8, string file)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw Wrong(file, "it is no JSON object");
            var logins = ImmutableDictionary.CreateBuilder<string, Login>(StringComparer.OrdinalIgnoreCase);
            foreach (var entry in Members(root, "auths"))
                if (LoginOf(entry.Value, file) is { } login)
                    logins[HostOf(entry.Name)] = login;
            var helpers = Members(root, "credHelpers").Select(entry => HostOf(entry.Name)).ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);
            return new RegistryLogins(file, logins.ToImmutable(), helpers, Text(root, "credsStore") is { Length: > 0 });
        }
        catch (JsonException e)
        {
            // The parser's message may quote the file.
            throw Wrong(file, $"it is no JSON, at line {e.LineNumber + 1}");
        }
    }

    /// <summary>The login for a host; null when there is none.</summary>
    /// <param name="host">The host, with its port where one is named.</param>
    public Login? Find(string host) => Names(host).Select(name => _logins.GetValueOrDefault(name)).FirstOrDefault(login => login is not null);

    /// <summary>True when the login of a host may be in a store of the system, which only another program can open.</summary>
    /// <param name="host">The host, with its port where one is named.</param>
    public bool IsKeptElsewhere(string host) => _keepsAll || Names(host).Any(_kept.Contains);

    private static string[] Names(string host) => DockerHub.Contains(host, StringComparer.OrdinalIgnoreCase) ? DockerHub : [host];

    private static Login? LoginOf(JsonElement entry, string file)
    {
        if (Text(entry, "username") is { Length: > 0 } user && Text(entry, "password") is { } password) return new Login(user, password);
        if (Text(entry, "auth") is not { Length: > 0 } auth) return null;
        var bytes = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, bytes, out var length)) throw Wrong(file, "an 'auth' in it is no base64");
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? new Login(text[..colon], text[(colon + 1)..].TrimEnd('\0')) : throw Wrong(file, "an 'auth' in it holds no user and password");
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;

    private static string? Text(JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string HostOf(string key)
    {
        var scheme = key.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? key : key[(scheme + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? rest : rest[..slash];
    }

    private static UserException Wrong(string file, string what) =>
        new(ErrorKind.Environment, $"{file} is no file of logins: {what}", "write it anew with 'helm registry login', or name another in HELM_REGISTRY_CONFIG");
}
