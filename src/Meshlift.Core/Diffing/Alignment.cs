using System.Collections.Immutable;

namespace Meshlift.Core.Diffing;

/// <summary>Which items of two sequences stay in their order.</summary>
internal static class Alignment
{
    // Beyond this many edits the rest counts as replaced: the work grows with the square, and nobody reads such a difference line by line.
    private const int MostEdits = 2000;

    /// <summary>The pairs of equal items of a longest common subsequence (Myers, "An O(ND) Difference Algorithm", 1986), in their order.</summary>
    /// <remarks>The other way round it gives the same pairs, turned round: of several longest ones, a fixed order of the two sequences decides.</remarks>
    public static List<(int Before, int After)> Of(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        if (Compare(before, after) <= 0) return Find(before, after);
        return [.. Find(after, before).Select(pair => (pair.After, pair.Before))];
    }

    /// <summary>An order of sequences.</summary>
    public static int Compare(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
            if (string.CompareOrdinal(a[i], b[i]) is var order and not 0)
                return order;
        return a.Count.CompareTo(b.Count);
    }

    private static List<(int Before, int After)> Find(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        var pairs = new List<(int, int)>();
        var start = 0;
        while (start < a.Count && start < b.Count && a[start] == b[start])
        {
            pairs.Add((start, start));
            start++;
        }
        var (endA, endB) = (a.Count, b.Count);
        while (endA > start && endB > start && a[endA - 1] == b[endB - 1]) (endA, endB) = (endA - 1, endB - 1);
        pairs.AddRange(Middle(a, start, endA, b, start, endB));
        for (var i = 0; i < a.Count - endA; i++) pairs.Add((endA + i, endB + i));
        return pairs;
    }

    private static List<(int, int)> Middle(IReadOnlyList<string> a, int fromA, int toA, IReadOnlyList<string> b, int fromB, int toB)
    {
        var (n, m) = (toA - fromA, toB - fromB);
        if (n == 0 || m == 0) return [];
        var most = Math.Min(n + m, MostEdits);
        var reach = new int[(2 * most) + 3];
        var trace = new List<int[]>();
        var middle = most + 1;
        for (var edits = 0; edits <= most; edits++)
        {
            trace.Add(reach[(middle - edits - 1)..(middle + edits + 2)]);
            for (var k = -edits; k <= edits; k += 2)
            {
                var x = k == -edits || (k != edits && reach[middle + k - 1] < reach[middle + k + 1]) ? reach[middle + k + 1] : reach[middle + k - 1] + 1;
                while (x < n && x - k < m && a[fromA + x] == b[fromB + x - k]) x++;
                reach[middle + k] = x;
                if (x >= n && x - k >= m) return Back(trace, n, m, fromA, fromB);
            }
        }
        return [];
    }

    private static List<(int, int)> Back(List<int[]> trace, int n, int m, int fromA, int fromB)
    {
        var pairs = new List<(int, int)>();
        var (x, y) = (n, m);
        for (var edits = trace.Count - 1; edits >= 0; edits--)
        {
            // Each snapshot holds the diagonals from -(edits + 1) to edits + 1.
            var reach = trace[edits];
            var k = x - y;
            var previous = edits == 0 ? 0 : k == -edits || (k != edits && reach[k + edits] < reach[k + edits + 2]) ? k + 1 : k - 1;
            var (oldX, oldY) = edits == 0 ? (0, 0) : (reach[previous + edits + 1], reach[previous + edits + 1] - previous);
            while (x > oldX && y > oldY) pairs.Add((fromA + --x, fromB + --y));
            (x, y) = (oldX, oldY);
        }
        pairs.Reverse();
        return pairs;
    }

    /// <summary>The pairs that moved: all but a longest run of pairs whose places rise on both sides.</summary>
    /// <param name="pairs">In the order of the first side.</param>
    public static ImmutableHashSet<(int Before, int After)> Moved(IReadOnlyList<(int Before, int After)> pairs)
    {
        // Patience sorting: tails[length - 1] is the pair with the smallest place after that ends a run of that length.
        var tails = new List<int>();
        var previous = new int[pairs.Count];
        for (var i = 0; i < pairs.Count; i++)
        {
            var (low, high) = (0, tails.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (pairs[tails[middle]].After < pairs[i].After) low = middle + 1;
                else high = middle;
            }
            previous[i] = low == 0 ? -1 : tails[low - 1];
            if (low == tails.Count) tails.Add(i);
            else tails[low] = i;
        }
        var moved = pairs.ToImmutableHashSet().ToBuilder();
        for (var at = tails.Count == 0 ? -1 : tails[^1]; at >= 0; at = previous[at]) moved.Remove(pairs[at]);
        return moved.ToImmutable();
    }
}
