using System.Text;
using Meshlift.Simulator.Releases;

namespace Meshlift.Benchmarks;

/// <summary>The stream that is measured: what the real renderer prints for Istio 1.30.3 with all components, or the sample of the same shape and size.</summary>
internal static class Streams
{
    public static string Name => Real is null ? "sample 1.30.3" : "istio-data 1.30.3/full.yaml";

    /// <summary>The same stream of 1.29.6.</summary>
    public static byte[] ReadBefore() => File29 is { } file ? File.ReadAllBytes(file) : Encoding.UTF8.GetBytes(SampleRelease.Render("1.29.6", "1-29-6"));

    private static string? File29 => Real?.Replace("1.30.3", "1.29.6", StringComparison.Ordinal);

    private static string? Real
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                var file = Path.Combine(folder.FullName, "..", "shared", "istio-data", "manifests", "1.30.3", "full.yaml");
                if (File.Exists(Path.Combine(folder.FullName, "Meshlift.slnx"))) return File.Exists(file) ? file : null;
            }
            return null;
        }
    }

    public static byte[] Read() => Real is { } file ? File.ReadAllBytes(file) : Encoding.UTF8.GetBytes(SampleRelease.Render("1.30.3", "1-30-3"));
}
