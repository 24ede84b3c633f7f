using System.Diagnostics;

namespace Meshlift.Tests;

/// <summary>The real <c>helm</c>, in as many versions as there are: where <c>./test</c> put 3 and 4, else the one on the PATH.</summary>
public static class RealHelm
{
    private static readonly string[] Folders = ["v32", "v33"];

    /// <summary>The folders below <c>artifacts/tools</c> that hold version 3 and version 4.</summary>
    public static TheoryData<string> All => [.. Folders];

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

    /// <summary>The program in a folder below <c>artifacts/tools</c>; null where there is none.</summary>
    public static string? In(string folder)
    {
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
            if (Path.Combine(above.FullName, "artifacts", "tools", folder, "helm") is var program && File.Exists(program))
                return program;
        return null;
    }

    private static string[] Find()
    {
        string[] found = [.. Folders.Select(In).OfType<string>()];
        if (found.Length > 0) return found;
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
        if (RealHelm.Four is null) Skip = "SKIPPED: helm 4 is absent, so this was not tested with the real program; ./test fetches it";
    }
}

/// <summary>A test with each real Helm; reported as skipped, once, where one is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HelmTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where there is nothing to test with.</summary>
    public HelmTheoryAttribute()
    {
        if (RealHelm.Programs.Count < 2) Skip = "SKIPPED: helm 3 and 4 are not both there, so this was not tested with the real programs; ./test fetches them";
    }
}

/// <summary>A test of the real helm on real streams; reported as skipped where one of them is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HelmStreamTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where there is nothing to test with.</summary>
    public HelmStreamTheoryAttribute()
    {
        if (RealHelm.Programs.Count == 0) Skip = "SKIPPED: helm is absent, so this was not tested with the real program; ./test fetches it";
        else if (IstioData.Folder is null) Skip = "SKIPPED: ../shared/istio-data is absent, so this was not tested on real files";
    }
}
