using System.Text;
using FsCheck.Fluent;
using Meshlift.Core;
using Meshlift.Core.Patching;

namespace Meshlift.Tests.Git;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void A_patch_is_read_with_its_files_hunks_and_places()
    {
        var diff = Parse("""
            From 1234 Mon Sep 17 00:00:00 2001
            Subject: [PATCH] Two changes

            ---
             a.yaml | 2 +-
            diff --git a/a.yaml b/a.yaml
            index 1111111..2222222 100644
            --- a/a.yaml
            +++ b/a.yaml
            @@ -1,3 +1,4 @@ section
             one

            -three
            +3
            +4
            \ No newline at end of file
            @@ -10 +11 @@
            --- dashes
            +++ pluses
            -- 
            2.39.5

            """);
        var file = Assert.Single(diff.Files);
        Assert.Equal(("a.yaml", "a.yaml", "100644", "100644", false, 6), (file.OldPath, file.NewPath, file.OldMode, file.NewMode, file.Binary, file.PatchLine));
        Assert.Equal([(1, 1, 1, 10), (2, 10, 11, 17)], file.Hunks.Select(hunk => (hunk.Number, hunk.OldStart, hunk.NewStart, hunk.PatchLine)));
        HunkLine[] lines =
        [
            new(HunkLineKind.Context, "one"), new(HunkLineKind.Context, ""), new(HunkLineKind.Removed, "three"), new(HunkLineKind.Added, "3"),
            new(HunkLineKind.Added, "4", EndsFile: true),
        ];
        Assert.Equal(lines, file.Hunks[0].Lines.ToArray());
        Assert.Equal(["-- dashes"], file.Hunks[1].Expected.ToArray());
    }

    [Theory]
    [InlineData("diff --git a/old b/new\nsimilarity index 100%\nrename from old\nrename to new\n", "old", "new")]
    [InlineData("diff --git a/old b/new name\nsimilarity index 90%\nrename from old\nrename to new name\nindex 1..2 100644\n--- a/old\n+++ b/new name\t\n@@ -1 +1 @@\n-a\n+b\n", "old", "new name")]
    [InlineData("diff --git a/two words b/two words\nnew file mode 100644\nindex 0000000..e69de29\n", null, "two words")]
    [InlineData("diff --git a/two words b/two words\ndeleted file mode 100644\nindex e69de29..0000000\n", "two words", null)]
    [InlineData("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", "x", "x")]
    [InlineData("diff --git \"a/gr\\303\\266\\303\\237e\\t\\\"\" \"b/gr\\303\\266\\303\\237e\\t\\\"\"\nnew file mode 100644\n", null, "größe\t\"")]
    [InlineData("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n", null, "x")]
    [InlineData("--- a/x\t2024-01-01 00:00:00\n+++ /dev/null\t1970-01-01\n@@ -1 +0,0 @@\n-a\n", "x", null)]
    [InlineData("--- old/dir/x.orig\t2024-01-01\n+++ new/dir/x\t2024-01-01\n@@ -1 +1 @@\n-a\n+b\n", "dir/x", "dir/x")]
    public void Files_are_made_deleted_renamed_and_named(string patch, string? oldPath, string? newPath)
    {
        var file = Assert.Single(Parse(patch).Files);
        Assert.Equal((oldPath, newPath), (file.OldPath, file.NewPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing\nof a patch\n")]
    [InlineData("--- \n+++ \n")]
    [InlineData("--- a/x\n+++ b/x\n")]
    public void A_text_without_a_file_is_an_empty_patch(string patch)
    {
        Assert.Empty(Parse(patch).Files);
        Assert.StartsWith("my.patch holds no change", Assert.Throws<UserException>(() => PatchRules.Check("my.patch", Parse(patch))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x\n@@ -1 +1 @@\n-a\n+b\n", "my.patch:2: a hunk stands here without")]
    [InlineData("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n", "my.patch:5: the patch ends in the middle of the hunk of line 3")]
    [InlineData("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n*b\n", "my.patch:5: the hunk of line 3 announces @@ -1,2 +1,2 @@")]
    [InlineData("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n-b\n", "my.patch:5: the hunk of line 3 announces")]
    [InlineData("--- a/x\n+++ b/x\n@@ -1 +99999999999 @@\n-a\n", "my.patch:3: the number is too large")]
    [InlineData("diff --git a/x b/x\n--- a/x\n+++ b/x\nnone\n", "my.patch:4: a hunk, '@@")]
    [InlineData("diff --git a/x b/y\nold mode 100644\nnew mode 100755\n", "my.patch:1: the path of the file cannot be read")]
    [InlineData("--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n", "my.patch:1: 'x' has no leading folder")]
    [InlineData("--- a/\u00fe\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", "my.patch:1: the path cannot be read")]
    [InlineData("--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n", "my.patch:1: this file is there neither")]
    [InlineData("diff --cc x\n@@@ -1,1 -1,1 +1,1 @@@\n", "my.patch:2: this is a combined diff")]
    public void A_broken_patch_is_told_with_its_line(string patch, string message)
    {
        var error = Assert.Throws<UserException>(() => UnifiedDiff.Parse("my.patch", Encoding.Latin1.GetBytes(patch)));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_patch_is_refused() =>
        Assert.Throws<UserException>(() => UnifiedDiff.Parse("my.patch", new byte[UnifiedDiff.LargestPatch + 1]));

    [Fact]
    public void Garbage_never_crashes() => Prop.ForAll(
        Gen.Elements(
            "diff --git a/x b/x", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "@@ -1,3 +1,2 @@", " a", "-a", "+a", "\\ No newline at end of file", "", "\r", "rename from x", "rename to \"",
            "GIT binary patch", "Binary files a and b differ", "new file mode 100644", "index 1..2 1", "--- \"", "+++ ", "@@ -0,0 +0,0 @@", "\u0000").ListOf()
            .Select(lines => string.Join('\n', lines)).ToArbitrary(),
        text =>
        {
            try
            {
                PatchRules.Check("my.patch", Parse(text));
            }
            catch (UserException e)
            {
                return e.Kind == ErrorKind.Input;
            }
            return true;
        }).Holds();

    [Theory]
    [InlineData("a/../x", "leaves the folder")]
    [InlineData("a//etc/passwd", "is an absolute path")]
    [InlineData("a/C:/x", "is an absolute path")]
    [InlineData("a/.git/config", "reaches into Git's own files")]
    [InlineData("a/sub/.GIT/hooks/x", "reaches into Git's own files")]
    [InlineData("a/x/./y", "is not a plain path")]
    [InlineData("a/x/", "is not a plain path")]
    [InlineData("a/x\\y", "has a character")]
    public void A_path_that_is_not_of_the_folder_is_refused(string path, string why)
    {
        var error = Assert.Throws<UserException>(() => PatchRules.Check("my.patch", Parse($"--- /dev/null\n+++ {path}\n@@ -0,0 +1 @@\n+a\n")));
        Assert.Equal((ErrorKind.Input, true), (error.Kind, error.Message.Contains(why, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc\n", "'x' is a symbolic link")]
    [InlineData("diff --git a/x b/x\nindex 1111111..2222222 120000\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+/etc\n", "'x' is a symbolic link")]
    [InlineData("diff --git a/x b/x\nnew file mode 160000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+Subproject commit 1\n", "'x' is a submodule")]
    [InlineData("diff --git a/x b/x\nindex 1..2\nGIT binary patch\nliteral 1\nIcmZQz\n", "this change is binary")]
    [InlineData("diff --git a/x b/x\nindex 1..2\nBinary files a/x and b/x differ\n", "this change is binary")]
    [InlineData("Binary files x and y differ\n", "this change is binary")]
    [InlineData("diff --git a/x b/../y\nrename from x\nrename to ../y\n", "'../y' leaves the folder")]
    public void Links_and_binaries_are_refused(string patch, string why)
    {
        var error = Assert.Throws<UserException>(() => PatchRules.Check("my.patch", Parse(patch)));
        Assert.Equal((ErrorKind.Input, "my.patch:1: " + why), (error.Kind, error.Message));
    }

    [Fact]
    public void A_patch_that_a_checkout_gave_carriage_returns_reads_like_the_one_without()
    {
        var patch = "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n one\n\n-three\n+3\n";
        var (plain, returned) = (Parse(patch).Files[0].Hunks[0], Parse(patch.Replace("\n", "\r\n", StringComparison.Ordinal)).Files[0].Hunks[0]);
        Assert.Equal(plain.Lines.ToArray(), returned.Lines.ToArray());
        Assert.Equal("one\r", Parse("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\r\n+1\r\n").Files[0].Hunks[0].Expected[0]);
    }

    [Theory]
    [InlineData("a\r\nb\r\n", "a\nb\n")]
    [InlineData("a\r\nb", "a\nb")]
    [InlineData("a\r\nb\n", "a\r\nb\n")]
    [InlineData("a\r\n\r\r\n", "a\n\r\n")]
    [InlineData("a\rb", "a\rb")]
    public void Carriage_returns_go_when_every_line_has_one(string patch, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(UnifiedDiff.WithoutCheckoutLineBreaks(Encoding.UTF8.GetBytes(patch)).Span));

    private static UnifiedDiff Parse(string patch) => UnifiedDiff.Parse("my.patch", Encoding.UTF8.GetBytes(patch));
}
