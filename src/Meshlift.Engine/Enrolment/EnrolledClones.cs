using System.Collections.Immutable;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Commits;
using Meshlift.Core.Configuration;
using Meshlift.Core.Enrolment;
using Meshlift.Engine.Rendering;

namespace Meshlift.Engine.Enrolment;

/// <summary>A repository on this machine, read at the commit that is checked out.</summary>
/// <param name="Git">The repository.</param>
/// <param name="Commit">The commit, on which changes start.</param>
/// <param name="Enrolled">What it says about enrolment.</param>
public sealed record EnrolledClone(GitRepository Git, CommitId Commit, EnrolledRepository Enrolled);

/// <summary>The repositories of a mesh: that of its configuration first, then those of <c>spec.repositories</c>.</summary>
/// <param name="Clones">Those that were read.</param>
/// <param name="Unread">What could not be read; a namespace that is defined there is not found.</param>
public sealed record EnrolledClones(ImmutableArray<EnrolledClone> Clones, ImmutableArray<UserException> Unread)
{
    /// <summary>What the repository of the configuration is called where <c>spec.repositories</c> does not name it.</summary>
    public const string Platform = "platform";

    private static readonly ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> NoFiles = ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);

    /// <summary>Reads them.</summary>
    /// <param name="git">The program.</param>
    /// <param name="file">The configuration in the user's checkout.</param>
    /// <param name="choice">Which clusters are meant; files for other environments are left out.</param>
    /// <param name="checkouts">Clones by the names of their repositories, absolute or from the working directory.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">The configuration is in no repository, or a clone is named of no repository.</exception>
    public static async Task<EnrolledClones> ReadAsync(GitProgram git, MeshFolder file, ClusterChoice choice, ImmutableSortedDictionary<string, string> checkouts, CancellationToken cancel)
    {
        var specs = file.Mesh.Spec.Repositories;
        foreach (var name in checkouts.Keys)
            if (specs.All(spec => spec.Name != name))
                throw new UserException(ErrorKind.Input, $"there is no repository '{name}'", specs.IsEmpty ? "name it in spec.repositories" : $"the repositories are {string.Join(", ", specs.Select(spec => spec.Name))}");
        var own = await GitRepository.FindAsync(git, file.Root, cancel)
            ?? throw new UserException(ErrorKind.Environment, $"{file.Root} is in no Git repository", "run 'git init' and commit: changes are made from what Git has");
        var remotes = await own.RemoteUrlsAsync(cancel);
        var clones = ImmutableArray.CreateBuilder<EnrolledClone>();
        var unread = ImmutableArray.CreateBuilder<UserException>();
        RepositorySpec? ownSpec = null;
        var chosen = choice.In(file.Mesh.Spec);
        var others = file.Mesh.Spec.Environments.Where(environment => !environment.Clusters.Any(chosen.Contains)).ToList();
        ImmutableArray<PathGlob> Elsewhere(RepositorySpec? spec) => [.. others.SelectMany(environment => spec?.Paths.GetValueOrDefault(environment.Name) is { IsDefault: false } paths ? paths : [])];
        foreach (var spec in specs)
        {
            try
            {
                var found = remotes.Any(remote => IsOf(remote, spec, file.Root)) && !checkouts.ContainsKey(spec.Name) ? own : await FindAsync(git, file, spec, checkouts, cancel);
                if (found.CommonDirectory == own.CommonDirectory) ownSpec = spec;
                else clones.Add(await ReadAsync(found, new RepositoryContent(spec.Name, spec.Forge, NoFiles, spec.Values, []) { Elsewhere = Elsewhere(spec) }, unread, cancel));
            }
            catch (UserException e)
            {
                unread.Add(e);
            }
        }
        clones.Insert(0, await ReadAsync(own, new RepositoryContent(ownSpec?.Name ?? Platform, ownSpec?.Forge ?? ForgeKind.Local, NoFiles, ownSpec?.Values ?? [], Generated(file))
        {
            // The folders of clusters are by themselves for their environment.
            Elsewhere = [.. Elsewhere(ownSpec), .. file.Mesh.Spec.Environments.SelectMany(environment => environment.Clusters).Except(chosen).Where(cluster => cluster.Path.Value != ".").Select(cluster => PathGlob.Parse($"/{RepositoryFolders.Join(file.BelowRepository(), cluster.Path.Value)}/"))],
        }, unread, cancel));
        foreach (var clone in clones) unread.AddRange(clone.Enrolled.Unread);
        return new EnrolledClones(clones.ToImmutable(), unread.ToImmutable());
    }

    /// <summary>Whether a remote is that of a repository: by its address as it is written, or by the folder that it leads to.</summary>
    private static bool IsOf(string remote, RepositorySpec spec, string root) =>
        remote == spec.Url.Text || (remote[0] is '/' && spec.Url.Text[0] is ('/' or '.') && Path.GetFullPath(remote) == Path.GetFullPath(spec.Url.Text, root));

    private static async Task<GitRepository> FindAsync(GitProgram git, MeshFolder file, RepositorySpec spec, ImmutableSortedDictionary<string, string> checkouts, CancellationToken cancel)
    {
        var remedy = $"clone it, and name the clone with --checkout {spec.Name}=DIR";
        string? folder = null;
        if (checkouts.TryGetValue(spec.Name, out var named)) folder = Path.GetFullPath(named);
        else if (spec.Url.Text[0] is '/' or '.') folder = Path.GetFullPath(Path.Combine(file.Root, spec.Url.Text));
        if (folder is null) throw new UserException(ErrorKind.Environment, $"the repository '{spec.Name}' is not on this machine", remedy);
        if (!Directory.Exists(folder)) throw new UserException(ErrorKind.Environment, $"the repository '{spec.Name}' is not in {folder}", remedy);
        return await GitRepository.FindAsync(git, folder, cancel) ?? throw new UserException(ErrorKind.Environment, $"{folder} is no checkout of the repository '{spec.Name}'", remedy);
    }

    private static async Task<EnrolledClone> ReadAsync(GitRepository repository, RepositoryContent content, ImmutableArray<UserException>.Builder unread, CancellationToken cancel)
    {
        var files = await CommittedFiles.ReadAsync(repository, [.. CodeOwnersFile.PathsOf(CodeOwnersFile.DialectOf(content.Forge)), .. content.Values.Select(one => one.File.Value)], cancel);
        unread.AddRange(files.TooLarge.Select(path => new UserException(ErrorKind.Environment, $"{content.Name}: {path} is too large to be read", "split it")));
        return new EnrolledClone(repository, files.Commit, EnrolmentReader.Read(content with { Files = files.Files }));
    }

    /// <summary>What Meshlift or Istio wrote is no team's: the folders of clusters, and the renderer's input.</summary>
    private static ImmutableArray<string> Generated(MeshFolder file)
    {
        var below = file.BelowRepository();
        var folders = file.Mesh.Spec.Environments.SelectMany(environment => environment.Clusters).Select(cluster => RepositoryFolders.Join(below, cluster.Path.Value, file.Mesh.Spec.Layout.Folder.Value)).ToList();
        if (file.Mesh.Spec.Istio.Manifests is { IsUrl: false } manifests)
        {
            var fixedPart = manifests.Template.Split("${")[0];
            var folder = fixedPart == manifests.Template ? fixedPart : fixedPart[..Math.Max(fixedPart.LastIndexOf('/'), 0)];
            if (folder.Length > 0) folders.Add(RepositoryFolders.Join(below, folder));
        }
        return [.. folders];
    }
}
