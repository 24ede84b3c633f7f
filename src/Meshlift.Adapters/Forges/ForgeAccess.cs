using Meshlift.Adapters.Forges.Tokens;
using Meshlift.Adapters.Forges.Web;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Configuration;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges;

/// <summary>Opens the forges of repositories.</summary>
/// <param name="http">From <see cref="ForgeWeb.Client"/>.</param>
/// <param name="git">The program, for the forge <c>local</c>.</param>
/// <param name="folder">The folder of the configuration file: relative paths in it start there.</param>
/// <param name="time">The clock of pauses, limits and tokens.</param>
/// <param name="environment">The caller's variables; null: those of this process.</param>
public sealed class ForgeAccess(HttpClient http, GitProgram git, string folder, TimeProvider time, IReadOnlyDictionary<string, string>? environment = null)
{
    private readonly IReadOnlyDictionary<string, string> _environment = environment ?? CleanEnvironment.OfThisProcess();

    /// <summary>The forge of a repository. Nothing is asked of it yet.</summary>
    /// <exception cref="Core.UserException">The address of its API cannot be told.</exception>
    public IForge Open(RepositorySpec repository)
    {
        if (repository.Forge == ForgeKind.Local) return new LocalForge(git, LocalFolder(repository));
        var api = ForgeAddress.Of(repository);
        var name = repository.Repository!;
        var dialect = repository.Forge switch { ForgeKind.GitHub => GitHubForge.Dialect, ForgeKind.GitLab => GitLabForge.Dialect, _ => GiteaForge.Dialect };
        var connection = new ForgeConnection(http, api, name, dialect, Tokens(repository, api), time);
        return repository.Forge switch
        {
            ForgeKind.GitHub => new GitHubForge(connection, name),
            ForgeKind.GitLab => new GitLabForge(connection, name),
            _ => new GiteaForge(connection, name),
        };
    }

    private ITokenSource Tokens(RepositorySpec repository, Uri api) => repository.Token switch
    {
        TokenSpec.Variable variable => new VariableToken(variable.Name, _environment),
        TokenSpec.TokenFile file => new FileToken(Path.GetFullPath(file.Path, folder)),
        TokenSpec.Command command => new CommandToken(command.Arguments, folder, _environment, time),
        TokenSpec.App app => new InstallationToken(
            new ForgeConnection(http, api, repository.Repository!, GitHubForge.Dialect, new AppKey(app.Id, Path.GetFullPath(app.KeyFile, folder), time), time),
            app.Installation, repository.Repository!.Split('/')[^1], time),
        _ => new VariableToken(repository.Forge.ToString().ToUpperInvariant() + "_TOKEN", _environment),
    };

    private string LocalFolder(RepositorySpec repository) => RepositoryAddress.FolderOf(repository.Url, folder)
        ?? throw new Core.UserException(Core.ErrorKind.Input, $"the repository '{repository.Name}' has the forge 'local', but is on another machine", "name a folder of this machine in 'url', or another forge");
}
