using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Commits;

namespace Meshlift.Adapters.Git;

/// <summary>The files of a commit that may say who is enrolled where; no work tree is touched.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Files">Manifests, kustomizations and the files that are asked for by name, by their paths from the root.</param>
/// <param name="TooLarge">Manifests that are not read because of their size.</param>
public sealed record CommittedFiles(CommitId Commit, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Files, ImmutableArray<string> TooLarge)
{
    private const int Largest = 16 << 20;

    /// <summary>Reads the commit that is checked out. Hidden folders, <c>node_modules</c> and links are left out, but for files that are named.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="named">Files that are wanted as well, by their paths.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">There is no commit yet, or Git failed.</exception>
    public static async Task<CommittedFiles> ReadAsync(GitRepository repository, IReadOnlyCollection<string> named, CancellationToken cancel)
    {
        var commit = await repository.HeadAsync(cancel);
        var wanted = (await GitTree.ListAsync(repository.Git, repository.Root, commit, "", cancel))
            .Where(file => file.IsFile && (named.Contains(file.Path, StringComparer.Ordinal) || (IsManifest(file.Path) && !IsHidden(file.Path)))).ToLookup(file => file.Size <= Largest);
        var read = await GitTree.ReadAsync(repository.Git, repository.Root, [.. wanted[true]], cancel);
        return new CommittedFiles(commit, read.ToImmutableSortedDictionary(file => file.Path, file => file.Bytes, StringComparer.Ordinal), [.. wanted[false].Select(file => file.Path)]);
    }

    private static bool IsManifest(string path) => GitTree.IsManifest(path) || path == "Kustomization" || path.EndsWith("/Kustomization", StringComparison.Ordinal);

    private static bool IsHidden(string path) => path.Split('/')[..^1].Any(folder => folder.StartsWith('.') || folder == "node_modules");
}
