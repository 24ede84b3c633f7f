using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Adapters.Files;
using Meshlift.Core.Patching;

namespace Meshlift.Adapters.Git;

/// <summary>Finds what differs between two texts with <c>git diff</c>, outside of any repository.</summary>
/// <param name="git">The program.</param>
public sealed class GitDiff(GitProgram git)
{
    /// <summary>The hunks that make one text of another.</summary>
    /// <param name="before">The text before; null when there is none.</param>
    /// <param name="after">The text after; null when there is none.</param>
    /// <param name="context">How many unchanged lines stand around each change; hunks that then touch are one.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The hunks in their order; empty when the texts are equal.</returns>
    /// <exception cref="Core.UserException">Git, or the file system, refused.</exception>
    public async Task<ImmutableArray<Hunk>> HunksAsync(ReadOnlyMemory<byte>? before, ReadOnlyMemory<byte>? after, int context, CancellationToken cancel)
    {
        using var folder = new TemporaryFolder();
        Write("before", before);
        Write("after", after);
        ImmutableArray<string> arguments =
        [
            "diff", "--no-index", "--no-ext-diff", "--no-textconv", "--text", "--diff-algorithm=histogram", "--indent-heuristic",
            string.Create(CultureInfo.InvariantCulture, $"--unified={context}"), "--inter-hunk-context=0", "--src-prefix=a/", "--dst-prefix=b/", "--", "before", "after",
        ];
        var ran = await git.TryAsync(GitApply.Call(folder.Path, default, arguments), cancel);
        if (ran.ExitCode is not (0 or 1)) throw ran.Failure("see what Git says above");
        return UnifiedDiff.Parse("git diff", ran.Output.Span).Files is [var file] ? file.Hunks : [];

        // Git has a name for "no file" on every system (diff-no-index.c), but an empty one beside it gives the same hunks.
        void Write(string name, ReadOnlyMemory<byte>? text) => BoundedFile.Write(Path.Combine(folder.Path, name), text ?? default);
    }
}
