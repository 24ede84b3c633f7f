using FsCheck.Fluent;
using Meshlift.Core.Patching;

namespace Meshlift.Tests.Git;

public sealed class NearestLinesTests
{
    [Fact]
    public void The_place_with_most_of_the_lines_is_found_with_its_first_difference()
    {
        string[] file = ["a:", "  replicas: 1", "  x: 1", "b:", "  replicas: 2", "  selector: y", "  z: 1"];
        var place = NearestLines.Find(["b:", "  replicas: 1", "  selector: y"], file, 1)!;
        Assert.Equal((4, 1), (place.Line, place.FirstDifference));
        Assert.Equal(["b:", "  replicas: 2", "  selector: y"], place.Actual.ToArray());
    }

    [Fact]
    public void Of_equal_places_the_nearest_counts()
    {
        string[] file = [.. Enumerable.Range(0, 30).SelectMany(_ => (string[])["name: x", "other"])];
        Assert.Equal(31, NearestLines.Find(["name: x", "changed"], file, 31)!.Line);
        Assert.Equal(19, NearestLines.Find(["name: x", "changed"], file, 19)!.Line);
    }

    [Fact]
    public void Another_indentation_is_still_the_place()
    {
        var place = NearestLines.Find(["spec:", "  replicas: 1"], ["x", "  spec:", "    replicas: 1"], 1)!;
        Assert.Equal((2, 0), (place.Line, place.FirstDifference));
    }

    [Fact]
    public void Lines_missing_at_the_ends_of_the_file_do_not_hide_the_place()
    {
        var start = NearestLines.Find(["gone", "first", "second"], ["first", "second"], 1)!;
        Assert.Equal((1, 0, "first second"), (start.Line, start.FirstDifference, string.Join(' ', start.Actual)));
        var end = NearestLines.Find(["first", "second", "gone"], ["x", "first", "second"], 1)!;
        Assert.Equal((2, 2, "first second"), (end.Line, end.FirstDifference, string.Join(' ', end.Actual)));
    }

    [Fact]
    public void Nothing_alike_is_no_place()
    {
        Assert.Null(NearestLines.Find(["a", ""], ["b", "", "c"], 1));
        Assert.Null(NearestLines.Find([], ["b"], 1));
        Assert.Null(NearestLines.Find(["a"], [], 1));
    }

    [Fact]
    public void Lines_that_stand_somewhere_are_found_just_there() => Prop.ForAll(
        Gen.Choose(0, 5).Select(number => $"line {number}").ListOf(60).ToArbitrary(), Gen.Choose(0, 50).ToArbitrary(), Gen.Choose(1, 10).ToArbitrary(),
        (file, at, count) =>
        {
            var expected = file.Skip(at).Take(count).ToArray();
            var place = NearestLines.Find(expected, [.. file], at + 1)!;
            return place.Line == at + 1 && place.FirstDifference == expected.Length;
        }).Holds();

    [Fact]
    public void A_huge_hunk_in_a_huge_file_is_searched_near_its_place()
    {
        string[] file = [.. Enumerable.Range(0, 100_000).Select(number => $"line {number}")];
        var expected = file[50_000..60_000];
        expected[7] = "changed";
        Assert.Equal((50_501, 7), NearestLines.Find(expected, [.. Enumerable.Repeat("more", 500), .. file], 50_001) is { } place ? (place.Line, place.FirstDifference) : default);
    }
}
