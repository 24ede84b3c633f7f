using Meshlift.Core.Configuration;

namespace Meshlift.Adapters.Git;

/// <summary>What Git is given for the address of a repository.</summary>
internal static class RepositoryAddress
{
    /// <summary>The folder of a repository on this machine; null when it is on another one.</summary>
    /// <param name="remote">The address.</param>
    /// <param name="folder">Where relative ones start.</param>
    public static string? FolderOf(GitRemote remote, string folder) =>
        remote.Text.StartsWith('/') || remote.Text.StartsWith('.') ? Path.GetFullPath(remote.Text, folder)
        : remote.Text.StartsWith("file://", StringComparison.Ordinal) ? new Uri(remote.Text).LocalPath
        : null;

    /// <summary>The address for a clone. A folder becomes a URL, because of a folder Git copies everything, whatever part was asked for.</summary>
    public static string Of(GitRemote remote, string folder) => FolderOf(remote, folder) is { } path ? new Uri(path).AbsoluteUri : remote.Text;
}
