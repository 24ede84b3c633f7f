using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Manifests;
using Meshlift.Adapters.Processes;
using Meshlift.Core;

namespace Meshlift.Adapters.Diffing;

/// <summary>Manifests as they stand in a commit; no work tree is touched.</summary>
public static class GitManifests
{
    private const int Largest = 16 << 20;

    /// <summary>Reads every .yaml, .yml and .json file below a path of a commit. Hidden folders, <c>node_modules</c> and links are left out.</summary>
    /// <param name="git">The program.</param>
    /// <param name="folder">A folder of the repository.</param>
    /// <param name="revision">A branch, tag or commit, as Git takes it.</param>
    /// <param name="path">A file or folder from the root of the repository; empty for all of it.</param>
    /// <param name="isLeftOut">True for a folder that is not to be read, by its path below <paramref name="path"/>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The files, their names as <c>REVISION:PATH</c>, in Git's order.</returns>
    /// <exception cref="UserException">There is no such repository, revision or path, or together the files are too large.</exception>
    public static async Task<ImmutableArray<ManifestBytes>> ReadAsync(GitProgram git, string folder, string revision, string path, Func<string, bool> isLeftOut, CancellationToken cancel)
    {
        var repository = await GitRepository.FindAsync(git, folder, cancel)
            ?? throw new UserException(ErrorKind.Input, $"{folder} is in no Git repository", "run meshlift in the repository that has the revision");
        // What begins with a dash would be an option.
        if (revision.StartsWith('-') || await repository.ResolveAsync(revision, cancel) is not { } commit)
            throw new UserException(ErrorKind.Input, $"'{Redaction.WithoutControls(revision)}' is no commit of {repository.Root}", "name a branch, a tag or a commit; 'git log' lists them, and 'git fetch' gets those of others");
        var below = path.Trim('/');
        ImmutableArray<string> arguments = ["ls-tree", "-r", "-z", "-l", "--full-tree", commit.Value];
        var listed = (await git.RunAsync(new GitCall(repository.Root, below.Length == 0 ? arguments : [.. arguments, "--", below]), cancel)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        if (listed.Length == 0) throw new UserException(ErrorKind.Input, $"{revision} has no '{Redaction.WithoutControls(path)}'", "write the path from the root of the repository, as 'git show' does");
        var files = listed.Select(Parse).Where(file => file.IsFile && IsManifest(file.Path) && !IsHidden(Relative(file.Path, below), isLeftOut)).ToList();
        if (files.Find(file => file.Size > Largest) is { Path: { } large }) throw new UserException(ErrorKind.Input, $"{revision}:{large} is larger than {Largest >> 20} MiB", "name a path without it");
        if (files.Count == 0) return [];
        var input = Encoding.ASCII.GetBytes(string.Concat(files.Select(file => file.Id + "\n")));
        var output = await git.TryAsync(new GitCall(repository.Root, "cat-file", "--batch") { Input = input }, cancel);
        return output.ExitCode == 0 ? Split(output.Output, files.ConvertAll(file => $"{revision}:{file.Path}")) : throw output.Failure("make 'git fsck' pass first");
    }

    private static (bool IsFile, string Id, long Size, string Path) Parse(string entry)
    {
        var tab = entry.IndexOf('\t', StringComparison.Ordinal);
        var fields = entry[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // 120000 is a link and 160000 a submodule (gitformat-index).
        return (fields[0] is "100644" or "100755", fields[2], long.TryParse(fields[3], CultureInfo.InvariantCulture, out var size) ? size : 0, entry[(tab + 1)..]);
    }

    private static bool IsManifest(string path) => Path.GetExtension(path) is ".yaml" or ".yml" or ".json";

    private static string Relative(string path, string below) => path.Length > below.Length && below.Length > 0 ? path[(below.Length + 1)..] : path;

    private static bool IsHidden(string path, Func<string, bool> isLeftOut)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var name = path[(path.LastIndexOf('/', slash - 1) + 1)..slash];
            if (name.StartsWith('.') || name == "node_modules" || isLeftOut(path[..slash])) return true;
        }
        return false;
    }

    /// <summary>Each object is <c>ID blob SIZE\nCONTENT\n</c> (git-cat-file).</summary>
    private static ImmutableArray<ManifestBytes> Split(ReadOnlyMemory<byte> output, List<string> names)
    {
        var files = ImmutableArray.CreateBuilder<ManifestBytes>(names.Count);
        foreach (var name in names)
        {
            var line = output.Span.IndexOf((byte)'\n');
            var size = line < 0 || !int.TryParse(Encoding.ASCII.GetString(output.Span[..line]).Split(' ')[^1], CultureInfo.InvariantCulture, out var bytes)
                ? throw new UserException(ErrorKind.Environment, $"Git cannot read {name}", "make 'git fsck' pass first")
                : bytes;
            files.Add(new ManifestBytes(name, output.Slice(line + 1, size)));
            output = output[(line + size + 2)..];
        }
        return files.DrainToImmutable();
    }
}
