using System.Diagnostics;

namespace Meshlift.Tests;

/// <summary>The real <c>helm</c>, in as many versions as there are: where <c>./test</c> put 3 and 4, else the one on the PATH.</summary>
public static class Helm
{
    /// <summary>The programs, oldest version first; empty where there is none.</summary>
    public static IReadOnlyList<string> Programs { get; } = Find();

    /// <summary>The program of version 4; null where there is none.</summary>
    public static string? Four => Programs.FirstOrDefault(program => program.Contains("v33", StringComparison.Ordinal));

    /// <summary>Runs a program. It knows no cluster.</summary>
    public static async Task<(int Code, byte[] Output, string Error)> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["KUBECONFIG"] = "/dev/null";
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return (process.ExitCode, output.ToArray(), await error);
    }

    /// <summary>What <c>helm template</c> makes of a chart.</summary>
    public static async Task<byte[]> TemplateAsync(string program, string release, string chart)
    {
        var (code, output, error) = await RunAsync(program, "template", release, chart, "--namespace", "istio-system");
        Assert.True(code == 0, $"{program} template {chart}: {error}");
        return output;
    }

    private static string[] Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string[] found = [.. new[] { "v32", "v33" }.Select(version => Path.Combine(folder.FullName, "artifacts", "tools", version, "helm")).Where(File.Exists)];
            if (found.Length > 0) return found;
        }
        return [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "helm")).Where(File.Exists).Take(1)];
    }
}

/// <summary>A test of the real helm; reported as skipped where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HelmFactAttribute : FactAttribute
{
    /// <summary>Skips the test where there is nothing to test with.</summary>
    public HelmFactAttribute()
    {
        if (Helm.Four is null) Skip = "SKIPPED: helm 4 is absent, so this was not tested with the real program; ./test fetches it";
    }
}

/// <summary>A test of the real helm on real streams; reported as skipped where one of them is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HelmStreamTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where there is nothing to test with.</summary>
    public HelmStreamTheoryAttribute()
    {
        if (Helm.Programs.Count == 0) Skip = "SKIPPED: helm is absent, so this was not tested with the real program; ./test fetches it";
        else if (IstioData.Folder is null) Skip = "SKIPPED: ../shared/istio-data is absent, so this was not tested on real files";
    }
}
