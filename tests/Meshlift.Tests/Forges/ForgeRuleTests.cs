using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Core.Commits;
using Meshlift.Core.Forges;

namespace Meshlift.Tests.Forges;

/// <summary>Decisions about pull requests, without any forge.</summary>
public sealed class ForgeRuleTests
{
    private static readonly Gen<string> Text = Gen.Elements("a", "b", " ", "\n", "\r\n", "\t", "é", "-->").ListOf().Select(parts => string.Concat(parts));

    private static readonly Gen<string> Json = Gen.Elements("{", "}", "[", "]", ":", ",", "\"number\"", "\"state\"", "\"head\"", "\"message\"", "\"x\"", "7", "1e99", "null", "true", "\"\\ud800\"").ListOf().Select(parts => string.Concat(parts));

    [Fact]
    public void What_was_corrected_differs_no_more() => Prop.ForAll((from a in Text from b in Text from c in Text from d in Text select (A: a, B: b, C: c, D: d)).ToArbitrary(), texts =>
    {
        var there = new PullRequest(1, null, ChangeState.Open, "b", "main", null, texts.A, texts.B) { Labels = ["a"] };
        var wanted = new ChangeRequest(BranchName.Parse("b"), BranchName.Parse("trunk"), texts.C, texts.D) { Labels = ["A", "c"] };
        var update = ChangeUpdate.Between(there, wanted);
        var after = there with { Title = update.Title ?? there.Title, Body = (update.Body ?? there.Body).ReplaceLineEndings("\r\n"), Base = update.Base ?? there.Base, Labels = there.Labels.AddRange(update.Labels) };
        return ChangeUpdate.Between(after, wanted).IsEmpty && update.Labels.SequenceEqual(["c"]);
    }).Holds();

    [Fact]
    public void A_local_change_is_read_back_as_it_was_written() => Prop.ForAll((from a in Text from b in Text select (A: a, B: b)).ToArbitrary(), texts =>
    {
        var request = new PullRequest(3, null, ChangeState.Refused, "b", "main", CommitId.Parse(new string('a', 40)), texts.A, texts.B) { Labels = ["l"], Reviewers = ["jane"], Teams = ["shops"] };
        var written = new LocalChange(request, [], [new LocalVerdict("build", "success", "x")], []).WithComment("k", texts.B).Write();
        return LocalChange.Read(written).Write().AsSpan().SequenceEqual(written);
    }).Holds();

    [Fact]
    public void Whatever_an_answer_holds_it_is_read_or_told_to_be_none() => Prop.ForAll(Json.ToArbitrary(), text =>
    {
        _ = ForgeMessage.Of(Encoding.UTF8.GetBytes(text), "secret");
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return true;
        }
        using (json)
        {
            foreach (var read in (Action<JsonElement>[])[one => GitHubAnswers.PullRequest(one), one => GitLabAnswers.MergeRequest(one), one => GitHubAnswers.CheckRuns(one), one => GitLabAnswers.Statuses(one), one => ForgeComment.ReadList(one)])
            {
                try
                {
                    read(json.RootElement);
                }
                catch (Exception e) when (e is JsonException or InvalidOperationException)
                {
                    // Half of a surrogate pair is the latter; both are told alike.
                }
            }
        }
        return true;
    }).Holds(tests: 2000, size: 12);

    [Fact]
    public void A_token_that_a_forge_repeats_is_not_shown_wherever_the_text_is_cut()
    {
        for (var before = 470; before < 510; before++)
            Assert.DoesNotContain("s3cr3t", ForgeMessage.Of(Encoding.UTF8.GetBytes($$"""{"message":"{{new string('x', before)}}s3cr3t-token"}"""), "s3cr3t-token"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_comment_is_of_one_key_only()
    {
        Assert.True(CommentMarker.IsOf("deadline", CommentMarker.Mark("deadline", "text")));
        Assert.False(CommentMarker.IsOf("dead", CommentMarker.Mark("deadline", "text")));
        Assert.False(CommentMarker.IsOf("deadline", "> " + CommentMarker.Mark("deadline", "text")));
        Assert.Throws<ArgumentException>(() => CommentMarker.Mark("a-->", "text"));
    }
}
