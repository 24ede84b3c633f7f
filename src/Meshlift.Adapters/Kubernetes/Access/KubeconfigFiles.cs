using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Kubernetes.Access;

namespace Meshlift.Adapters.Kubernetes.Access;

/// <summary>The kubeconfigs of a user.</summary>
public static class KubeconfigFiles
{
    private const int Largest = 16 << 20;

    /// <summary>Reads what kubectl would: the file that is named; else those in KUBECONFIG, of which some may be missing; else <c>~/.kube/config</c>.</summary>
    /// <param name="named">The file named with <c>--kubeconfig</c>; null for none.</param>
    /// <param name="environment">The variables, of which KUBECONFIG, HOME and USERPROFILE are read.</param>
    /// <returns>All of them as one; <see cref="Kubeconfig.Empty"/> when there is none.</returns>
    /// <exception cref="UserException">The named file is missing, or one cannot be read.</exception>
    public static Kubeconfig Read(string? named, IReadOnlyDictionary<string, string> environment)
    {
        if (named is not null)
        {
            return File.Exists(named)
                ? Read(named)
                : throw new UserException(ErrorKind.Input, $"there is no kubeconfig {named}", "name one that is there");
        }
        if (environment.GetValueOrDefault("KUBECONFIG") is { Length: > 0 } list)
            return Kubeconfig.Merge(list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Where(File.Exists).Select(Read));
        var home = environment.GetValueOrDefault("HOME") ?? environment.GetValueOrDefault("USERPROFILE") ?? "";
        var usual = Path.Combine(home, ".kube", "config");
        return home.Length > 0 && File.Exists(usual) ? Read(usual) : Kubeconfig.Empty;
    }

    private static Kubeconfig Read(string path) => KubeconfigReader.Read(path, BoundedFile.Read(path, Largest));
}
