using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Adapters.Git;

/// <summary>A file of a commit.</summary>
/// <param name="Path">From the root of the repository, '/' between its parts.</param>
/// <param name="Id">The blob.</param>
/// <param name="Size">In bytes.</param>
/// <param name="IsFile">False for links and submodules.</param>
internal readonly record struct GitTreeFile(string Path, string Id, long Size, bool IsFile);

/// <summary>The files of commits, read from the repository itself; with or without a work tree.</summary>
internal static class GitTree
{
    /// <summary>The files below a path, in Git's order; none when there is no such path.</summary>
    public static async Task<ImmutableArray<GitTreeFile>> ListAsync(GitProgram git, string folder, CommitId commit, string below, CancellationToken cancel)
    {
        ImmutableArray<string> arguments = ["ls-tree", "-r", "-z", "-l", "--full-tree", commit.Value];
        var listed = await git.RunAsync(new GitCall(folder, below.Length == 0 ? arguments : [.. arguments, "--", below]), cancel);
        return [.. listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    /// <summary>The contents of files, in their order.</summary>
    /// <exception cref="UserException">Git cannot read one.</exception>
    public static async Task<IReadOnlyList<(string Path, ReadOnlyMemory<byte> Bytes)>> ReadAsync(GitProgram git, string folder, IReadOnlyList<GitTreeFile> files, CancellationToken cancel)
    {
        if (files.Count == 0) return [];
        var input = Encoding.ASCII.GetBytes(string.Concat(files.Select(file => file.Id + "\n")));
        var output = await git.TryAsync(new GitCall(folder, "cat-file", "--batch") { Input = input }, cancel);
        return output.ExitCode == 0 ? Split(output.Output, files) : throw output.Failure("make 'git fsck' pass first");
    }

    /// <summary>True for what may hold objects of Kubernetes.</summary>
    public static bool IsManifest(string path) => Path.GetExtension(path) is ".yaml" or ".yml" or ".json";

    private static GitTreeFile Parse(string entry)
    {
        var tab = entry.IndexOf('\t', StringComparison.Ordinal);
        var fields = entry[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // 120000 is a link and 160000 a submodule (gitformat-index).
        return new(entry[(tab + 1)..], fields[2], long.TryParse(fields[3], CultureInfo.InvariantCulture, out var size) ? size : 0, fields[0] is "100644" or "100755");
    }

    /// <summary>Each object is <c>ID blob SIZE\nCONTENT\n</c> (git-cat-file).</summary>
    private static List<(string Path, ReadOnlyMemory<byte> Bytes)> Split(ReadOnlyMemory<byte> output, IReadOnlyList<GitTreeFile> files)
    {
        var read = new List<(string, ReadOnlyMemory<byte>)>(files.Count);
        foreach (var file in files)
        {
            var line = output.Span.IndexOf((byte)'\n');
            var size = line < 0 || !int.TryParse(Encoding.ASCII.GetString(output.Span[..line]).Split(' ')[^1], CultureInfo.InvariantCulture, out var bytes)
                ? throw new UserException(ErrorKind.Environment, $"Git cannot read {file.Path}", "make 'git fsck' pass first")
                : bytes;
            read.Add((file.Path, output.Slice(line + 1, size)));
            output = output[(line + size + 2)..];
        }
        return read;
    }
}
