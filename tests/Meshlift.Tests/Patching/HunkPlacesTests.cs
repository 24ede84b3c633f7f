using Meshlift.Core.Patching;

namespace Meshlift.Tests.Patching;

public sealed class HunkPlacesTests
{
    [Fact]
    public void The_places_where_it_fits_where_it_is_done_and_where_something_else_stands_are_told_apart()
    {
        var hunk = Hunk("@@ -4,7 +4,7 @@", " b", " c", " d", "-old", "+new", " f", " g", " h");
        string[] file = [.. Block("x", "old"), .. Block("y", "new"), .. Block("z", "other"), .. Block("z", "other", "lines"), .. Block("z")];
        var places = HunkPlaces.Find(hunk, file);
        Assert.Equal([2], places.Before.ToArray());
        Assert.Equal([10], places.After.ToArray());
        Assert.Equal([18, 26, 35], places.Alike.ToArray());

        static string[] Block(string name, params string[] between) => [name, "b", "c", "d", .. between, "f", "g", "h"];
    }

    [Fact]
    public void Much_between_the_lines_of_context_is_another_place()
    {
        var hunk = Hunk("@@ -4,7 +4,7 @@", " b", " c", " d", "-old", "+new", " f", " g", " h");
        Assert.Equal(1, HunkPlaces.Find(hunk, ["b", "c", "d", "1", "2", "3", "4", "f", "g", "h"]).Count);
        Assert.Equal(0, HunkPlaces.Find(hunk, ["b", "c", "d", "1", "2", "3", "4", "5", "f", "g", "h"]).Count);
    }

    [Fact]
    public void A_hunk_without_context_on_one_side_belongs_to_that_end_of_the_file()
    {
        var start = Hunk("@@ -1,3 +1,4 @@", "+new", " a", " b", " c");
        Assert.Equal(("1", ""), Lines(HunkPlaces.Find(start, ["a", "b", "c"])));
        Assert.Equal(("", "1"), Lines(HunkPlaces.Find(start, ["new", "a", "b", "c"])));
        Assert.Equal(("", ""), Lines(HunkPlaces.Find(start, ["x", "a", "b", "c"])));
        var end = Hunk("@@ -5,3 +5,4 @@", " a", " b", " c", "+new");
        Assert.Equal(("3", ""), Lines(HunkPlaces.Find(end, ["x", "x", "a", "b", "c"])));
        Assert.Equal(("", ""), Lines(HunkPlaces.Find(end, ["a", "b", "c", "x"])));
        Assert.Equal([1], HunkPlaces.Find(end, ["a", "b", "c", "x"]).Alike.ToArray());
    }

    [Fact]
    public void What_is_removed_is_done_where_its_context_touches()
    {
        var hunk = Hunk("@@ -4,5 +4,4 @@", " a", " b", "-gone", " c", " d");
        Assert.Equal(("3", "8"), Lines(HunkPlaces.Find(hunk, ["x", "x", "a", "b", "gone", "c", "d", "a", "b", "c", "d", "x"])));
    }

    private static (string Before, string After) Lines(HunkPlaces places) => (string.Join(',', places.Before), string.Join(',', places.After));

    private static Hunk Hunk(params string[] lines) =>
        UnifiedDiff.Parse("x.patch", System.Text.Encoding.UTF8.GetBytes("--- a/x\n+++ b/x\n" + string.Join('\n', lines) + "\n")).Files[0].Hunks[0];
}
