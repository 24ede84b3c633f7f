using System.Globalization;
using System.Text;

namespace Meshlift.Core.Configuration;

/// <summary>How a span of time is written: whole numbers with their units, the largest first, such as <c>7d</c>, <c>1h30m</c> or <c>90s</c>.</summary>
/// <remarks>Units are w, d, h, m and s; a day has 24 hours. Zero is written <c>0s</c>. There is no unit below the second: nothing here is that fast.</remarks>
public static class Duration
{
    /// <summary>A regular expression for the same.</summary>
    internal const string Pattern = "^(?=.)([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$";

    private const string Example = "write for example 7d, 1h30m or 90s";
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);
    private static readonly (char Unit, TimeSpan Span)[] Units =
        [('w', TimeSpan.FromDays(7)), ('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)), ('s', TimeSpan.FromSeconds(1))];

    /// <summary>Parses a span of time; never negative, at most ten years.</summary>
    /// <exception cref="UserException">The text is not one; the message says at which character (1-based).</exception>
    public static TimeSpan Parse(string text)
    {
        var sum = TimeSpan.Zero;
        var used = -1;
        var at = 0;
        do
        {
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (at == start) throw Wrong(text, at, at == text.Length ? "a number is missing" : $"a whole number is expected, not '{text[at]}'");
            if (at == text.Length) throw Wrong(text, at, "the unit is missing");
            var unit = Array.FindIndex(Units, known => known.Unit == text[at]);
            if (unit < 0) throw Wrong(text, at, $"'{text[at]}' is no unit (w, d, h, m, s)");
            if (unit <= used) throw Wrong(text, at, $"'{text[at]}' must stand before '{Units[used].Unit}', and once");
            used = unit;
            if (!int.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || Units[unit].Span * (double)number > Longest
                || (sum += Units[unit].Span * number) > Longest) throw Wrong(text, start, "it is longer than ten years");
            at++;
        }
        while (at < text.Length);
        return sum;
    }

    /// <summary>The written form of a span, in days and below; fractions of a second are left out. <see cref="Parse"/> reads it back.</summary>
    /// <param name="span">Not negative.</param>
    public static string Format(TimeSpan span)
    {
        var text = new StringBuilder();
        foreach (var (unit, size) in Units.AsSpan(1))
        {
            var number = (long)(span / size);
            if (number > 0) text.Append(CultureInfo.InvariantCulture, $"{number}{unit}");
            span -= size * number;
        }
        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static UserException Wrong(string text, int at, string what) =>
        new(ErrorKind.Input, string.Create(CultureInfo.InvariantCulture, $"{Quoted.Text(text)} is not a duration: {what}, at character {at + 1}"), Example);
}
