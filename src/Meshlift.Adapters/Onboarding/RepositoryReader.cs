using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Onboarding;

namespace Meshlift.Adapters.Onboarding;

/// <summary>Reads the files of a folder that may say something about Istio: those that Git tracks; without Git, all. Links are not followed.</summary>
/// <param name="git">Lists what is tracked.</param>
public sealed class RepositoryReader(GitProgram git)
{
    private const int LargestFile = 16 << 20;
    private const long LargestTotal = 512L << 20;
    private const int MostFiles = 250_000;
    private static readonly string[] Extensions = [".yaml", ".yml", ".json", ".patch", ".gotmpl"];

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">An absolute path.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">The folder cannot be listed, or holds far more files than any repository.</exception>
    public async Task<RepositoryFiles> ReadAsync(string folder, CancellationToken cancel)
    {
        var repository = await GitRepository.FindAsync(git, folder, cancel);
        var paths = (repository is null ? Listed(folder) : await TrackedAsync(folder, cancel)).ToImmutableSortedSet(StringComparer.Ordinal);
        var contents = ImmutableSortedDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var unread = ImmutableArray.CreateBuilder<UnreadFile>();
        var total = 0L;
        foreach (var path in paths.Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.Ordinal)))
        {
            cancel.ThrowIfCancellationRequested();
            var (bytes, reason) = total > LargestTotal ? (null, $"the files before it are larger than {LargestTotal >> 20} MiB together") : Read(Path.Combine(folder, path));
            total += bytes?.Length ?? 0;
            if (bytes is not null) contents[path] = bytes;
            else if (reason is not null) unread.Add(new UnreadFile(path, reason));
        }
        return new RepositoryFiles(paths, contents.ToImmutable(), unread.DrainToImmutable(), await RemoteAsync(repository, cancel), Path.GetFileName(repository?.Root ?? folder));
    }

    private async Task<IEnumerable<string>> TrackedAsync(string folder, CancellationToken cancel)
    {
        // Below the working folder alone, and relative to it.
        var listed = await git.RunAsync(new GitCall(folder, "ls-files", "-z", "--cached"), cancel);
        return Bounded(listed.Split('\0', StringSplitOptions.RemoveEmptyEntries), folder);
    }

    private static List<string> Listed(string folder)
    {
        try
        {
            return [.. Bounded(Below(new DirectoryInfo(folder), ""), folder)];
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "list", folder);
        }
    }

    private static IEnumerable<string> Below(DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            if (entry is not DirectoryInfo child) yield return prefix + entry.Name;
            else if (child.Name != ".git")
                foreach (var below in Below(child, $"{prefix}{child.Name}/")) yield return below;
        }
    }

    private static IEnumerable<string> Bounded(IEnumerable<string> paths, string folder)
    {
        var count = 0;
        foreach (var path in paths)
        {
            if (++count > MostFiles) throw new UserException(ErrorKind.Environment, $"{folder} holds more than {MostFiles} files", "run meshlift in the folder of the repository that holds Istio");
            yield return path;
        }
    }

    private static (byte[]? Bytes, string? Reason) Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null) return (null, "it is a link");
            // Tracked but not there; or a pipe, which would be waited for, for ever.
            if (!file.Exists || file.Length == 0) return (null, null);
            return file.Length > LargestFile ? (null, $"it is larger than {LargestFile >> 20} MiB") : (File.ReadAllBytes(path), null);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            return (null, $"it cannot be read: {(e is UnauthorizedAccessException ? "permission denied" : e.Message)}");
        }
    }

    private async Task<string?> RemoteAsync(GitRepository? repository, CancellationToken cancel)
    {
        if (repository is null || await repository.DefaultRemoteAsync(cancel) is not { } remote) return null;
        var url = await git.TryAsync(new GitCall(repository.Root, "remote", "get-url", remote), cancel);
        return url.ExitCode == 0 && url.OutputText.Trim() is { Length: > 0 } text ? text : null;
    }
}
