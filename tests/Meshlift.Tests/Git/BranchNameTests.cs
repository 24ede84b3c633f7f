using FsCheck;
using FsCheck.Fluent;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Tests.Git;

public sealed class BranchNameTests
{
    private static readonly Gen<string> Text = Gen.Elements(
        "a", "Z", "0", "-", ".", "..", "/", "@", "{", "~", "^", ":", "?", "*", "[", "\\", " ", "\t", "\u007f", ".lock", "HEAD", "ä", "\U0001F980", "_", "\n").ListOf().Select(string.Concat);

    [Theory]
    [InlineData("meshlift/render/1-30-3/testing", "render", "1-30-3", "testing")]
    [InlineData("meshlift/render/1.30.3/eu_west", "render", "1.30.3", "eu_west")]
    [InlineData("meshlift/migrate/team-a-e18d322f", "migrate", "Team A")]
    [InlineData("meshlift/migrate/team-a", "migrate", "team-a")]
    [InlineData("meshlift/x/a.lock-e018dd87", "x", "a.lock")]
    [InlineData("meshlift/x/e3b0c442", "x", "")]
    public void A_step_has_a_branch(string expected, params string[] parts) => Assert.Equal(expected, BranchName.For(parts).Value);

    [Fact]
    public void A_step_without_parts_is_a_mistake_of_the_caller() => Assert.Throws<ArgumentException>(() => BranchName.For());

    [Fact]
    public void Long_parts_are_cut_and_stay_apart()
    {
        var (one, other) = (BranchName.For(new string('a', 300)).Value, BranchName.For(new string('a', 301)).Value);
        Assert.True(one.Length < 100);
        Assert.NotEqual(one, other, StringComparer.Ordinal);
    }

    [Fact]
    public void Different_steps_have_different_branches_even_where_case_is_ignored() => Prop.ForAll(
        Text.NonEmptyListOf().ToArbitrary(), Text.NonEmptyListOf().ToArbitrary(),
        (one, other) => one.SequenceEqual(other, StringComparer.Ordinal) == BranchName.For([.. one]).Value.Equals(BranchName.For([.. other]).Value, StringComparison.OrdinalIgnoreCase))
        .Holds();

    [Fact]
    public async Task Git_takes_every_branch_of_a_step()
    {
        foreach (var parts in Text.NonEmptyListOf().Sample(numberOfSamples: 100, seed: PropertyChecks.Seed, size: 8))
            Assert.True(await GitTakesAsync(BranchName.For([.. parts]).Value), string.Join(" | ", parts));
    }

    [Fact]
    public async Task A_name_is_taken_just_when_git_takes_it()
    {
        string[] some = ["main", "a/b", "HEAD", "a.lock", "a.lock/b", "@", "-a", "a/-b", "a/", "/a", "a//b", "a@{b", "a.", ".a", "a/.b", "ä", "a b", "feature/@x", "a.b"];
        foreach (var text in some.Concat(Text.Sample(numberOfSamples: 150, seed: PropertyChecks.Seed, size: 6)).Distinct(StringComparer.Ordinal))
            Assert.Equal((text, await GitTakesAsync(text)), (text, Takes(text)));
    }

    private static bool Takes(string text)
    {
        try
        {
            return BranchName.Parse(text).Value == text;
        }
        catch (UserException)
        {
            return false;
        }
    }

    private static async Task<bool> GitTakesAsync(string text)
    {
        var git = new ExternalProgram("git", "install git", TimeProvider.System);
        var output = await git.RunAsync(new ProgramCall(Path.GetTempPath(), ["check-ref-format", "--branch", text]), default);
        return output.ExitCode == 0 && output.OutputText.TrimEnd('\n') == text;
    }
}
