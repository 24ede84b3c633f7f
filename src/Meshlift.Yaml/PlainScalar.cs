using System.Globalization;
using System.Numerics;

namespace Meshlift.Yaml;

/// <summary>What an unquoted scalar means to Kubernetes.</summary>
/// <remarks>
/// Kubernetes reads YAML through sigs.k8s.io/yaml, whose go-yaml v2 keeps YAML 1.1's booleans (yes, on, y), leading-zero octals and underscores,
/// and adds YAML 1.2's 0o octals. Timestamps and sexagesimal numbers stay strings. Held against the real kubectl by a test.
/// </remarks>
internal static class PlainScalar
{
    /// <summary>The type of a plain text, and the value in canonical form.</summary>
    public static (ScalarKind Kind, string Value) Resolve(string text)
    {
        if (text.Length == 0) return (ScalarKind.Null, "null");
        // Every special text begins with one of these; most scalars of a manifest do not.
        return text[0] switch
        {
            'y' or 'Y' or 'n' or 'N' or 't' or 'T' or 'f' or 'F' or 'o' or 'O' or '~' => Word(text),
            '.' or '+' or '-' or (>= '0' and <= '9') => Number(text),
            _ => (ScalarKind.String, text),
        };
    }

    private static (ScalarKind, string) Word(string text) => text switch
    {
        "~" or "null" or "Null" or "NULL" => (ScalarKind.Null, "null"),
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => (ScalarKind.Boolean, "true"),
        "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => (ScalarKind.Boolean, "false"),
        _ => (ScalarKind.String, text),
    };

    private static (ScalarKind, string) Number(string text)
    {
        if (text is ".nan" or ".NaN" or ".NAN") return (ScalarKind.Float, ".nan");
        if (text is ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF") return (ScalarKind.Float, ".inf");
        if (text is "-.inf" or "-.Inf" or "-.INF") return (ScalarKind.Float, "-.inf");
        var digits = text.Contains('_', StringComparison.Ordinal) ? text.Replace("_", "", StringComparison.Ordinal) : text;
        if (Integer(digits) is { } whole) return (ScalarKind.Integer, whole.ToString(CultureInfo.InvariantCulture));
        return IsFloat(digits) ? (ScalarKind.Float, Float(digits)) : (ScalarKind.String, text);
    }

    private static BigInteger? Integer(string text)
    {
        var negative = text[0] == '-';
        var digits = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        var radix = digits switch
        {
            ['0', 'x' or 'X', ..] => 16,
            ['0', 'b' or 'B', ..] => 2,
            ['0', 'o' or 'O', ..] or ['0', _, ..] => 8,
            _ => 10,
        };
        var body = radix == 10 ? digits : digits[(digits.Length > 1 && char.IsAsciiLetter(digits[1]) ? 2 : 1)..];
        if (body.IsEmpty) return null;
        var value = BigInteger.Zero;
        if (radix == 10 && body.Length <= 18)
        {
            if (!long.TryParse(body, NumberStyles.None, CultureInfo.InvariantCulture, out var small)) return null;
            value = small;
        }
        else
        {
            if (body.Length > 256) return null; // no number of any API; keeps the loop below short on hostile input
            foreach (var c in body)
            {
                var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
                if (digit >= radix) return null;
                value = value * radix + digit;
            }
        }
        value = negative ? -value : value;
        // Beyond 64 bits go-yaml falls back to a float, which an over-long decimal is written as below.
        return value >= long.MinValue && value <= ulong.MaxValue ? value : null;
    }

    private static bool IsFloat(ReadOnlySpan<char> text)
    {
        if (text[0] is '-' or '+') text = text[1..];
        var mantissa = text.IndexOfAny('e', 'E');
        var number = mantissa < 0 ? text : text[..mantissa];
        var exponent = mantissa < 0 ? [] : text[(mantissa + 1)..];
        if (mantissa >= 0 && (exponent is ['-' or '+', .. var unsigned] ? unsigned : exponent) is var power && (power.IsEmpty || power.ContainsAnyExceptInRange('0', '9')))
            return false;
        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var fraction = point < 0 ? [] : number[(point + 1)..];
        return (!whole.IsEmpty || !fraction.IsEmpty) && !whole.ContainsAnyExceptInRange('0', '9') && !fraction.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>A float in a spelling that YAML 1.1, YAML 1.2 and JSON all read as the same number.</summary>
    private static string Float(string text)
    {
        var value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(value)) return value > 0 ? ".inf" : "-.inf";
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var power = shortest.IndexOf('E', StringComparison.Ordinal);
        if (power < 0) return shortest.Contains('.', StringComparison.Ordinal) ? shortest : shortest + ".0";
        var mantissa = shortest[..power].Contains('.', StringComparison.Ordinal) ? shortest[..power] : shortest[..power] + ".0";
        return $"{mantissa}e{shortest[(power + 1)..]}";
    }
}
