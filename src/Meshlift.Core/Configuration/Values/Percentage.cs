using System.Globalization;

namespace Meshlift.Core.Configuration;

/// <summary>A share or a growth in hundredths, such as <c>0.5%</c>.</summary>
/// <param name="Percent">The number before the sign; not negative. A growth may exceed 100.</param>
public readonly record struct Percentage(decimal Percent)
{
    /// <summary>A regular expression for the written form.</summary>
    internal const string Pattern = @"^[0-9]{1,9}(\.[0-9]{1,9})?%$";

    /// <summary>The same as a plain number: 0.5% is 0.005.</summary>
    public double Fraction => (double)(Percent / 100);

    /// <summary>Parses a percentage.</summary>
    /// <exception cref="UserException">The text is not a number that is not negative, followed by '%'.</exception>
    public static Percentage Parse(string text)
    {
        // At most 9 digits before and behind the point keep every later calculation exact.
        const int longest = 20;
        if (text.Length <= longest && text is [.. var number, '%'] && number.Length > 0 && number[0] != '.' && number[^1] != '.'
            && decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent < 1_000_000_000m && percent.Scale <= 9) return new Percentage(percent);
        throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a percentage", "write a number and '%', for example 0.5% or 20%");
    }

    /// <summary>The written form.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Percent}%");
}

/// <summary>A bound for what a query gives: a plain number in the query's own unit, or a percentage, which stands for its hundredth.</summary>
/// <param name="Value">The bound as the query's values are compared with it: 0.005 for <c>0.5%</c>.</param>
/// <param name="Text">The bound as it was written.</param>
public readonly record struct Limit(double Value, string Text)
{
    /// <summary>A regular expression for the written form.</summary>
    internal const string Pattern = @"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$|^[0-9]+(\.[0-9]+)?%$";

    /// <summary>Parses a bound.</summary>
    /// <exception cref="UserException">The text is neither a finite number nor a percentage.</exception>
    public static Limit Parse(string text)
    {
        if (text.EndsWith('%')) return new Limit(Percentage.Parse(text).Fraction, text);
        const NumberStyles number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (text is [not ('+' or '.'), ..] and [.., not '.'] && double.TryParse(text, number, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)) return new Limit(value, text);
        throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a limit", "write a number, or a percentage such as 0.5%");
    }

    /// <summary>The written form.</summary>
    public override string ToString() => Text;
}
