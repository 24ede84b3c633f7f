using FsCheck;
using FsCheck.Fluent;
using Meshlift.Core.Commits;

namespace Meshlift.Tests.Git;

public sealed class CommitMessageTests
{
    [Fact]
    public void A_message_has_subject_body_and_trailers()
    {
        var message = CommitMessage.Create("Render Istio 1.30.3 for testing", "\r\nBeside 1-29-6,\r\nwhich stays.  \n\n", "render", "1.30.3", "1-30-3", "testing", "eu west");
        Assert.Equal(
            """
            Render Istio 1.30.3 for testing

            Beside 1-29-6,
            which stays.

            Meshlift-Version: 1.30.3
            Meshlift-Revision: 1-30-3
            Meshlift-Cluster: testing
            Meshlift-Cluster: eu west
            Meshlift-Step: render

            """, message.ToString());
        var read = CommitMessage.Parse(message.ToString());
        Assert.Equal(("1.30.3", "1-30-3", "render"), (read.Version, read.Revision, read.Step));
        Assert.Equal(["testing", "eu west"], read.Clusters.ToArray());
    }

    [Fact]
    public void A_long_summary_is_cut_in_the_subject_and_whole_in_the_body()
    {
        var summary = "Render Istio 1.30.3 for the clusters of the environments testing, preprod and production";
        var message = CommitMessage.Create(summary, "Why.", "render");
        Assert.Equal("Render Istio 1.30.3 for the clusters of the environments testing,…", message.Subject);
        Assert.Equal(summary + "\n\nWhy.", message.Body);
        Assert.Equal(71, CommitMessage.Create(new string('x', 71), "", "render").Subject.Length);
        Assert.Equal(new string('x', 70) + "…", CommitMessage.Create(new string('x', 72), "", "render").Subject);
    }

    [Theory]
    [InlineData("", "step")]
    [InlineData(" \n", "step")]
    [InlineData("summary", " ")]
    public void A_message_without_subject_or_step_is_a_mistake_of_the_caller(string summary, string step) =>
        Assert.Throws<ArgumentException>(() => CommitMessage.Create(summary, "", step));

    [Theory]
    [InlineData("")]
    [InlineData("Meshlift-Step: render")]
    [InlineData("Subject\nMeshlift-Step: render")]
    [InlineData("Subject\n\nMeshlift-Step: render\nand more")]
    [InlineData("Subject\n\nMeshlift-Step: render\n\nA last paragraph.")]
    [InlineData("Subject\n\nMeshlift-Step:")]
    [InlineData("Subject\n\n> Meshlift-Step: render")]
    public void A_message_that_only_speaks_of_a_step_is_not_Meshlifts(string text) => Assert.Null(CommitMessage.Parse(text).Step);

    [Theory]
    [InlineData("Subject\n\nmeshlift-step : render")]
    [InlineData("Subject\r\n\r\nMeshlift-Step: render\r\n")]
    [InlineData("Subject\n\nBody\n\nSome text\nof a person\nin three lines\nMeshlift-Step: render\nSigned-off-by: Ann <a@b>\n\n# comment\n")]
    [InlineData("Subject\n\nMeshlift-Step:\n  render\nOther: x")]
    public void A_message_with_the_trailer_is_Meshlifts(string text) => Assert.Equal("render", CommitMessage.Parse(text).Step);

    [Fact]
    public void What_is_written_is_read_back() => Prop.ForAll(
        Text.ToArbitrary(), Text.ToArbitrary(), Text.ToArbitrary(),
        (summary, body, value) =>
        {
            var message = CommitMessage.Create("s " + summary, body, "s" + value, "v" + value, null, "c" + value, "d");
            var read = CommitMessage.Parse(message.ToString());
            return read.ToString() == message.ToString() && read.Subject == message.Subject && read.Body == message.Body
                && read.Trailers.SequenceEqual(message.Trailers) && message.Subject.Length <= CommitMessage.LongestSubject;
        }).Holds();

    [Fact]
    public async Task Trailers_are_read_as_git_reads_them()
    {
        using var repository = await TestRepository.CreateEmptyAsync();
        var lines = Gen.Elements(
            "Key: value", "Meshlift-Step: render", "text", "", "  folded", "# comment", "Signed-off-by: Ann", "(cherry picked from commit 1)", "Key :v", "a b: c", ": x", "-: y", "K:",
            "\tx: y", " ", "https://x");
        var samples = lines.ListOf().Select(list => string.Join('\n', list)).Sample(numberOfSamples: 150, seed: PropertyChecks.Seed, size: 12).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var text in samples)
        {
            var path = repository.Write("message", text + "\n");
            var git = await repository.GitAsync("interpret-trailers", "--only-trailers", "--only-input", "--unfold", path);
            // Git keeps trailers without a value and the line of a cherry-pick, neither of which says anything to us.
            var expected = git.Split('\n').Where(line => line.Contains(':', StringComparison.Ordinal) && !line.EndsWith(':') && !line.TrimEnd().EndsWith(':'));
            Assert.Equal((text, string.Join('\n', expected)), (text, string.Join('\n', CommitMessage.Parse(text + "\n").Trailers)));
        }
    }

    private static Gen<string> Text => Gen.Elements(
        "word", " ", "\n", "\n\n", "Key: value\n", "# x\n", "---\n", "\t", "\r\n", "ä", "\U0001F980", "\u2028", "\u0000", "Signed-off-by: x\n", ":").ListOf().Select(string.Concat);
}
