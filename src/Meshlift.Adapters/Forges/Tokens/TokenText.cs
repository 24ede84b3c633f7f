using System.Text;
using Meshlift.Core;

namespace Meshlift.Adapters.Forges.Tokens;

/// <summary>Takes what a person or a program left as a token.</summary>
internal static class TokenText
{
    public const int Largest = 1 << 16;

    /// <summary>The token, without the line break at its end.</summary>
    /// <exception cref="UserException">It is none; it is not shown.</exception>
    public static string Read(ReadOnlySpan<byte> content, string place) => Read(Encoding.UTF8.GetString(content), place);

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string)"/>
    public static string Read(string text, string place) =>
        text.Trim() is { Length: > 0 and < Largest } token && !token.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? token
            : throw new UserException(ErrorKind.Environment, $"{place} holds no token of a forge", "put the token there, and nothing else");
}
