using System.Diagnostics;
using System.Text.Json;

namespace Meshlift.Tests.Yaml;

/// <summary>The real kubectl, whose reading of YAML ours is held against.</summary>
internal static class Kubectl
{
    /// <summary>The program; null when it is not on PATH.</summary>
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0)
        .SelectMany(folder => new[] { Path.Combine(folder, "kubectl"), Path.Combine(folder, "kubectl.exe") })
        .FirstOrDefault(File.Exists);

    /// <summary>What kubectl makes of a manifest: the JSON it would send, but for a label.</summary>
    public static async Task<JsonElement> ReadAsync(ReadOnlyMemory<byte> manifest)
    {
        var folder = Directory.CreateTempSubdirectory("meshlift-test-");
        try
        {
            var file = Path.Combine(folder.FullName, "manifest.yaml");
            await File.WriteAllBytesAsync(file, manifest);
            return JsonDocument.Parse(await RunAsync("label", "--local", "-f", file, "read=yes", "-o", "json")).RootElement;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What kustomize writes for a manifest.</summary>
    public static async Task<string> KustomizeAsync(ReadOnlyMemory<byte> manifest)
    {
        var folder = Directory.CreateTempSubdirectory("meshlift-test-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "manifest.yaml"), manifest);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "kustomization.yaml"), "resources: [manifest.yaml]\n");
            return await RunAsync("kustomize", folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(Program!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false } };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException(await errors);
    }
}

/// <summary>A test against the real kubectl; reported as skipped where it is not on PATH.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KubectlFactAttribute : FactAttribute
{
    /// <summary>Skips the test where there is nothing to hold it against.</summary>
    public KubectlFactAttribute()
    {
        if (Kubectl.Program is null) Skip = "SKIPPED: kubectl is not on PATH, so our reading of YAML was not held against it";
    }
}
