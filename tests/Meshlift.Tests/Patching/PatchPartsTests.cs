using System.Text;
using Meshlift.Core.Patching;

namespace Meshlift.Tests.Patching;

/// <summary>What a hunk is, when git says only that it fits further away, or not at all.</summary>
public sealed class PatchPartsTests
{
    private const string Header = "--- a/generated/x.yaml\n+++ b/generated/x.yaml\n";
    private const string Patch = Header + "@@ -2,5 +2,5 @@\n a\n b\n-old\n+new\n c\n d\n";

    [Fact]
    public void A_hunk_whose_result_stands_there_is_not_needed()
    {
        var parts = Of(Patch, "a\nb\nnew\nc\nd\n");
        Assert.Equal(("hunk 1 of generated/x.yaml: what it makes stands at line 1 already", 3), (Assert.Single(parts.Present).Describe(), parts.Present[0].PatchLine));
        Assert.Empty(parts.Rest.Files);
    }

    [Fact]
    public void A_hunk_belongs_to_the_nearest_place_that_looks_like_its_own()
    {
        // Done at its own place: what fits further down is another container.
        var parts = Of(Patch, "x\na\nb\nnew\nc\nd\n" + Filler(20) + "a\nb\nold\nc\nd\n");
        Assert.Single(parts.Present);
        Assert.Empty(parts.Doubts);
        // It fits at its own place: what is done further down is another container.
        parts = Of(Patch, "x\na\nb\nold\nc\nd\n" + Filler(20) + "a\nb\nnew\nc\nd\n");
        Assert.Empty(parts.Present);
        Assert.Single(parts.Rest.Files);
        // Something else stands at its own place: git would take the other container.
        parts = Of(Patch, "x\na\nb\nchanged\nc\nd\n" + Filler(20) + "a\nb\nold\nc\nd\n");
        Assert.Equal(
            "my.patch:3: hunk 1 of generated/x.yaml does not fit: the lines it expects at line 2 come closest at line 2:\n  expected, from line 2:\n    - a\n    - b\n    - old\n    - c\n    - d\n  there now, from line 2:\n    + a\n    + b\n    + changed\n    + c\n    + d",
            Assert.Single(parts.Failures).Describe("my.patch"));
        Assert.Empty(parts.Rest.Files);
    }

    [Fact]
    public void A_place_that_had_to_be_guessed_is_told()
    {
        var parts = Of(Patch, Filler(3) + "a\nb\nold\nc\nd\n" + Filler(20) + "a\nb\nold\nc\nd\n" + "a\nb\nx\nc\nd\n");
        var doubt = Assert.Single(parts.Doubts);
        Assert.Equal(4, doubt.Line);
        Assert.Equal([29, 34], doubt.Others.ToArray());
        Assert.Single(parts.Rest.Files);
        // Where all places are done, it does not matter which one is meant.
        Assert.Empty(Of(Patch, Filler(3) + "a\nb\nnew\nc\nd\n" + "a\nb\nnew\nc\nd\n").Doubts);
        Assert.Equal([9], Assert.Single(Of(Patch, Filler(3) + "a\nb\nnew\nc\nd\n" + "a\nb\nold\nc\nd\n").Doubts).Others.ToArray());
    }

    [Fact]
    public void What_follows_a_hunk_that_is_not_needed_is_expected_as_much_further_down()
    {
        const string patch = Header + "@@ -1,4 +1,14 @@\n a\n b\n+1\n+2\n+3\n+4\n+5\n+6\n+7\n+8\n+9\n+10\n c\n d\n" + "@@ -21,5 +31,5 @@\n e\n f\n-old\n+new\n g\n h\n";
        var file = "a\nb\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\nc\nd\n" + Filler(7) + "e\nf\nother\ng\nh\n" + Filler(4) + "e\nf\nold\ng\nh\n";
        var parts = Of(patch, file);
        Assert.Equal(1, Assert.Single(parts.Present).Hunk);
        var left = Assert.Single(Assert.Single(parts.Rest.Files).Hunks);
        Assert.Equal((2, 21), (left.Number, left.OldStart));
        Assert.Empty(parts.Failures);
    }

    [Fact]
    public void A_file_that_is_gone_or_there_already_is_not_needed()
    {
        const string deletes = "--- a/generated/x.yaml\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a: 1\n-b: 2\n";
        Assert.Equal("generated/x.yaml: the file is gone already", Assert.Single(Of(deletes, null).Present).Describe());
        Assert.Single(Of(deletes, "a: 1\nb: 2\n").Rest.Files);
        Assert.Single(Of(deletes, "a: 1\nb: 3\n").Rest.Files);
        const string adds = "--- /dev/null\n+++ b/generated/x.yaml\n@@ -0,0 +1,4 @@\n+kind: A\n+apiVersion: v1\n+metadata:\n+  name: 'a'\n";
        Assert.Single(Of(adds, null).Rest.Files);
        Assert.Equal("generated/x.yaml: the file is there already, with this content", Assert.Single(Of(adds, "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n").Present).Describe());
        Assert.Equal("my.patch:1: generated/x.yaml: the file is there already, with other content from line 2 on", Assert.Single(Of(adds, "kind: A\nmetadata:\n  name: b\n").Failures).Describe("my.patch"));
    }

    [Fact]
    public void Of_a_file_that_comes_twice_git_alone_decides()
    {
        var parts = Of(Patch + Header + "@@ -4,1 +4,1 @@\n-new\n+newer\n", "x\na\nb\nnew\nc\nd\n");
        Assert.Equal((2, 0), (parts.Rest.Files.Length, parts.Present.Length));
    }

    private static string Filler(int lines) => string.Concat(Enumerable.Repeat("-\n", lines));

    private static PatchParts Of(string patch, string? file) =>
        PatchParts.Of(UnifiedDiff.Parse("my.patch", Encoding.UTF8.GetBytes(patch)), _ => file is null ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(file));
}
