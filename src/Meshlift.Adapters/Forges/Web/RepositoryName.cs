using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges.Web;

/// <summary>The name by which a repository is asked for: asked of the forge once, since a repository that was renamed answers to its old name, but not in searches.</summary>
/// <param name="connection">The connection.</param>
/// <param name="configured">The name that the user wrote.</param>
/// <param name="path">Where the repository is, by its name.</param>
internal sealed class RepositoryName(ForgeConnection connection, string configured, Func<string, string> path)
{
    private ForgeRepository? _known;

    /// <summary>The repository.</summary>
    public async Task<ForgeRepository> AskAsync(CancellationToken cancel) =>
        _known ??= await connection.SendAsync(new ForgeCall(HttpMethod.Get, path(configured), "find the repository"), ForgeRepository.Read, cancel);

    /// <summary>Its path, for reading.</summary>
    public async Task<string> ReadPathAsync(CancellationToken cancel) => path((await AskAsync(cancel)).Name);

    /// <summary>Its path, for writing.</summary>
    /// <exception cref="Core.UserException">It was renamed.</exception>
    public async Task<string> WritePathAsync(CancellationToken cancel)
    {
        var now = (await AskAsync(cancel)).Name;
        if (!now.Equals(configured, StringComparison.OrdinalIgnoreCase)) throw ForgeFailure.Renamed(connection.Place(new ForgeCall(HttpMethod.Post, "", "propose a change")), configured, now);
        return path(configured);
    }
}
