namespace Meshlift.Adapters.Git;

/// <summary>Paths as Git compares them: absolute, without symbolic links.</summary>
internal static class RealPath
{
    /// <summary>The path with every link on it followed. What does not exist (yet) is taken as it is.</summary>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var parent = Path.GetDirectoryName(full);
        if (parent is null) return full;
        var real = Path.Combine(Of(parent), Path.GetFileName(full));
        try
        {
            return new FileInfo(real) is { LinkTarget: not null } link && link.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Of(target.FullName) : real;
        }
        catch (IOException)
        {
            return real; // a link that points to itself
        }
    }

    /// <summary>Whether a path is a folder or lies in it; both are real paths.</summary>
    public static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
