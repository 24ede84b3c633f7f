using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Adapters.Git;
using Meshlift.Core.Patching;

namespace Meshlift.Tests.Patching;

/// <summary>Patches that are written, beside the real git.</summary>
public sealed class PatchWritingTests : IDisposable
{
    private static readonly GitProgram Git = new(TimeProvider.System);
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("diff --git a/x.yaml b/x.yaml\n--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1 @@\n a\n-b\n\\ No newline at end of file\n")]
    [InlineData("diff --git a/x.yaml b/x.yaml\nnew file mode 100644\n--- /dev/null\n+++ b/x.yaml\n@@ -0,0 +1,2 @@\n+a\n+b\r\n")]
    [InlineData("diff --git a/x.yaml b/x.yaml\ndeleted file mode 100644\n--- a/x.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n")]
    [InlineData("diff --git a/x.yaml b/y.yaml\nrename from x.yaml\nrename to y.yaml\n--- a/x.yaml\n+++ b/y.yaml\n@@ -1 +1 @@\n-a\n+b\n")]
    [InlineData("diff --git a/x.yaml b/x.yaml\nold mode 100644\nnew mode 100755\n")]
    [InlineData("diff --git a/two words.yaml b/two words.yaml\n--- a/two words.yaml\t\n+++ b/two words.yaml\t\n@@ -1 +1 @@\n-a\n+b\n")]
    [InlineData("diff --git \"a/gr\\303\\266\\\"e.yaml\" \"b/gr\\303\\266\\\"e.yaml\"\n--- \"a/gr\\303\\266\\\"e.yaml\"\n+++ \"b/gr\\303\\266\\\"e.yaml\"\n@@ -1 +1 @@\n-a\n+b\n")]
    public void A_patch_is_written_as_git_writes_it(string text) =>
        Assert.Equal(text, Encoding.UTF8.GetString(UnifiedDiff.Parse("x.patch", Encoding.UTF8.GetBytes(text)).ToBytes().Span));

    [Fact]
    public async Task What_git_finds_different_is_what_git_applies()
    {
        foreach (var (number, (before, after)) in Texts().Zip(Texts()).Sample(numberOfSamples: 12, seed: PropertyChecks.Seed, size: 30).Index())
        {
            var hunks = await new GitDiff(Git).HunksAsync(before, after, 3, default);
            if (hunks.IsEmpty) continue;
            var patch = new UnifiedDiff([new FileDiff("generated/x.yaml", "generated/x.yaml", null, null, false, hunks, 0)]).ToBytes();
            File.WriteAllBytes(Prepare(number), before);
            Assert.IsType<PatchOutcome.Applied>(await new GitApply(Git).ApplyAsync(_folder[$"{number}"], "x.patch", patch, default));
            Assert.Equal(after, File.ReadAllBytes(_folder[$"{number}/generated/x.yaml"]));
        }
    }

    /// <summary>The classes rest on it: a hunk that git applies fits where we see that it fits, and the nearest such place is the one that git takes.</summary>
    [Fact]
    public async Task Git_applies_a_hunk_to_the_nearest_place_where_it_is_seen_to_fit()
    {
        var (applied, moved, failed) = (0, 0, 0);
        foreach (var (number, (before, after, now)) in Versions().Sample(numberOfSamples: 60, seed: PropertyChecks.Seed, size: 30).Index())
        {
            var hunks = await new GitDiff(Git).HunksAsync(before, after, 1, default);
            if (hunks.IsEmpty) continue;
            // One hunk alone: each one that applies moves the next.
            var hunk = hunks[^1] with { NewStart = hunks[^1].OldStart };
            var diff = new UnifiedDiff([new FileDiff("generated/x.yaml", "generated/x.yaml", null, null, false, [hunk], 0)]);
            File.WriteAllBytes(Prepare(number), now);
            var places = HunkPlaces.Find(hunk, PatchParts.Lines(now));
            switch (await new GitApply(Git).ApplyAsync(_folder[$"{number}"], "x.patch", diff, default))
            {
                case PatchOutcome.Applied { Offsets: [var offset] }:
                    moved++;
                    Assert.Contains(offset.Line, places.Before);
                    Assert.Equal(places.Before.Min(line => Math.Abs(line - hunk.OldStart)), Math.Abs(offset.Offset));
                    break;
                case PatchOutcome.Applied:
                    applied++;
                    Assert.Contains(hunk.OldStart, places.Before);
                    break;
                default:
                    failed++;
                    Assert.Empty(places.Before);
                    break;
            }
        }
        Assert.True(applied > 0 && moved > 0 && failed > 0, $"{applied} {moved} {failed}");
    }

    public void Dispose() => _folder.Dispose();

    private string Prepare(int number)
    {
        Directory.CreateDirectory(_folder[$"{number}/generated"]);
        return _folder[$"{number}/generated/x.yaml"];
    }

    // Few different lines, so that there is much that looks alike.
    private static Gen<string[]> Lines() => Gen.Elements("a", "b", "c", "- d").NonEmptyListOf().Select(lines => lines.ToArray());

    private static Gen<byte[]> Texts() => Lines().Select(Bytes);

    /// <summary>A text, the same with one line changed, and what became of the text in another version.</summary>
    private static Gen<(byte[] Before, byte[] After, byte[] Now)> Versions() =>
        from before in Lines()
        from at in Gen.Choose(0, before.Length - 1)
        from line in Gen.Elements("a", "new")
        from other in Lines()
        from now in Gen.Elements<string[]>(before, [.. other, .. before], [.. before, .. before], [.. before.Skip(1)], [.. before, .. other, .. before], other)
        select (Bytes(before), Bytes([.. before[..at], line, .. before[(at + 1)..]]), Bytes(now));

    private static byte[] Bytes(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
}
