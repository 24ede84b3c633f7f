using System.Collections.Immutable;

namespace Meshlift.Core.Patching;

/// <summary>Where a hunk that does not fit would fit best.</summary>
/// <param name="Line">The line of the file, from 1, where the best place starts.</param>
/// <param name="Expected">The lines that the hunk expects there.</param>
/// <param name="Actual">The lines that stand there; fewer than expected at the ends of the file.</param>
/// <param name="FirstDifference">The first of the expected lines, counted from 0, that does not stand there; their number when all do.</param>
public sealed record NearestPlace(int Line, ImmutableArray<string> Expected, ImmutableArray<string> Actual, int FirstDifference);

/// <summary>Finds, for lines that are expected in a file, where they come closest.</summary>
public static class NearestLines
{
    // Comparisons of two lines: a hunk of 20 lines against a file of a million is still searched all over, in well under a second.
    private const int MostComparisons = 20_000_000;

    /// <summary>The place that has most of the expected lines, each weighed by its length; of equal ones the nearest to where they were expected.</summary>
    /// <param name="expected">The lines expected.</param>
    /// <param name="file">All lines of the file.</param>
    /// <param name="expectedLine">The line, from 1, where they were expected.</param>
    /// <returns>Null when not one of the lines stands anywhere (blank lines do not count), or when nothing is expected.</returns>
    public static NearestPlace? Find(IReadOnlyList<string> expected, IReadOnlyList<string> file, int expectedLine)
    {
        if (expected.Count == 0 || file.Count == 0) return null;
        var wanted = expected.Select(Key).ToArray();
        var weights = wanted.Select(key => Math.Min(key.Length, 40)).ToArray();
        var there = file.Select(Key).ToArray();
        var (from, to) = Range(wanted.Length, there.Length, expectedLine - 1);
        var (best, bestWeight) = (0, 0);
        for (var start = from; start < to; start++)
        {
            var weight = 0;
            for (var at = Math.Max(0, -start); at < wanted.Length && start + at < there.Length; at++)
                if (weights[at] > 0 && string.Equals(wanted[at], there[start + at])) weight += weights[at] + (expected[at] == file[start + at] ? 1 : 0);
            if (weight < bestWeight || (weight == bestWeight && Distance(start) >= Distance(best))) continue;
            (best, bestWeight) = (start, weight);
        }
        if (bestWeight == 0) return null;
        ImmutableArray<string> lines = [.. expected];
        ImmutableArray<string> actual = [.. file.Skip(best).Take(best < 0 ? lines.Length + best : lines.Length)];
        var same = best < 0 ? 0 : lines.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        return new NearestPlace(Math.Max(best, 0) + 1, lines, actual, same);

        int Distance(int start) => Math.Abs(start - (expectedLine - 1));
    }

    // Indentation is what changes most often between versions of a template; such a line is still the one that was meant.
    private static string Key(string line) => line.Trim();

    // Windows may hang over both ends of the file, since what is missing may be the first or the last line.
    private static (int From, int To) Range(int wanted, int there, int expected)
    {
        var (from, to) = (1 - wanted, there);
        var most = Math.Max(1, MostComparisons / wanted);
        if (to - from <= most) return (from, to);
        from = Math.Clamp(expected - (most / 2), from, to - most);
        return (from, from + most);
    }
}
