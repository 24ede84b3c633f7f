namespace Meshlift.Adapters.Files;

/// <summary>The user's cache folder.</summary>
public static class CacheFolder
{
    /// <summary><c>XDG_CACHE_HOME</c>, else <c>~/.cache</c>, else the folder for temporary files (XDG Base Directory Specification).</summary>
    public static string Path
    {
        get
        {
            if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && System.IO.Path.IsPathRooted(cache)) return cache;
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return home.Length > 0 ? System.IO.Path.Combine(home, ".cache") : System.IO.Path.GetTempPath();
        }
    }
}
