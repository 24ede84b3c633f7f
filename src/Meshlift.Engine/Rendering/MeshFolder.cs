using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Configuration;

namespace Meshlift.Engine.Rendering;

/// <summary>A <c>meshlift.yaml</c> and the folder that its paths start from.</summary>
/// <param name="Mesh">The configuration.</param>
/// <param name="Root">The folder, as an absolute path.</param>
public sealed record MeshFolder(Mesh Mesh, string Root)
{
    /// <summary>Reads a configuration.</summary>
    /// <param name="file">The file, absolute or relative to the working directory.</param>
    /// <param name="shownAs">What messages call it.</param>
    /// <exception cref="UserException">The file is missing, or something in it is wrong.</exception>
    public static MeshFolder Read(string file, string shownAs)
    {
        var path = Path.GetFullPath(file);
        if (Directory.Exists(path)) throw new UserException(ErrorKind.Input, $"{shownAs} is a folder", $"name the file in it: --config {shownAs.TrimEnd('/')}/meshlift.yaml");
        if (!File.Exists(path)) throw new UserException(ErrorKind.Input, $"there is no {shownAs}", "run meshlift in the folder of your meshlift.yaml, or name it with --config; docs/configuration.md explains its keys");
        var mesh = MeshFile.Read(BoundedFile.Read(path, 4 << 20), shownAs);
        RefuseUnknownTimeZones(mesh);
        return new MeshFolder(mesh, Path.GetDirectoryName(path)!);
    }

    /// <summary>Which time zones there are is known to the operating system, so the reader of the file cannot tell.</summary>
    private static void RefuseUnknownTimeZones(Mesh mesh)
    {
        foreach (var environment in mesh.Spec.Environments)
            foreach (var window in environment.Windows)
                if (!TimeZoneInfo.TryFindSystemTimeZoneById(window.Zone, out _))
                    throw new UserException(
                        ErrorKind.Input, $"{mesh.Source.Where($"spec.environments[name={environment.Name}].window")}: there is no time zone '{window.Zone}'",
                        "write the IANA name of a time zone, such as Europe/Paris; if it is right, install the time zone database (Debian: tzdata)");
    }

    /// <summary>The folder below the root of the repository around it; empty when it is the root, or when there is no repository.</summary>
    public string BelowRepository() => Repository() is { } repository && Path.GetRelativePath(repository, Root) is var relative and not "." ? relative.Replace('\\', '/') : "";

    /// <summary>Where Git keeps what belongs to this checkout alone; null when there is no repository around the folder.</summary>
    public string? GitDirectory()
    {
        if (Repository() is not { } repository) return null;
        var git = Path.Combine(repository, ".git");
        if (Directory.Exists(git)) return git;
        // In a linked worktree and in a submodule, a file says where it is (gitrepository-layout).
        const string pointer = "gitdir: ";
        var text = Encoding.UTF8.GetString(BoundedFile.Read(git, 1 << 16)).TrimEnd('\n');
        if (!text.StartsWith(pointer, StringComparison.Ordinal)) return null;
        var directory = Path.Combine(repository, text[pointer.Length..]);
        return Directory.Exists(directory) ? directory : null;
    }

    private string? Repository()
    {
        for (var folder = Root; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Exists(Path.Combine(folder, ".git")))
                return folder;
        return null;
    }
}
