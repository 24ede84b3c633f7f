using System.Collections.Immutable;

namespace Meshlift.Core.Patching;

/// <summary>The places of a file that look like the place of a hunk. Each is the line, from 1, where the hunk's first line stands.</summary>
/// <remarks>
/// Charts repeat themselves: the injector has the same environment variables in five templates, a CRD the same schema in three versions. A hunk that no longer
/// fits its own place may fit another one, and git takes the nearest that fits, however far away. Knowing all places that are alike is what lets one tell.
/// </remarks>
/// <param name="Before">Where what the hunk expects stands, so that it fits.</param>
/// <param name="After">Where what the hunk makes stands, so that it is not needed.</param>
/// <param name="Alike">Where the hunk's first and last lines of context stand with something else between them.</param>
public sealed record HunkPlaces(ImmutableArray<int> Before, ImmutableArray<int> After, ImmutableArray<int> Alike)
{
    // What upstream may have added between the lines of context for the place to be still the same.
    private const int MostInserted = 3;

    /// <summary>How many places there are.</summary>
    public int Count => Before.Length + After.Length + Alike.Length;

    /// <summary>Finds the places.</summary>
    /// <param name="hunk">The hunk.</param>
    /// <param name="file">All lines of the file, without the empty one after the last line break.</param>
    public static HunkPlaces Find(Hunk hunk, IReadOnlyList<string> file)
    {
        string[] before = [.. hunk.Expected];
        string[] after = [.. hunk.Lines.Where(line => line.Kind != HunkLineKind.Removed).Select(line => line.Text)];
        var lead = hunk.Lines.TakeWhile(IsContext).Count();
        var trail = lead == hunk.Lines.Length ? 0 : hunk.Lines.Reverse().TakeWhile(IsContext).Count();
        // Git takes a hunk without lines of context on one side for one that belongs to that end of the file (apply.c, find_pos).
        var endsFile = trail == 0;
        var (fits, done) = (ImmutableArray.CreateBuilder<int>(), ImmutableArray.CreateBuilder<int>());
        for (var start = 0; start < file.Count; start++)
        {
            if (Stands(before, hunk.OldStart, start)) fits.Add(start + 1);
            else if (Stands(after, hunk.NewStart, start)) done.Add(start + 1);
        }
        (int From, int To)[] taken = [.. fits.Select(line => (line, line + before.Length)), .. done.Select(line => (line, line + after.Length))];
        var alike = ImmutableArray.CreateBuilder<int>();
        for (var start = 0; lead + trail > 0 && start < file.Count; start++)
            if (LengthOfAlike(start) is { } length && !taken.Any(range => start + 1 < range.To && range.From < start + 1 + length))
                alike.Add(start + 1);
        return new HunkPlaces(fits.ToImmutable(), done.ToImmutable(), alike.ToImmutable());

        bool Stands(string[] lines, int first, int start) =>
            lines.Length > 0 && (first > 1 || start == 0) && (!endsFile || start + lines.Length == file.Count) && Matches(lines, 0, lines.Length, start);

        bool Matches(string[] lines, int from, int count, int start)
        {
            if (start + count > file.Count) return false;
            for (var i = 0; i < count; i++)
                if (lines[from + i] != file[start + i])
                    return false;
            return true;
        }

        int? LengthOfAlike(int start)
        {
            if ((hunk.OldStart <= 1 && start > 0) || (lead == 0 && hunk.OldStart > 1) || !Matches(before, 0, lead, start)) return null;
            var most = Math.Max(before.Length, after.Length) - lead - trail + MostInserted;
            for (var gap = 0; gap <= most; gap++)
                if (endsFile ? start + lead + gap == file.Count : Matches(before, before.Length - trail, trail, start + lead + gap))
                    return lead + gap + trail;
            return null;
        }
    }

    private static bool IsContext(HunkLine line) => line.Kind == HunkLineKind.Context;
}
