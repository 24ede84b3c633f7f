using System.Text;
using FsCheck.Fluent;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Patching;

namespace Meshlift.Tests.Git;

/// <summary>Every folder here lies in a checkout, whose repository must never play a part.</summary>
public sealed class GitApplyTests : IAsyncLifetime
{
    private const string Before = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\n";
    private TestRepository _repository = null!;

    public async Task InitializeAsync()
    {
        _repository = await TestRepository.CreateAsync();
        // What a user's configuration may hold, and what would change the result.
        foreach (var (key, value) in new[] { ("apply.whitespace", "fix"), ("apply.ignoreWhitespace", "change"), ("core.autocrlf", "true") })
            await _repository.GitAsync("config", "--global", key, value);
        Write("file.yaml", Before);
    }

    public Task DisposeAsync()
    {
        _repository.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_patch_that_fits_is_applied()
    {
        var applied = Assert.IsType<PatchOutcome.Applied>(await ApplyAsync(Change(2, "one", "two", "2  ", "three")));
        Assert.Equal((1, 0), (applied.Files.Length, applied.Offsets.Length));
        Assert.Equal(Before.Replace("two", "2  ", StringComparison.Ordinal), Read("file.yaml"));
        Assert.Equal("?? tmp/", await _repository.GitAsync("status", "--porcelain"));
    }

    [Fact]
    public async Task A_hunk_that_fits_further_down_is_applied_and_told()
    {
        Write("file.yaml", "more\nmore\n" + Before);
        var applied = Assert.IsType<PatchOutcome.Applied>(await ApplyAsync(Header + Hunk(3, "three", "four", "4", "five") + Hunk(7, "seven", "eight", "8", "nine")));
        Assert.Equal([new HunkOffset("file.yaml", 1, 4, 5, 2), new HunkOffset("file.yaml", 2, 9, 9, 2)], applied.Offsets.ToArray());
        Write("file.yaml", Before[4..]);
        applied = Assert.IsType<PatchOutcome.Applied>(await ApplyAsync(Header + Hunk(7, "seven", "eight", "8", "nine")));
        Assert.Equal(new HunkOffset("file.yaml", 1, 4, 6, -1), Assert.Single(applied.Offsets));
    }

    [Fact]
    public async Task A_failing_hunk_changes_nothing_and_is_told_with_what_stands_there_now()
    {
        var patch = Header + Hunk(1, "one", "two", "2", "three") + Hunk(5, "five", "seis", "6", "seven") + Hunk(10, "ten", "eleven", "11", "twelve");
        var failed = Assert.IsType<PatchOutcome.Failed>(await ApplyAsync(patch));
        var failure = Assert.Single(failed.Failures);
        Assert.Equal(("file.yaml", 2, 5, 9), (failure.Path, failure.Hunk, failure.ExpectedLine, failure.PatchLine));
        Assert.Equal(
            """
            my.patch:9: hunk 2 of file.yaml does not fit: the lines it expects at line 5 come closest at line 5:
              expected, from line 5:
                - five
                - seis
                - seven
              there now, from line 5:
                + five
                + six
                + seven
            """, failed.ToError("my.patch").Message);
        Assert.Equal(ErrorKind.Input, failed.ToError("my.patch").Kind);
        Assert.Equal(Before, Read("file.yaml"));
        Assert.Equal(["file.yaml"], Directory.GetFileSystemEntries(Folder).Select(path => Path.GetFileName(path)).ToArray());
    }

    [Fact]
    public async Task A_hunk_at_the_start_of_the_file_that_would_have_to_move_is_told()
    {
        Write("file.yaml", "more\nmore\n" + Before);
        var failed = Assert.IsType<PatchOutcome.Failed>(await ApplyAsync(Change(2, "one", "two", "2", "three")));
        Assert.Equal(
            "my.patch:4: hunk 1 of file.yaml does not fit: the lines it expects at line 1 stand at line 3, but with no context before (or after) its change it fits the start (or the end) of the file alone",
            Assert.Single(failed.Failures).Describe("my.patch"));
    }

    [Fact]
    public async Task All_failures_of_all_files_are_told()
    {
        Write("there.yaml", "a\n");
        Write("longer.yaml", "a\nb\n");
        var patch = Header + Hunk(1, "uno", "dos", "2", "tres") + Hunk(5, "five", "seis", "6", "seven")
            + "--- a/missing.yaml\n+++ b/missing.yaml\n@@ -1 +1 @@\n-a\n+b\n"
            + "--- /dev/null\n+++ b/there.yaml\n@@ -0,0 +1 @@\n+b\n"
            + "diff --git a/longer.yaml b/longer.yaml\ndeleted file mode 100644\n--- a/longer.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
        var failed = Assert.IsType<PatchOutcome.Failed>(await ApplyAsync(patch));
        Assert.Equal(
            [
                "my.patch:4: hunk 1 of file.yaml does not fit: the lines it expects at line 1 stand nowhere in the file",
                "my.patch:9: hunk 2 of file.yaml does not fit: the lines it expects at line 5 come closest at line 5:",
                "my.patch:14: missing.yaml: the file is not there",
                "my.patch:19: there.yaml: the file is there already",
                "my.patch:27: hunk 1 of longer.yaml does not fit: the lines it expects at line 1 stand at line 1, but with no context before (or after) its change it fits the start (or the end) of the file alone",
            ],
            failed.Failures.Select(failure => failure.Describe("my.patch").Split('\n')[0]).ToArray());
        Assert.Equal((Before, "a\n", "a\nb\n"), (Read("file.yaml"), Read("there.yaml"), Read("longer.yaml")));
    }

    [Fact]
    public async Task Files_are_made_deleted_and_renamed()
    {
        Write("old name.yaml", "a\n");
        Write("größe/gone.yaml", "a\n");
        var patch = """
            diff --git a/old name.yaml b/new/name.yaml
            similarity index 50%
            rename from old name.yaml
            rename to new/name.yaml
            --- a/old name.yaml
            +++ b/new/name.yaml
            @@ -1 +1 @@
            -a
            +b
            diff --git "a/gr\303\266\303\237e/gone.yaml" "b/gr\303\266\303\237e/gone.yaml"
            deleted file mode 100644
            --- "a/gr\303\266\303\237e/gone.yaml"
            +++ /dev/null
            @@ -1 +0,0 @@
            -a
            diff --git a/made.yaml b/made.yaml
            new file mode 100644
            --- /dev/null
            +++ b/made.yaml
            @@ -0,0 +1 @@
            +a
            \ No newline at end of file

            """;
        var applied = Assert.IsType<PatchOutcome.Applied>(await ApplyAsync(patch));
        Assert.Equal(["new/name.yaml", "größe/gone.yaml", "made.yaml"], applied.Files.ToArray());
        Assert.Equal(("b\n", "a"), (Read("new/name.yaml"), Read("made.yaml")));
        Assert.Equal(["file.yaml", "made.yaml", "name.yaml"], Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray());
    }

    [Fact]
    public async Task Whatever_patch_git_writes_turns_the_one_folder_into_the_other()
    {
        var line = Gen.Elements("a: 1", "b:", "  - c", "", " trailing ", "--- d", "+++ e", "@@ -1 +1 @@", "\\ x", "crlf\r", "größe");
        var text = line.ListOf().Select(lines => string.Join('\n', lines));
        var contents = Gen.Elements("one.yaml", "two words.yaml", "deep/größe.yaml", "deep/\"quoted\".yaml", "x/y/z.yaml")
            .Zip(text).ListOf(4).Select(files => files.GroupBy(file => file.Item1, StringComparer.Ordinal).ToDictionary(file => file.Key, file => file.First().Item2, StringComparer.Ordinal));
        foreach (var (number, (before, after)) in contents.Zip(contents).Sample(numberOfSamples: 30, seed: PropertyChecks.Seed, size: 25).Index())
        {
            var home = $"pairs/{number}";
            foreach (var (path, content) in before) _repository.Home.Write($"{home}/a/{path}", content);
            foreach (var (path, content) in after) _repository.Home.Write($"{home}/b/{path}", content);
            var trees = new List<string>();
            await _repository.GitAsync("init", "-q", "--bare", _repository.Home[home]);
            foreach (var side in new[] { "a", "b" })
            {
                string[] tree = ["-c", "core.autocrlf=false", "--git-dir", _repository.Home[home], "--work-tree", _repository.Home[$"{home}/{side}"]];
                await _repository.GitInAsync(_repository.Home[$"{home}/{side}"], [.. tree, "add", "--all"]);
                trees.Add(await _repository.GitInAsync(_repository.Home[$"{home}/{side}"], [.. tree, "write-tree"]));
            }
            var git = new ExternalProgram("git", "install git", TimeProvider.System);
            var patch = (await git.RunAsync(new ProgramCall(_repository.Home[home], ["diff", "-M30%", trees[0], trees[1]]), default)).Output;
            if (patch.IsEmpty) continue;

            Assert.IsType<PatchOutcome.Applied>(await Apply.ApplyAsync(_repository.Home[$"{home}/a"], "my.patch", patch, default));

            Assert.Equal(Contents(_repository.Home[$"{home}/b"]), Contents(_repository.Home[$"{home}/a"]));
        }
    }

    [Fact]
    public async Task A_patch_that_a_checkout_gave_carriage_returns_is_applied()
    {
        Assert.IsType<PatchOutcome.Applied>(await ApplyAsync(Change(2, "one", "two", "2", "three").Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.Equal(Before.Replace("two", "2", StringComparison.Ordinal), Read("file.yaml"));
    }

    [Fact]
    public async Task Carriage_returns_of_the_content_stay()
    {
        Write("file.yaml", Before.Replace("\n", "\r\n", StringComparison.Ordinal));
        var patch = Header + Hunk(1, "one\r", "two\r", "2\r", "three\r");
        Assert.IsType<PatchOutcome.Applied>(await ApplyAsync(patch));
        Assert.Equal(Before.Replace("two", "2", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal), Read("file.yaml"));
        Assert.IsType<PatchOutcome.Failed>(await ApplyAsync(Change(2, "one", "2", "two", "three")));
    }

    [Fact]
    public async Task Text_that_is_not_utf8_is_kept_byte_for_byte()
    {
        await File.WriteAllBytesAsync(Path.Combine(Folder, "latin.yaml"), Encoding.Latin1.GetBytes("größe\nb\n"));
        var patch = Encoding.Latin1.GetBytes("--- a/latin.yaml\n+++ b/latin.yaml\n@@ -1,2 +1,2 @@\n größe\n-b\n+ü\n");
        Assert.IsType<PatchOutcome.Applied>(await Apply.ApplyAsync(Folder, "my.patch", patch, default));
        Assert.Equal(Encoding.Latin1.GetBytes("größe\nü\n"), await File.ReadAllBytesAsync(Path.Combine(Folder, "latin.yaml")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage\n")]
    [InlineData("--- a/../../mesh.yaml\n+++ b/../../mesh.yaml\n@@ -1 +1 @@\n-one: 1\n+one: 2\n")]
    [InlineData("diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n\\ No newline at end of file\n")]
    public async Task A_patch_that_breaks_a_rule_changes_nothing(string patch)
    {
        var before = await _repository.SnapshotAsync();
        Assert.Equal(ErrorKind.Input, (await Assert.ThrowsAsync<UserException>(() => ApplyAsync(patch))).Kind);
        Assert.Equal(before, await _repository.SnapshotAsync());
    }

    [Fact]
    public async Task A_file_behind_a_link_is_not_written()
    {
        Directory.CreateSymbolicLink(Path.Combine(Folder, "link"), _repository.Folder);
        var failed = Assert.IsType<PatchOutcome.Failed>(await ApplyAsync("--- a/link/mesh.yaml\n+++ b/link/mesh.yaml\n@@ -1 +1 @@\n-one: 1\n+one: 2\n"));
        Assert.Equal("it lies behind a symbolic link", Assert.Single(failed.Failures).Reason);
    }

    [Fact]
    public async Task A_folder_that_is_the_top_of_a_repository_is_taken_as_a_folder()
    {
        var outcome = await Apply.ApplyAsync(_repository.Folder, "my.patch", Encoding.UTF8.GetBytes("--- a/mesh.yaml\n+++ b/mesh.yaml\n@@ -1 +1 @@\n-one: 1\n+one: 2\n"), default);
        Assert.IsType<PatchOutcome.Applied>(outcome);
        Assert.Equal("one: 2\n", await File.ReadAllTextAsync(Path.Combine(_repository.Folder, "mesh.yaml")));
    }

    private static string Contents(string folder) => string.Concat(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => $"[{Path.GetRelativePath(folder, path)}]{File.ReadAllText(path)}"));

    private const string Header = "diff --git a/file.yaml b/file.yaml\n--- a/file.yaml\n+++ b/file.yaml\n";

    private string Folder => Path.Combine(_repository.Folder, "tmp");

    private GitApply Apply => new(_repository.Program);

    private static string Hunk(int line, string above, string old, string now, string below) => $"@@ -{line},3 +{line},3 @@\n {above}\n-{old}\n+{now}\n {below}\n";

    private static string Change(int line, string above, string old, string now, string below) => Header + Hunk(line - 1, above, old, now, below);

    private Task<PatchOutcome> ApplyAsync(string patch) => Apply.ApplyAsync(Folder, "my.patch", Encoding.UTF8.GetBytes(patch), default);

    private void Write(string path, string text) => _repository.Write("tmp/" + path, text);

    private string Read(string path) => File.ReadAllText(Path.Combine(Folder, path));
}
