using Meshlift.Adapters.Files;
using Meshlift.Core.Charts;

namespace Meshlift.Adapters.Helm;

/// <summary>Finds the user's logins where Helm keeps them.</summary>
public static class LoginFile
{
    private const int Largest = 4 << 20;

    /// <summary>
    /// The logins in the file that <c>HELM_REGISTRY_CONFIG</c> names; else those of <c>helm registry login</c>, else those of <c>docker login</c>, in their usual
    /// places.
    /// </summary>
    /// <param name="variables">The environment.</param>
    /// <exception cref="Core.UserException">The file that the variable names is not there, or is no such file.</exception>
    public static RegistryLogins Read(IReadOnlyDictionary<string, string> variables)
    {
        if (variables.GetValueOrDefault("HELM_REGISTRY_CONFIG") is { Length: > 0 } named) return RegistryLogins.Read(BoundedFile.Read(named, Largest), named);
        foreach (var path in UsualPlaces(variables))
            if (File.Exists(path))
                return RegistryLogins.Read(BoundedFile.Read(path, Largest), path);
        return RegistryLogins.None;
    }

    // helm.sh/docs/helm/helm, "Environment variables"; docs.docker.com/reference/cli/docker, "Configuration files".
    private static IEnumerable<string> UsualPlaces(IReadOnlyDictionary<string, string> variables)
    {
        var home = variables.GetValueOrDefault("HOME") ?? variables.GetValueOrDefault("USERPROFILE");
        var config = variables.GetValueOrDefault("HELM_CONFIG_HOME")
            ?? (variables.GetValueOrDefault("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? Path.Combine(xdg, "helm") : null)
            ?? (OperatingSystem.IsWindows() ? Below(variables.GetValueOrDefault("APPDATA"), "helm")
                : OperatingSystem.IsMacOS() ? Below(home, "Library/Preferences/helm")
                : Below(home, ".config/helm"));
        if (Below(config, "registry/config.json") is { } helm) yield return helm;
        if (Below(variables.GetValueOrDefault("DOCKER_CONFIG") ?? Below(home, ".docker"), "config.json") is { } docker) yield return docker;
    }

    private static string? Below(string? folder, string path) => string.IsNullOrEmpty(folder) ? null : Path.Combine(folder, path);
}
