using System.Globalization;

namespace Meshlift.Core.Findings;

/// <summary>Numbers with their nouns, as a person writes them.</summary>
public static class Counted
{
    /// <summary><c>1 file</c>, <c>2 files</c>.</summary>
    public static string Of(int count, string noun) => Of(count, noun, noun + "s");

    /// <summary><c>1 resource stands by</c>, <c>2 resources stand by</c>.</summary>
    /// <param name="count">The number.</param>
    /// <param name="one">What follows it when it is 1.</param>
    /// <param name="many">What follows any other.</param>
    public static string Of(int count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
