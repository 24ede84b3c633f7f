using System.Diagnostics;

namespace Meshlift.Tests;

/// <summary>The real <c>kubectl</c>: on the PATH, or where <c>./test</c> put it.</summary>
public static class Kubectl
{
    /// <summary>The program; null where there is none.</summary>
    public static string? Program { get; } = Find();

    /// <summary>What <c>kubectl kustomize</c> makes of a folder.</summary>
    public static async Task<byte[]> KustomizeAsync(string folder)
    {
        var start = new ProcessStartInfo(Program!) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["kustomize", folder]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return output.ToArray();
    }

    private static string? Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).ToList();
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            folders.Add(Path.Combine(folder.FullName, "artifacts", "tools", "v33"));
        return folders.Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
    }
}
