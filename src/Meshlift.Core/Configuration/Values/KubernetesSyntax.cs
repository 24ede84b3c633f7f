using System.Buffers;
using System.Text.RegularExpressions;

namespace Meshlift.Core.Configuration;

/// <summary>The forms that Kubernetes demands of names, label keys and label values ("Object Names and IDs", "Labels and Selectors").</summary>
internal static partial class KubernetesSyntax
{
    internal const string DnsLabelPattern = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";
    internal const string DnsNamePattern = @"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    internal const string LabelKeyPattern = "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
    internal const string VersionPattern = @"^v?1\.[0-9]{1,3}(\.[0-9]{1,4}([-+][0-9A-Za-z.+-]{1,64})?)?$";
    internal const string LabelValuePattern = "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$";

    private const int LongestLabel = 63;
    private const int LongestName = 253;
    private static readonly SearchValues<char> Lower = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> Wide = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>A name of at most 63 of a-z, 0-9 and '-' (RFC 1123).</summary>
    public static string DnsLabel(string text) => IsDnsLabel(text)
        ? text
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a name", "use at most 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit");

    /// <summary>A name of DNS labels joined by dots.</summary>
    public static string DnsName(string text) => IsDnsName(text)
        ? text
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a name", "use a-z, 0-9, '-' and '.', beginning and ending with a letter or digit");

    /// <summary>A key of a label or an annotation.</summary>
    public static string LabelKey(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 || IsDnsName(text[..slash])) && IsWide(text[(slash + 1)..])
            ? text
            : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a key of a label or an annotation", "write for example team or example.com/team");
    }

    /// <summary>A value of a label.</summary>
    public static string LabelValue(string text) => text.Length == 0 || IsWide(text)
        ? text
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a value of a label",
            "use at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit");

    /// <summary>True for a name of at most 63 of a-z, 0-9 and '-' (RFC 1123).</summary>
    public static bool IsDnsLabel(string text) => text is { Length: > 0 and <= LongestLabel } && text[0] != '-' && text[^1] != '-' && !text.AsSpan().ContainsAnyExcept(Lower);

    /// <summary>True for a version such as <c>1.33</c>, <c>v1.33.4</c>, <c>v1.33.4-gke.1172000</c>.</summary>
    public static bool IsVersion(string text) => Version().IsMatch(text);

    private static bool IsDnsName(string text) => text.Length <= LongestName && text.Split('.').All(IsDnsLabel);

    private static bool IsWide(string text) =>
        text is { Length: > 0 and <= LongestLabel } && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && !text.AsSpan().ContainsAnyExcept(Wide);

    [GeneratedRegex(VersionPattern, RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Version();
}
