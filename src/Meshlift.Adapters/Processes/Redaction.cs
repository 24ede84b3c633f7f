using System.Text.RegularExpressions;

namespace Meshlift.Adapters.Processes;

/// <summary>Makes texts of programs and of other people fit to be seen.</summary>
public static partial class Redaction
{
    /// <summary>The text with user names and passwords of URLs, and tokens in their queries, replaced by <c>***</c>. The user of <c>ssh://git@host</c> stays.</summary>
    public static string Hide(string text) =>
        text.Contains("://", StringComparison.Ordinal) ? Token().Replace(Credentials().Replace(text, "${scheme}***@"), "${key}***") : text;

    /// <summary>The text without characters that would steer a terminal; line breaks and tabs stay.</summary>
    public static string WithoutControls(string text) => string.Concat(text.Where(character => character is '\n' or '\t' || !char.IsControl(character)));

    // Up to the last '@' before the path. Then passwords that hold a raw '/', '?' or '#': behind the first ':' stands something other than a port.
    [GeneratedRegex("""(?<scheme>(?!ssh://[^:@/\s]*@)\b[a-z][a-z0-9+.-]*://)([^/?#\s'"<>]*@|[^/:@\s'"<>]+:(?![0-9]+([/?#\s'"<>]|$))[^\s'"<>]*@)""",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Credentials();

    [GeneratedRegex("""(?<key>[?&](access_token|private_token|oauth_token|token|password|sig|signature|x-amz-signature)=)[^&#\s'"<>]+""",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Token();
}
