using System.Collections.Immutable;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Releases;

/// <summary>Which versions are published.</summary>
/// <param name="git">For the tags of a repository.</param>
/// <param name="http">For the listing of a mirror; from <see cref="ReleaseWeb.Client"/>.</param>
/// <param name="time">The clock of pauses and limits.</param>
public sealed class ReleaseIndex(GitProgram git, HttpClient http, TimeProvider time)
{
    private const int LargestListing = 16 << 20;

    /// <summary>
    /// The published versions, pre-releases too, the oldest first: the tags of a repository, if one is named or the address is a forge's folder of release
    /// files; else the folders in a <c>file:</c> folder; else what the web server lists (a page of links, or JSON).
    /// </summary>
    /// <param name="releases">The folder of all releases.</param>
    /// <param name="repository">The Git repository whose tags are the versions: anything that git takes; null to choose by <paramref name="releases"/>.</param>
    /// <param name="folder">Where git runs, and takes the user's settings for remotes from; it exists.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">The versions cannot be listed.</exception>
    public async Task<ImmutableArray<IstioVersion>> ListAsync(Uri releases, string? repository, string folder, CancellationToken cancel)
    {
        if ((repository ?? PublishedVersions.RepositoryOf(releases)) is { } remote) return await TagsAsync(remote, folder, cancel);
        if (releases.IsFile) return Folders(FolderPlace.PathOf(releases));
        var listing = new UriBuilder(releases);
        if (!listing.Path.EndsWith('/')) listing.Path += "/";
        var content = await new WebPlace(http, time).ReadAsync(listing.Uri, LargestListing, mayBePage: true, cancel)
            ?? throw new UserException(ErrorKind.Environment, $"{WebPlace.Shown(listing.Uri)} is not there (404)", "check spec.istio.releases; a mirror that lists nothing needs an exact version");
        return PublishedVersions.OfListing(content, WebPlace.Shown(listing.Uri));
    }

    private async Task<ImmutableArray<IstioVersion>> TagsAsync(string remote, string folder, CancellationToken cancel)
    {
        var call = new GitCall(folder, "ls-remote", "--tags", "--refs", "--", remote)
        {
            Remote = true,
            Remedy = "check the network, the proxy settings and the address of the repository; an exact version, such as 'meshlift render 1.30.3', needs no list",
        };
        return PublishedVersions.OfTags(await git.RunAsync(call, cancel));
    }

    private static ImmutableArray<IstioVersion> Folders(string path)
    {
        try
        {
            return PublishedVersions.Among(Directory.EnumerateDirectories(path).Select(folder => Path.GetFileName(folder)));
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "list", path);
        }
    }
}
