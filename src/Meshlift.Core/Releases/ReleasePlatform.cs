using System.Runtime.InteropServices;

namespace Meshlift.Core.Releases;

/// <summary>The operating system and processor that a release's archives are built for.</summary>
public sealed record ReleasePlatform
{
    private ReleasePlatform(string system, string processor) => (System, Processor) = (system, processor);

    /// <summary><c>linux</c>, <c>osx</c> or <c>win</c>, as archives are named.</summary>
    public string System { get; }

    /// <summary><c>amd64</c>, <c>arm64</c> or <c>armv7</c>.</summary>
    public string Processor { get; }

    /// <summary>True where archives are zip files and programs end in <c>.exe</c>.</summary>
    public bool IsWindows => System == "win";

    /// <summary>The name of istioctl in an archive.</summary>
    public string Istioctl => IsWindows ? "istioctl.exe" : "istioctl";

    /// <summary>The platform of a computer.</summary>
    /// <param name="system">Its operating system.</param>
    /// <param name="processor">Its processor.</param>
    /// <exception cref="UserException">Istio publishes nothing for it.</exception>
    public static ReleasePlatform Of(OSPlatform system, Architecture processor)
    {
        var linux = system == OSPlatform.Linux;
        var windows = system == OSPlatform.Windows;
        var archives = processor switch
        {
            // Windows on Arm runs programs for amd64, and Istio builds no others.
            Architecture.X64 => "amd64",
            Architecture.Arm64 => windows ? "amd64" : "arm64",
            Architecture.Arm when linux => "armv7",
            _ => null,
        };
        var name = linux ? "linux" : windows ? "win" : system == OSPlatform.OSX ? "osx" : null;
        return name is not null && archives is not null
            ? new ReleasePlatform(name, archives)
            : throw new UserException(ErrorKind.Environment, $"Istio publishes no archive for {system} on {processor}", "build istioctl for this computer and name its path");
    }

    /// <summary>As it stands in the names of archives: <c>linux-amd64</c>.</summary>
    public override string ToString() => $"{System}-{Processor}";
}
