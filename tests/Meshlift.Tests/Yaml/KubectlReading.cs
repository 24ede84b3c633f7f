using System.Diagnostics;
using System.Text.Json;

namespace Meshlift.Tests.Yaml;

/// <summary>What the real kubectl makes of YAML, which our reading is held against.</summary>
internal static class KubectlReading
{
    /// <summary>A manifest as kubectl reads it to send it: JSON, with a label more.</summary>
    /// <exception cref="InvalidOperationException">kubectl refuses it; the message says why.</exception>
    public static async Task<JsonElement> ReadAsync(ReadOnlyMemory<byte> manifest)
    {
        using var folder = new TempFolder();
        var file = folder["manifest.yaml"];
        await File.WriteAllBytesAsync(file, manifest);
        var start = new ProcessStartInfo(Kubectl.Program!, ["label", "--local", "-f", file, "read=yes", "-o", "json"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? JsonDocument.Parse(await output).RootElement : throw new InvalidOperationException(await errors);
    }

    /// <summary>A manifest as kustomize writes it.</summary>
    public static async Task<byte[]> KustomizeAsync(ReadOnlyMemory<byte> manifest)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder["manifest.yaml"], manifest);
        await File.WriteAllTextAsync(folder["kustomization.yaml"], "resources: [manifest.yaml]\n");
        return await Kubectl.KustomizeAsync(folder.Path);
    }
}

/// <summary>A test against the real kubectl; reported as skipped where it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KubectlFactAttribute : FactAttribute
{
    /// <summary>Skips the test where there is nothing to hold it against.</summary>
    public KubectlFactAttribute()
    {
        if (Kubectl.Program is null) Skip = "SKIPPED: kubectl is not on PATH, so our reading of YAML was not held against it";
    }
}
