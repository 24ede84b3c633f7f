using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Core;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges.Web;

/// <summary>Does over an unreliable line what must not be done twice: it is looked for before each try.</summary>
internal static class Once
{
    private const int Tries = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Opens a pull request, or brings the one that is open up to date.</summary>
    public static async Task<PullRequest> OpenAsync(IForge forge, ForgeConnection connection, ForgeCall post, ChangeRequest wanted, Func<JsonElement, PullRequest> read, CancellationToken cancel)
    {
        var opened = await DoAsync(
            connection,
            async () =>
            {
                var there = await forge.FindAsync(wanted.Branch, cancel);
                there?.RequireNotRefused(connection.Place(post));
                return there is { State: ChangeState.Open } ? there : null;
            },
            () => connection.TryAsync(post, cancel),
            post, read, cancel);
        return await forge.UpdateAsync(opened, wanted, cancel);
    }

    /// <summary>Writes a comment, or corrects the one that is there.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="comments">Where the comments of the pull request are.</param>
    /// <param name="comment">Where a comment is, by its number.</param>
    /// <param name="correct">The method by which it is changed.</param>
    /// <param name="key">The key of the comment.</param>
    /// <param name="text">What it says.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task CommentAsync(
        ForgeConnection connection, string comments, Func<long, string> comment, HttpMethod correct, string key, string text, CancellationToken cancel)
    {
        var marked = CommentMarker.Mark(key, text);
        var body = new JsonObject { ["body"] = marked };
        var post = new ForgeCall(HttpMethod.Post, comments, "write a comment") { Body = body };
        var there = await DoAsync(
            connection,
            async () => (await connection.PagesAsync(comments + "?per_page=100&limit=50", "read the comments", ForgeComment.ReadList, cancel)).FirstOrDefault(one => CommentMarker.IsOf(key, one.Body)),
            () => connection.TryAsync(post, cancel),
            post, _ => new ForgeComment(0, marked), cancel);
        if (!CommentMarker.SaysTheSame(there.Body, marked)) await connection.DoAsync(new ForgeCall(correct, comment(there.Id), "edit a comment") { Body = (JsonObject)body.DeepClone() }, cancel);
    }

    /// <summary>Merges; where it is not known what became of it, looks.</summary>
    public static async Task MergeAsync(IForge forge, ForgeConnection connection, ForgeCall call, PullRequest request, CancellationToken cancel)
    {
        try
        {
            await connection.DoAsync(call with { IsRepeatable = false }, cancel);
        }
        catch (OutcomeUnknownException e)
        {
            if (await forge.FindAsync(Core.Commits.BranchName.Parse(request.Branch), cancel) is { State: ChangeState.Merged } merged && merged.Number == request.Number) return;
            throw e.Told;
        }
    }

    /// <summary>The commit that may be merged.</summary>
    /// <exception cref="UserException">The forge does not say which it is.</exception>
    public static string HeadOf(PullRequest request) => request.Head?.Value
        ?? throw new UserException(ErrorKind.Refused, $"pull request {request.Number}: the forge does not say which commit it holds, so it is not merged", "look whether its branch is still there");

    private static async Task<T> DoAsync<T>(
        ForgeConnection connection, Func<Task<T?>> look, Func<Task<ForgeReply>> write, ForgeCall call, Func<JsonElement, T> read, CancellationToken cancel)
        where T : class
    {
        if (await look() is { } before) return before;
        for (var tried = 1; ; tried++)
        {
            UserException failure;
            try
            {
                var reply = await write();
                if (reply.Answer.Code is >= 200 and < 300) return connection.Read(call, reply, read);
                failure = connection.Failure(call, reply.Answer);
                // "There is one already": somebody was faster.
                if (reply.Answer.Code is not (409 or 422)) throw failure;
                tried = Tries;
            }
            catch (OutcomeUnknownException e)
            {
                failure = e.Told;
                await Task.Delay(Pause, connection.Time, cancel);
            }
            if (await look() is { } there) return there;
            if (tried >= Tries) throw failure;
        }
    }
}
