using Meshlift.Adapters.Processes;
using Meshlift.Core.Configuration;

namespace Meshlift.Tests.Configuration;

public sealed class PathGlobTests
{
    public static TheoryData<string, string> Globs => Vectors.Of("Configuration/path-globs.txt");

    [Theory, MemberData(nameof(Globs))]
    public void Patterns_of_paths_match_as_the_table_says(string pattern, string expected)
    {
        if (Vectors.IsError(expected, () => PathGlob.Parse(pattern))) return;
        var (yes, no) = Vectors.Two(expected, "yes", "no");
        Assert.All(yes, path => Assert.True(PathGlob.Matches([PathGlob.Parse(pattern)], path), path));
        Assert.All(no, path => Assert.False(PathGlob.Matches([PathGlob.Parse(pattern)], path), path));
    }

    [Fact]
    public async Task Git_ignores_what_the_table_says()
    {
        using var folder = new TempFolder();
        var git = new ExternalProgram("git", "install git", TimeProvider.System);
        await git.RunAsync(new ProgramCall(folder.Path, ["init", "-q"]), default);
        foreach (var row in Globs.Where(row => !((string)row[1]).StartsWith("error", StringComparison.Ordinal)))
        {
            folder.Write(".gitignore", $"{row[0]}\n");
            var (yes, no) = Vectors.Two((string)row[1], "yes", "no");
            var output = await git.RunAsync(new ProgramCall(folder.Path, ["check-ignore", "--no-index", "--", .. yes, .. no]), default);
            Assert.Equal(yes, output.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Theory]
    [InlineData("apps/x.yaml", true), InlineData("apps/new.yaml", false), InlineData("apps/a/new.yaml", true), InlineData("x.yaml", false)]
    public void What_stands_behind_an_exclamation_mark_is_taken_out_again(string path, bool expected) =>
        Assert.Equal(expected, PathGlob.Matches([PathGlob.Parse("apps/"), PathGlob.Parse("!apps/new.yaml")], path));
}
