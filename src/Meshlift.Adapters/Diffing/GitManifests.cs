using System.Collections.Immutable;
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
        var listed = await GitTree.ListAsync(git, repository.Root, commit, below, cancel);
        if (listed.IsEmpty) throw new UserException(ErrorKind.Input, $"{revision} has no '{Redaction.WithoutControls(path)}'", "write the path from the root of the repository, as 'git show' does");
        var files = listed.Where(file => file.IsFile && GitTree.IsManifest(file.Path) && !IsHidden(Relative(file.Path, below), isLeftOut)).ToList();
        if (files.Find(file => file.Size > Largest) is { Path: { } large }) throw new UserException(ErrorKind.Input, $"{revision}:{large} is larger than {Largest >> 20} MiB", "name a path without it");
        return [.. (await GitTree.ReadAsync(git, repository.Root, files, cancel)).Select(file => new ManifestBytes($"{revision}:{file.Path}", file.Bytes))];
    }

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
}
