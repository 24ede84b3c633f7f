using Meshlift.Adapters.Files;
using Meshlift.Adapters.Git;
using Meshlift.Core;
using Meshlift.Simulator.Fleets;
using Meshlift.Simulator.GitOps;

namespace Meshlift.CommandLine.Simulating;

/// <summary>What stands beside a fleet file.</summary>
internal static class FleetFolder
{
    /// <summary>Reads manifests and branches, relative to a folder.</summary>
    public static FleetSources Sources(string folder, TimeProvider time, CancellationToken cancel)
    {
        var git = new GitProgram(time);
        return new FleetSources(path => Manifests(folder, path, cancel), delivery => Reader(git, Path.GetFullPath(delivery.Repository, folder), delivery.Branch));
    }

    private static List<(string Name, ReadOnlyMemory<byte> Bytes)> Manifests(string folder, string path, CancellationToken cancel)
    {
        var full = Path.GetFullPath(path, folder);
        if (File.Exists(full)) return [(path, BoundedFile.Read(full))];
        if (!Directory.Exists(full)) throw new UserException(ErrorKind.Input, $"there is no file or folder {full}", "correct the path in the fleet file; it is relative to that file");
        return [.. YamlFiles.Below(full, _ => false, cancel).Select(file => (Path.Combine(path, file.Name), (ReadOnlyMemory<byte>)file.Bytes))];
    }

    private static GitReader Reader(GitProgram git, string repository, string branch) =>
        async (known, cancel) => await GitBranch.ReadAsync(git, repository, branch, known, cancel) is { } read ? new GitFiles(read.Commit.Value, read.Files) : null;
}
