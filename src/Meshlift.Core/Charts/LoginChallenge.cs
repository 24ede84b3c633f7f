using System.Collections.Frozen;

namespace Meshlift.Core.Charts;

/// <summary>What a registry asks for before it gives a chart away.</summary>
/// <remarks>distribution.github.io/distribution/spec/auth/token, "How to authenticate"; RFC 9110, 11.2 and 11.6.1.</remarks>
/// <param name="Realm">Where tokens are given; null when the challenge does not say it.</param>
/// <param name="Service">The registry's name for itself; null when it is not said.</param>
/// <param name="Scope">What the token must allow; null when it is not said.</param>
public sealed record LoginChallenge(Uri? Realm, string? Service, string? Scope)
{
    /// <summary>Reads what stands behind <c>Bearer</c> in a <c>WWW-Authenticate</c> header.</summary>
    public static LoginChallenge Parse(string? parameters)
    {
        var values = Values(parameters ?? "");
        return new LoginChallenge(
            Uri.TryCreate(values.GetValueOrDefault("realm"), UriKind.Absolute, out var realm) && realm.Scheme is "https" or "http" ? realm : null,
            values.GetValueOrDefault("service"),
            values.GetValueOrDefault("scope"));
    }

    /// <summary>Where to ask for a token; null when the challenge does not say it.</summary>
    /// <param name="repository">What is to be read, where the challenge does not name a scope.</param>
    public Uri? TokenAddress(string repository)
    {
        if (Realm is null) return null;
        var query = $"scope={Uri.EscapeDataString(Scope ?? $"repository:{repository}:pull")}{(Service is null ? "" : $"&service={Uri.EscapeDataString(Service)}")}";
        return new UriBuilder(Realm) { Query = Realm.Query.Length > 1 ? $"{Realm.Query[1..]}&{query}" : query, Fragment = "" }.Uri;
    }

    /// <summary>Names with values, which may be quoted and then hold commas.</summary>
    private static FrozenDictionary<string, string> Values(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0) break;
            var name = text[at..equals].Trim(' ', ',', '\t');
            var value = new System.Text.StringBuilder();
            at = equals + 1;
            if (at < text.Length && text[at] == '"')
            {
                for (at++; at < text.Length && text[at] != '"'; at++)
                {
                    if (text[at] == '\\' && at + 1 < text.Length) at++;
                    value.Append(text[at]);
                }
                at++;
            }
            else
            {
                for (; at < text.Length && text[at] != ','; at++) value.Append(text[at]);
            }
            values.TryAdd(name, value.ToString().Trim());
        }
        return values.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
