using System.Collections.Immutable;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Findings;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;

namespace Meshlift.Adapters.Istioctl;

/// <summary>The istioctl of a version.</summary>
/// <param name="Program">The program; it has said itself that it has this version.</param>
/// <param name="Origin">Where it is from: a path, <c>PATH</c>, or the address of its archive.</param>
/// <param name="Archive">The name of the archive that it was fetched in; null when it was not fetched.</param>
/// <param name="Digest">The digest of that archive; null when it was not fetched.</param>
/// <param name="Findings">What a person should know.</param>
public sealed record FoundIstioctl(IstioctlProgram Program, string Origin, string? Archive, string? Digest, ImmutableArray<Finding> Findings);

/// <summary>Finds the istioctl of a version: at a given path; else on PATH, when it is exactly that version there; else it is fetched.</summary>
/// <param name="path">The path, absolute or relative to <paramref name="root"/>, with <c>${version}</c> in it; null when none is given.</param>
/// <param name="root">The folder that a relative path starts from.</param>
/// <param name="releases">Fetches it.</param>
/// <param name="time">The clock of time limits.</param>
/// <param name="surroundings">The variables from which its environment is taken; null: those of this process.</param>
public sealed class IstioctlFinder(string? path, string root, ReleaseFetcher releases, TimeProvider time, IReadOnlyDictionary<string, string>? surroundings = null)
{
    /// <summary>Finds it.</summary>
    /// <param name="version">The version, exactly.</param>
    /// <param name="locked">See <see cref="ReleaseFetcher.FetchAsync"/>.</param>
    /// <param name="progress">Told how a fetch goes; null: nobody.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">The given one is not this version, or it cannot be fetched, or the version must not be installed.</exception>
    public async Task<FoundIstioctl> FindAsync(IstioVersion version, ImmutableDictionary<string, string> locked, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        UnusableReleases.Refuse(version);
        if (path is not null) return await GivenAsync(version, path.Replace("${version}", version.ToString(), StringComparison.Ordinal), cancel);
        var (found, missing) = await OnPathAsync(version, cancel);
        return found ?? await FetchAsync(version, locked, progress, missing!, cancel);
    }

    private async Task<FoundIstioctl> GivenAsync(IstioVersion version, string given, CancellationToken cancel)
    {
        var full = Path.GetFullPath(Path.Combine(root, given));
        if (!File.Exists(full)) throw new UserException(ErrorKind.Input, $"there is no istioctl at {given}", "correct the path; ${version} in it stands for the version that is rendered");
        var program = new IstioctlProgram(full, time, surroundings);
        return await program.VersionAsync(cancel) is var actual && actual == version
            ? new FoundIstioctl(program, given, Archive: null, Digest: null, [])
            : throw new UserException(ErrorKind.Input, $"{given} is istioctl {actual}, and only {version} renders Istio {version}", "name the path of that version, with ${version} in it; or name none and let Meshlift fetch it");
    }

    private async Task<(FoundIstioctl? Found, string? Missing)> OnPathAsync(IstioVersion version, CancellationToken cancel)
    {
        var program = new IstioctlProgram("istioctl", time, surroundings);
        try
        {
            return await program.VersionAsync(cancel) is var actual && actual == version
                ? (new FoundIstioctl(program, "PATH", Archive: null, Digest: null, []), null)
                : (null, $"the istioctl on PATH is {actual}");
        }
        catch (UserException e)
        {
            // Whatever is the matter with it, a verified one is as good.
            return (null, e.Message);
        }
    }

    private async Task<FoundIstioctl> FetchAsync(IstioVersion version, ImmutableDictionary<string, string> locked, IProgress<FetchProgress>? progress, string missing, CancellationToken cancel)
    {
        FetchedRelease release;
        try
        {
            release = await releases.FetchAsync(version, ReleasePart.Istioctl, locked, progress, cancel);
        }
        catch (UserException e) when (e.Kind == ErrorKind.Environment)
        {
            throw new UserException(e.Kind, $"{e.Message} ({missing})", e.Remedy, e);
        }
        var program = new IstioctlProgram(Path.Combine(release.Folder, release.Archive.Platform.Istioctl), time, surroundings);
        return await program.VersionAsync(cancel) is var actual && actual == version
            ? new FoundIstioctl(program, release.Source, release.Archive.FileName, release.Digest, release.Findings)
            : throw new UserException(ErrorKind.Refused, $"{release.Source} holds istioctl {actual}, not {version}", "tell whoever runs the mirror, and fetch it from another");
    }
}
