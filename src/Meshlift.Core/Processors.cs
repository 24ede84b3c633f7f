namespace Meshlift.Core;

/// <summary>Work on values that all processors can share; the result never depends on how it was shared out.</summary>
internal static class Processors
{
    /// <summary>Does pieces of work that touch nothing in common, the largest first, so that no processor ends long after the others.</summary>
    /// <param name="count">How many pieces there are.</param>
    /// <param name="size">How large a piece is, in any unit.</param>
    /// <param name="work">Does a piece; must not throw.</param>
    public static void Share(int count, Func<int, long> size, Action<int> work)
    {
        var order = Enumerable.Range(0, count).ToArray();
        Array.Sort(Array.ConvertAll(order, piece => -size(piece)), order);
        Parallel.For(0, count, index => work(order[index]));
    }
}
