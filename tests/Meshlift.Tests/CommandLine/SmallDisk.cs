using System.Globalization;
using Meshlift.Adapters.Processes;

namespace Meshlift.Tests.CommandLine;

/// <summary>A file system in memory of a known size, for what happens when it is full or read-only. Mounting needs root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Stack<string> _mounts = [];

    private SmallDisk() { }

    /// <summary>Its folder.</summary>
    public string Path => _folder["disk"];

    public static async Task<SmallDisk> MountAsync(string options)
    {
        var disk = new SmallDisk();
        Directory.CreateDirectory(disk.Path);
        await MountAsync("-t", "tmpfs", "-o", options, "tmpfs", disk.Path);
        disk._mounts.Push(disk.Path);
        return disk;
    }

    /// <summary>Changes the options of the mount: <c>ro</c>, <c>nr_inodes=100</c>.</summary>
    public Task RemountAsync(string options) => MountAsync("-o", $"remount,{options}", Path);

    /// <summary>Makes a folder of the disk read-only, all around it writable.</summary>
    public async Task ProtectAsync(string folder)
    {
        await MountAsync("--bind", folder, folder);
        _mounts.Push(folder);
        await MountAsync("-o", "remount,bind,ro", folder);
    }

    /// <summary>Makes a protected folder writable again.</summary>
    public void Unprotect() => Unmount(_mounts.Pop());

    /// <summary>Fills the disk, but for so many bytes.</summary>
    public void Fill(int free)
    {
        using var ballast = new FileStream(System.IO.Path.Combine(Path, "ballast"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true) ballast.Write(block);
        }
        catch (IOException)
        {
            ballast.SetLength(ballast.Position - free);
        }
    }

    /// <summary>How many files and folders there are on it.</summary>
    public async Task<int> CountAsync()
    {
        var ran = await new ExternalProgram("stat", "install coreutils", TimeProvider.System).RunAsync(new ProgramCall("/", ["-f", "-c", "%c %d", Path]), default);
        var numbers = ran.OutputText.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return numbers[0] - numbers[1];
    }

    public void Dispose()
    {
        while (_mounts.TryPop(out var mount)) Unmount(mount);
        _folder.Dispose();
    }

    private static void Unmount(string folder) => new ExternalProgram("umount", "install util-linux", TimeProvider.System).RunAsync(new ProgramCall("/", ["--lazy", folder]), default).GetAwaiter().GetResult();

    private static async Task MountAsync(params string[] arguments)
    {
        var ran = await new ExternalProgram("mount", "install util-linux", TimeProvider.System).RunAsync(new ProgramCall("/", [.. arguments]), default);
        Assert.True(ran.ExitCode == 0, $"mount {string.Join(' ', arguments)}: {ran.ErrorText}");
    }
}

/// <summary>A test that needs a <see cref="SmallDisk"/>; skipped, and said so, where nothing can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        try
        {
            using var disk = SmallDisk.MountAsync("size=64k").GetAwaiter().GetResult();
            return null;
        }
        catch (Exception e) when (e is Meshlift.Core.UserException or Xunit.Sdk.XunitException)
        {
            return $"a small file system cannot be mounted here, so full and read-only disks are not tested ({e.Message.Split('\n')[0]})";
        }
    });

    public SmallDiskFactAttribute() => Skip = Reason.Value;
}
