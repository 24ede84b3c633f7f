using System.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace Meshlift.Tests.Simulator;

public sealed class SampleKubectlTests
{
    [KubectlFact]
    public async Task Kubectl_builds_the_stream_and_loses_nothing()
    {
        var built = await KubectlAsync("1.30.3", "1-30-3", folder => ["kustomize", folder]);
        var stream = new YamlStream();
        stream.Load(new StringReader(built));
        var identities = stream.Documents.Select(document => RenderedObject.IdentityOf(document.RootNode));
        Assert.Equal(
            RenderedRelease.Of("1.30.3", "1-30-3").Objects.Select(item => item.Identity).Order(StringComparer.Ordinal),
            identities.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    // kubectl and istioctl write YAML with one library, so what kubectl would write differently is not in the official form.
    [KubectlFact]
    public async Task Kubectl_would_write_every_byte_the_same()
    {
        var written = await KubectlAsync("1.29.6", "1-29-6",
            folder => ["label", "--local", "--output=yaml", $"--filename={Path.Join(folder, "all.yaml")}", "zz/mark=x"]);
        Assert.Equal(
            string.Concat(RenderedRelease.Of("1.29.6", "1-29-6").Objects.Select(item => item.Text)),
            written.Replace("    zz/mark: x\n", "", StringComparison.Ordinal));
    }

    private static async Task<string> KubectlAsync(string version, string revision, Func<string, IEnumerable<string>> arguments)
    {
        var folder = Directory.CreateTempSubdirectory("meshlift-samples-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Join(folder, "all.yaml"), RenderedRelease.Of(version, revision).Text);
            await File.WriteAllTextAsync(Path.Join(folder, "kustomization.yaml"), "resources: [all.yaml]\n");
            using var kubectl = Process.Start(new ProcessStartInfo(KubectlFactAttribute.Program!, arguments(folder))
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                // No cluster and no cache of the person who runs the tests.
                Environment = { ["KUBECONFIG"] = Path.Join(folder, "none"), ["HOME"] = folder },
            })!;
            var error = kubectl.StandardError.ReadToEndAsync();
            var output = await kubectl.StandardOutput.ReadToEndAsync();
            await kubectl.WaitForExitAsync();
            Assert.True(kubectl.ExitCode == 0, await error);
            return output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>A test that takes kubectl; without it on PATH the test is reported as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KubectlFactAttribute : FactAttribute
{
    public KubectlFactAttribute()
    {
        if (Program is null) Skip = "kubectl is not on PATH";
    }

    internal static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Join(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl")).FirstOrDefault(File.Exists);
}
