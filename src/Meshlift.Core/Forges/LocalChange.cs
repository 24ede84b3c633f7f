using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Core.Commits;

namespace Meshlift.Core.Forges;

/// <summary>What somebody said about one commit of a change.</summary>
/// <param name="Who">Who, or the name of a check.</param>
/// <param name="Word">What: <c>approved</c>, or the state of a check.</param>
/// <param name="Commit">About which commit. What was said does not hold for another one.</param>
public sealed record LocalVerdict(string Who, string Word, string Commit);

/// <summary>A pull request as the forge <c>local</c> keeps it: a file <c>change.json</c>, in the words of GitHub's API.</summary>
/// <param name="Request">The pull request.</param>
/// <param name="Comments">Its comments.</param>
/// <param name="Checks">The checks of its commits.</param>
/// <param name="Approvals">The reviews that said yes.</param>
public sealed record LocalChange(PullRequest Request, ImmutableArray<ForgeComment> Comments, ImmutableArray<LocalVerdict> Checks, ImmutableArray<LocalVerdict> Approvals)
{
    /// <summary>The file in which it is kept.</summary>
    public const string FileName = "change.json";

    /// <summary>Reads the file.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static LocalChange Read(ReadOnlyMemory<byte> content)
    {
        using var json = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = AnswerFields.LargestDepth });
        var root = json.RootElement;
        return new LocalChange(GitHubAnswers.PullRequest(root), root.Field("comments") is { } comments ? ForgeComment.ReadList(comments) : [], Verdicts("checks"), Verdicts("approvals"));

        ImmutableArray<LocalVerdict> Verdicts(string name) => root.Items(name, one => new LocalVerdict(one.Text("who"), one.Text("word"), one.Text("sha")));
    }

    /// <summary>The file.</summary>
    public byte[] Write() => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["number"] = Request.Number,
        ["state"] = Request.State == ChangeState.Open ? "open" : "closed",
        ["merged"] = Request.State == ChangeState.Merged,
        ["title"] = Request.Title,
        ["body"] = Request.Body,
        ["draft"] = Request.Draft,
        ["head"] = new JsonObject { ["ref"] = Request.Branch, ["sha"] = Request.Head?.Value },
        ["base"] = new JsonObject { ["ref"] = Request.Base },
        ["labels"] = List(Request.Labels, name => new JsonObject { ["name"] = name }),
        ["requested_reviewers"] = List(Request.Reviewers, name => new JsonObject { ["login"] = name }),
        ["requested_teams"] = List(Request.Teams, name => new JsonObject { ["slug"] = name }),
        ["comments"] = List(Comments, comment => new JsonObject { ["id"] = comment.Id, ["body"] = comment.Body }),
        ["checks"] = List(Checks, Verdict),
        ["approvals"] = List(Approvals, Verdict),
    }.ToJsonString());

    /// <summary>What somebody says about the last commit; it replaces what they said before.</summary>
    public static ImmutableArray<LocalVerdict> Said(ImmutableArray<LocalVerdict> before, LocalVerdict now) => [.. before.Where(one => one.Who != now.Who), now];

    /// <summary>With the comment of a key; edited where it is there.</summary>
    public LocalChange WithComment(string key, string text)
    {
        var marked = CommentMarker.Mark(key, text);
        return Comments.FirstOrDefault(comment => CommentMarker.IsOf(key, comment.Body)) is { } there
            ? this with { Comments = Comments.Replace(there, there with { Body = marked }) }
            : this with { Comments = Comments.Add(new ForgeComment(Comments.Length + 1, marked)) };
    }

    /// <summary>Why it may not be merged; null when it may.</summary>
    /// <param name="approvals">How many reviews must say yes to its last commit.</param>
    public string? Forbids(int approvals)
    {
        if (Request.State != ChangeState.Open) return "it is not open";
        if (Request.Draft) return "it is a draft";
        var checks = ChecksOf(Request.Head);
        if (!checks.All.IsEmpty && checks.Status != CheckStatus.Passed) return "a check of its last commit has not passed";
        var yes = Approvals.Count(one => one.Commit == Request.Head?.Value);
        return yes < approvals ? $"its last commit has {yes} of the {approvals} approving reviews that are required" : null;
    }

    /// <summary>The checks of a commit.</summary>
    public ChangeChecks ChecksOf(CommitId? commit) => new([.. Checks.Where(check => check.Commit == commit?.Value).Select(check => new Check(check.Who, ChangeChecks.Meaning(check.Word)))]);

    private static JsonObject Verdict(LocalVerdict one) => new() { ["who"] = one.Who, ["word"] = one.Word, ["sha"] = one.Commit };

    private static JsonArray List<T>(ImmutableArray<T> items, Func<T, JsonObject> write) => [.. items.Select(item => (JsonNode)write(item))];
}
