using System.Buffers;
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
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

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
        var digits = WithoutGrouping(text);
        if (digits is not null && IsInteger(digits) && Integer(digits) is { } whole) return (ScalarKind.Integer, whole.ToString(CultureInfo.InvariantCulture));
        // A number too large for a double stays a text, as it does in go-yaml.
        return digits is not null && IsFloat(digits) && double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture) is var value && double.IsFinite(value)
            ? (ScalarKind.Float, Float(value))
            : (ScalarKind.String, text);
    }

    /// <summary>True for what any reader may take for a number, those too large for go-yaml included.</summary>
    public static bool HasNumberForm(string text) =>
        text.Length > 0 && text[0] is '.' or '+' or '-' or (>= '0' and <= '9') && WithoutGrouping(text) is { Length: > 0 } digits && (IsInteger(digits) || IsFloat(digits));

    /// <summary>The text without underscores; null where they make it no number.</summary>
    private static string? WithoutGrouping(string text)
    {
        if (!text.Contains('_', StringComparison.Ordinal)) return text;
        if (text[0] == '.')
            for (var i = 0; i < text.Length; i++)
                if (text[i] == '_' && (!char.IsAsciiDigit(text[i - 1]) || i + 1 == text.Length || !char.IsAsciiDigit(text[i + 1])))
                    return null;
        return text.Replace("_", "", StringComparison.Ordinal);
    }

    private static (int Radix, int Start) Form(ReadOnlySpan<char> text)
    {
        var sign = text[0] is '-' or '+' ? 1 : 0;
        return text[sign..] switch
        {
            ['0', 'x' or 'X', ..] => (16, sign + 2),
            ['0', 'b' or 'B', ..] => (2, sign + 2),
            ['0', 'o' or 'O', ..] => (8, sign + 2),
            ['0', _, ..] => (8, sign + 1),
            _ => (10, sign),
        };
    }

    private static bool IsInteger(ReadOnlySpan<char> text)
    {
        var (radix, start) = Form(text);
        var body = text[start..];
        return !body.IsEmpty && radix switch
        {
            16 => !body.ContainsAnyExcept(HexDigits),
            _ => !body.ContainsAnyExceptInRange('0', (char)('0' + radix - 1)),
        };
    }

    private static BigInteger? Integer(ReadOnlySpan<char> text)
    {
        var (radix, start) = Form(text);
        if (text.Length - start > 256) return null; // no number of any API; keeps the loop below short on hostile input
        if (radix == 10 && text.Length <= 18) return long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var value = BigInteger.Zero;
        foreach (var c in text[start..]) value = value * radix + Convert.ToInt32(c.ToString(), 16);
        value = text[0] == '-' ? -value : value;
        // Beyond 64 bits go-yaml falls back to a float, which an over-long decimal is written as below.
        return value >= long.MinValue && value <= ulong.MaxValue ? value : null;
    }

    private static bool IsFloat(ReadOnlySpan<char> text)
    {
        if (text is ['-' or '+', ..]) text = text[1..];
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
    private static string Float(double value)
    {
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var power = shortest.IndexOf('E', StringComparison.Ordinal);
        if (power < 0) return shortest.Contains('.', StringComparison.Ordinal) ? shortest : shortest + ".0";
        var mantissa = shortest[..power].Contains('.', StringComparison.Ordinal) ? shortest[..power] : shortest[..power] + ".0";
        return $"{mantissa}e{shortest[(power + 1)..]}";
    }
}
