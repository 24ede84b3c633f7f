using System.Globalization;
using System.Numerics;

namespace Meshlift.Core.Drifting;

/// <summary>Amounts as Kubernetes writes them: <c>1000m</c> is <c>1</c>, <c>0.5Gi</c> is <c>512Mi</c> (resource.Quantity of apimachinery).</summary>
internal static class Quantity
{
    private static readonly (string Suffix, int Base, int Power)[] Suffixes =
    [
        ("Ki", 2, 10), ("Mi", 2, 20), ("Gi", 2, 30), ("Ti", 2, 40), ("Pi", 2, 50), ("Ei", 2, 60),
        ("n", 10, -9), ("u", 10, -6), ("m", 10, -3), ("k", 10, 3), ("M", 10, 6), ("G", 10, 9), ("T", 10, 12), ("P", 10, 15), ("E", 10, 18),
    ];

    // The finest amount that the API keeps is a billionth; finer ones are rounded up.
    private static readonly BigInteger Billion = BigInteger.Pow(10, 9);

    /// <summary>True when both are quantities, and the same one.</summary>
    public static bool AreSame(string a, string b) => Parse(a) is { } one && Parse(b) is { } other && one == other;

    /// <summary>The amount in billionths; null for what is no quantity.</summary>
    private static BigInteger? Parse(string text)
    {
        if (text.Length is 0 or > 64) return null;
        var (number, @base, power) = (text, 10, 0);
        foreach (var (suffix, of, to) in Suffixes)
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                (number, @base, power) = (text[..^suffix.Length], of, to);
                break;
            }
        if (number.AsSpan().IndexOfAny('e', 'E') is var mark and > 0)
        {
            if (power != 0 || !int.TryParse(number.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power) || power is < -30 or > 30) return null;
            number = number[..mark];
        }
        var dot = number.IndexOf('.', StringComparison.Ordinal);
        var fraction = dot < 0 ? 0 : number.Length - dot - 1;
        if (!BigInteger.TryParse(dot < 0 ? number : number.Remove(dot, 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var digits)) return null;
        var (up, down) = (Billion, BigInteger.Pow(10, fraction));
        if (power >= 0) up *= BigInteger.Pow(@base, power);
        else down *= BigInteger.Pow(@base, -power);
        var amount = BigInteger.DivRem(digits * up, down, out var rest);
        return rest.Sign > 0 ? amount + 1 : amount;
    }
}
