namespace Meshlift.Core.Configuration;

/// <summary>Checks URLs. None may hold a password: the file stands in Git.</summary>
internal static class WebAddress
{
    /// <summary>Parses a URL.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="schemes">What may stand before the colon, the usual one first.</param>
    /// <exception cref="UserException">The text is not such a URL, or holds a user name or a password.</exception>
    public static Uri Parse(string text, params ReadOnlySpan<string> schemes)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || !schemes.Contains(address.Scheme) || text.Contains(' ', StringComparison.Ordinal))
            throw new UserException(ErrorKind.Input, $"{Shown(text)} is not a URL of {string.Join(", ", schemes!)}", $"write for example {schemes[0]}://example.com/path");
        if (address.UserInfo.Length > 0)
            throw new UserException(ErrorKind.Input, $"the URL of {address.Host} holds a user name or a password",
                "leave it out: the file stands in Git; credentials come from the environment");
        return address;
    }

    /// <summary>The text, unless it could hold a password.</summary>
    public static string Shown(string text) => text.Contains('@', StringComparison.Ordinal) ? "the text (not shown, it may hold a password)" : Quoted.Text(text);
}
