using System.Globalization;
using System.Text.RegularExpressions;

namespace Meshlift.Core.Schemas;

/// <summary>The formats of texts that Kubernetes checks.</summary>
/// <remarks>k8s.io/kube-openapi, pkg/validation/strfmt; a format that is not known there is not checked by anybody (CustomResourceDefinition, field format).</remarks>
internal static partial class Formats
{
    /// <summary>Whether a text has a format; null when the format is one that Kubernetes checks and this program does not.</summary>
    public static bool? Fits(string format, string text) => format switch
    {
        "date-time" or "datetime" => IsDateTime(text),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "byte" => text.Length == 0 || Convert.TryFromBase64String(text, new byte[(text.Length / 4 * 3) + 3], out _),
        "ipv4" => IsIpv4(text),
        "ipv6" => IsIpv6(text),
        "cidr" => text.Split('/') is [var address, var bits] && (IsIpv4(address) || IsIpv6(address))
            && int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= (address.Contains(':', StringComparison.Ordinal) ? 128 : 32),
        "uuid" => Uuid().IsMatch(text),
        "hexcolor" => HexColor().IsMatch(text),
        "quantity" => Quantity().IsMatch(text),
        "uri" => text.StartsWith('/') || Uri.TryCreate(text, UriKind.Absolute, out _),
        "duration" => Duration().IsMatch(text),
        "hostname" or "email" or "mac" or "bsonobjectid" or "uuid3" or "uuid4" or "uuid5" or "isbn" or "isbn10" or "isbn13" or "creditcard" or "ssn" or "rgbcolor" => null,
        _ => true,
    };

    /// <summary>The range of a number of a format; null when the format has none.</summary>
    public static (double Least, double Greatest)? Range(string? format) => format switch
    {
        "int32" => (int.MinValue, int.MaxValue),
        "int64" => (long.MinValue, long.MaxValue),
        _ => null,
    };

    private static bool IsDateTime(string text) => Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsIpv4(string text) =>
        text.Split('.') is { Length: 4 } parts && parts.All(part => part.Length is > 0 and <= 3 && (part.Length == 1 || part[0] != '0') && part.All(char.IsAsciiDigit) && int.Parse(part, CultureInfo.InvariantCulture) <= 255);

    private static bool IsIpv6(string text)
    {
        // RFC 4291, 2.2: eight groups, of which '::' stands for at least one; an IPv4 address may stand for the last two.
        var halves = text.Split("::");
        if (halves.Length > 2) return false;
        var groups = 0;
        for (var half = 0; half < halves.Length; half++)
        {
            if (halves[half].Length == 0) continue;
            var parts = halves[half].Split(':');
            for (var i = 0; i < parts.Length; i++)
            {
                var isLast = half == halves.Length - 1 && i == parts.Length - 1;
                if (isLast && IsIpv4(parts[i])) groups += 2;
                else if (parts[i].Length is > 0 and <= 4 && parts[i].All(char.IsAsciiHexDigit)) groups++;
                else return false;
            }
        }
        return halves.Length == 2 ? groups < 8 : groups == 8;
    }

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rfc3339();

    [GeneratedRegex("^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Uuid();

    [GeneratedRegex("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HexColor();

    [GeneratedRegex("^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+|[KMGTPE]i|[numkMGTPE])?\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quantity();

    [GeneratedRegex("^[+-]?(0|([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h|d|w)( *([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h|d|w))*|[0-9]+ +(ns|nano|us|µs|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|wk|week)[a-z]*)\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Duration();
}
