using System.Collections;

namespace Meshlift.Adapters.Processes;

/// <summary>The environment that programs get: what they need to find themselves, the network and the user's files, and nothing else of the caller's.</summary>
internal static class CleanEnvironment
{
    private static readonly string[] Names =
    [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR",
        "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
        // Without these no program starts on Windows.
        "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
    ];

    private static readonly string[] Prefixes = ["SSH_", "GIT_SSH", "SSL_", "XDG_"];

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> OfThisProcess() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);

    /// <summary>What of the caller's variables a program gets, and the given ones, which win.</summary>
    public static Dictionary<string, string> From(IReadOnlyDictionary<string, string> surroundings, IReadOnlyDictionary<string, string> given)
    {
        var clean = surroundings.Where(variable => IsAllowed(variable.Key)).ToDictionary(StringComparer.Ordinal);
        // Messages of programs are shown, and some are read: they must not depend on the user's language.
        clean["LANG"] = "C";
        clean["LC_ALL"] = "C";
        foreach (var (name, value) in given) clean[name] = value;
        return clean;
    }

    private static bool IsAllowed(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase) || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
