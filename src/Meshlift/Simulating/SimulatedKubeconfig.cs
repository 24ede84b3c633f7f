using Meshlift.Core;

namespace Meshlift.CommandLine.Simulating;

/// <summary>The kubeconfig of a simulated fleet. A person's own is never written over.</summary>
internal static class SimulatedKubeconfig
{
    // What the simulator writes into the extensions of the file.
    private const string Mark = "meshlift.dev/simulated";

    /// <summary>Refuses a file that another program, or a person, has written.</summary>
    /// <exception cref="UserException">There is such a file.</exception>
    public static void RequireReplaceable(string path)
    {
        if (Directory.Exists(path)) throw new UserException(ErrorKind.Input, $"{path} is a folder", "name a file with --kubeconfig");
        if (File.Exists(path) && !IsOurs(path)) throw new UserException(ErrorKind.Refused, $"{path} is there already, and 'meshlift simulate' did not write it", "name another file with --kubeconfig; use it with KUBECONFIG or kubectl --kubeconfig");
    }

    /// <summary>Takes the file away when it is still the simulator's: it leads nowhere any more.</summary>
    public static void Remove(string path)
    {
        try
        {
            if (File.Exists(path) && IsOurs(path)) File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that leads nowhere is no reason to fail.
        }
    }

    private static bool IsOurs(string path)
    {
        try
        {
            return File.ReadAllText(path).Contains(Mark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
