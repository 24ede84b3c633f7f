using System.Collections.Immutable;

namespace Meshlift.Core.Configuration;

/// <summary>Finds what a person meant to write.</summary>
public static class Spelling
{
    /// <summary>The known words closest to one that is not known.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="known">What could have been written.</param>
    /// <returns>The closest words, several when they are equally close; null when none is so close that it can have been meant.</returns>
    public static ImmutableArray<string>? Suggest(string word, IEnumerable<string> known)
    {
        var bound = Math.Max(1, word.Length / 3);
        var near = known
            .Where(name => Math.Abs(name.Length - word.Length) <= bound)
            .Select(name => (Name: name, Distance: Distance(word.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= bound && candidate.Distance < Math.Max(word.Length, candidate.Name.Length))
            .ToList();
        if (near.Count == 0) return null;
        var least = near.Min(candidate => candidate.Distance);
        return [.. near.Where(candidate => candidate.Distance == least).Select(candidate => candidate.Name)];
    }

    /// <summary>"did you mean 'a' or 'b'?", or all that is known when nothing is close.</summary>
    internal static string Hint(string word, IReadOnlyCollection<string> known) => Suggest(word, known) is { } near
        ? $"did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?"
        : $"known: {string.Join(", ", known)}";

    /// <summary>How many letters must be added, removed, replaced or swapped with their neighbour ("optimal string alignment").</summary>
    private static int Distance(string from, string to)
    {
        var beforeLast = new int[to.Length + 1];
        var last = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var row = new int[to.Length + 1];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var cost = from[i - 1] == to[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last) = (last, row);
        }
        return last[to.Length];
    }
}
