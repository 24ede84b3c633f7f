using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges;

/// <summary>Reads and writes the references of <see cref="LocalForge"/>. Every write says what was there before, and fails when that is no longer so.</summary>
internal sealed class LocalChanges(GitProgram git, string folder)
{
    private const string Prefix = "refs/meshlift/changes/";

    private static readonly ImmutableDictionary<string, string> Identity = ImmutableDictionary<string, string>.Empty
        .Add("GIT_AUTHOR_NAME", "Meshlift").Add("GIT_AUTHOR_EMAIL", "meshlift@localhost").Add("GIT_COMMITTER_NAME", "Meshlift").Add("GIT_COMMITTER_EMAIL", "meshlift@localhost");

    /// <summary>The repository.</summary>
    public string Folder => folder;

    /// <summary>All changes with the commits that they are read from, by their numbers.</summary>
    public async Task<ImmutableArray<(LocalChange Change, CommitId At)>> AllAsync(CancellationToken cancel) => await ReadAsync(Prefix + "*/meta", cancel);

    /// <summary>One change.</summary>
    /// <exception cref="UserException">There is none of this number.</exception>
    public async Task<(LocalChange Change, CommitId At)> OneAsync(long number, CancellationToken cancel) => await ReadAsync(Reference(number, "meta"), cancel) is [var one]
        ? one
        : throw new UserException(ErrorKind.Environment, $"{folder} has no pull request {number.ToString(CultureInfo.InvariantCulture)}", "see 'git for-each-ref refs/meshlift'");

    /// <summary>Writes a change.</summary>
    /// <returns>False when somebody was faster.</returns>
    public async Task<bool> WriteAsync(LocalChange change, CommitId? before, string what, CancellationToken cancel)
    {
        var blob = await InputAsync(change.Write(), cancel, "hash-object", "-w", "--stdin");
        var tree = await InputAsync(Encoding.UTF8.GetBytes($"100644 blob {blob}\t{LocalChange.FileName}\n"), cancel, "mktree");
        var commit = await CommitAsync(tree, before is null ? [] : [before], $"Pull request {change.Request.Number.ToString(CultureInfo.InvariantCulture)}: {what}\n", cancel);
        var lines = new StringBuilder().Append(CultureInfo.InvariantCulture, $"update {Reference(change.Request.Number, "meta")} {commit} {before?.Value ?? new string('0', commit.Value.Length)}\n");
        if (change.Request.Head is { } head) lines.Append(CultureInfo.InvariantCulture, $"update {Reference(change.Request.Number, "head")} {head}\n");
        // Both references, or none.
        return (await git.TryAsync(new GitCall(folder, "update-ref", "--stdin") { Input = Encoding.UTF8.GetBytes(lines.ToString()), Variables = Identity }, cancel)).ExitCode == 0
            || (await TipOfAsync(Reference(change.Request.Number, "meta"), cancel) == before ? throw Unwritable() : false);
    }

    /// <summary>The tip of a branch; null when there is none.</summary>
    public Task<CommitId?> TipAsync(string branch, CancellationToken cancel) => TipOfAsync("refs/heads/" + branch, cancel);

    /// <summary>Whether a commit has another one among its ancestors.</summary>
    public async Task<bool> HoldsAsync(CommitId commit, CommitId other, CancellationToken cancel) =>
        (await git.TryAsync(new GitCall(folder, "merge-base", "--is-ancestor", other.Value, commit.Value), cancel)).ExitCode == 0;

    /// <summary>The files of two commits together; null when they conflict.</summary>
    public async Task<string?> MergedTreeAsync(CommitId target, CommitId head, CancellationToken cancel)
    {
        // Without this, git before 2.38 could not merge at all here.
        if (await HoldsAsync(head, target, cancel)) return await RunAsync(cancel, "rev-parse", head + "^{tree}");
        var merged = await git.TryAsync(new GitCall(folder, "merge-tree", "--write-tree", "--no-messages", target.Value, head.Value), cancel);
        return merged.ExitCode switch
        {
            0 => merged.OutputText.TrimEnd('\n'),
            1 => null,
            _ => throw merged.Failure("install git 2.38 or newer, or merge the branch by hand"),
        };
    }

    /// <summary>Puts a commit on a branch.</summary>
    /// <returns>False when the branch has moved meanwhile.</returns>
    public async Task<bool> AdvanceAsync(string branch, CommitId from, string tree, ImmutableArray<CommitId> parents, string message, CancellationToken cancel)
    {
        var commit = await CommitAsync(tree, parents, message, cancel);
        var moved = await git.TryAsync(new GitCall(folder, "update-ref", "-m", "meshlift: merge", "refs/heads/" + branch, commit.Value, from.Value) { Variables = Identity }, cancel);
        return moved.ExitCode == 0 || (await TipAsync(branch, cancel) == from ? throw Unwritable() : false);
    }

    /// <summary>How many reviews must say yes before a merge.</summary>
    public async Task<int> ApprovalsAsync(CancellationToken cancel)
    {
        var found = await git.TryAsync(new GitCall(folder, "config", "--type=int", "--get", "meshlift.approvals"), cancel);
        return found.ExitCode switch
        {
            0 => int.Parse(found.OutputText, CultureInfo.InvariantCulture),
            1 => 0,
            _ => throw found.Failure("set meshlift.approvals to a number"),
        };
    }

    /// <summary>Runs git in the repository.</summary>
    public Task<string> RunAsync(CancellationToken cancel, params ImmutableArray<string> arguments) => git.RunAsync(new GitCall(folder, arguments), cancel);

    private async Task<ImmutableArray<(LocalChange Change, CommitId At)>> ReadAsync(string pattern, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) throw new UserException(ErrorKind.Environment, $"{folder} is no folder", "correct 'url' of the repository");
        var commits = (await RunAsync(cancel, "for-each-ref", "--format=%(objectname)", pattern)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(CommitId.Parse).ToList();
        if (commits.Count == 0) return [];
        var wanted = Encoding.UTF8.GetBytes(string.Concat(commits.Select(commit => $"{commit}:{LocalChange.FileName}\n")));
        var output = (await git.TryAsync(new GitCall(folder, "cat-file", "--batch") { Input = wanted }, cancel)).Output;
        var all = ImmutableArray.CreateBuilder<(LocalChange Change, CommitId At)>();
        foreach (var commit in commits)
        {
            var end = output.Span.IndexOf((byte)'\n');
            var head = end < 0 ? [] : Encoding.UTF8.GetString(output.Span[..end]).Split(' ');
            try
            {
                var size = head is [_, "blob", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : throw new JsonException("the file is missing");
                all.Add((LocalChange.Read(output.Slice(end + 1, size)), commit));
                output = output[(end + size + 2)..];
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new UserException(ErrorKind.Environment, $"{folder}: the pull request in commit {commit.Short} cannot be read: {e.Message}", "see 'git for-each-ref refs/meshlift'; the reference of that commit is damaged", e);
            }
        }
        return [.. all.OrderBy(one => one.Change.Request.Number)];
    }

    private async Task<CommitId?> TipOfAsync(string reference, CancellationToken cancel)
    {
        var found = await git.TryAsync(new GitCall(folder, "rev-parse", "--verify", "--quiet", reference + "^{commit}"), cancel);
        return found.ExitCode == 0 ? CommitId.Parse(found.OutputText.TrimEnd('\n')) : null;
    }

    private async Task<CommitId> CommitAsync(string tree, ImmutableArray<CommitId> parents, string message, CancellationToken cancel) => CommitId.Parse(await git.RunAsync(
        new GitCall(folder, ["commit-tree", "--no-gpg-sign", .. parents.SelectMany(parent => (string[])["-p", parent.Value]), "-F", "-", tree])
        {
            Settings = GitChange.ExactContent,
            Input = Encoding.UTF8.GetBytes(message),
            Variables = Identity.WithDate(git.Time),
        },
        cancel));

    private Task<string> InputAsync(byte[] input, CancellationToken cancel, params ImmutableArray<string> arguments) => git.RunAsync(new GitCall(folder, arguments) { Input = input }, cancel);

    private UserException Unwritable() => new(ErrorKind.Environment, $"{folder}: a reference cannot be written", "make the repository writable for this user, and see whether the disk is full");

    private static string Reference(long number, string what) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}/{what}");
}
