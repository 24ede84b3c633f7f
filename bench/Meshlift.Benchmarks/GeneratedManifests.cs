using System.Globalization;
using System.Text;
using Meshlift.Core.Manifests;
using Meshlift.Core.Schemas;
using Meshlift.Simulator.Releases;

namespace Meshlift.Benchmarks;

/// <summary>Many manifests in many files: those of a sample release without its largest, each again and again under other names, beside the release's CRDs.</summary>
internal static class GeneratedManifests
{
    private const int LargestBytes = 8 << 10;
    private const int FilesInFolder = 100;

    /// <summary>Writes manifests below a folder: most files hold one, every tenth holds ten.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="count">How many, the CRDs not counted.</param>
    /// <returns>The bytes of all files.</returns>
    public static long Write(string folder, int count)
    {
        var stream = Encoding.UTF8.GetBytes(SampleRelease.Render("1.30.3", "1-30-3"));
        var resources = ManifestStream.Split(stream, "sample");
        var crds = string.Join("---\n", resources.Where(resource => CrdSchemas.IsCrd(resource.Identity)).Select(Text));
        var templates = resources.Where(resource => !CrdSchemas.IsCrd(resource.Identity) && resource.Identity.Kind is not "MutatingWebhookConfiguration" and not "ValidatingWebhookConfiguration")
            .Select(resource => (resource.Identity.Name, Text: Text(resource))).Where(template => template.Text.Length <= LargestBytes).ToList();
        File.WriteAllText(Path.Combine(folder, "crds.yaml"), crds);
        var (bytes, file, text, held) = ((long)crds.Length, 0, new StringBuilder(), 0);
        for (var i = 0; i < count; i++)
        {
            var (name, template) = templates[i % templates.Count];
            if (held > 0) text.Append("---\n");
            text.Append(template.Replace($"\n  name: {name}\n", string.Create(CultureInfo.InvariantCulture, $"\n  name: {name}-{i}\n"), StringComparison.Ordinal));
            if (++held < (file % 10 == 0 ? 10 : 1) && i + 1 < count) continue;
            var below = Directory.CreateDirectory(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"team-{file / FilesInFolder:000}"))).FullName;
            File.WriteAllText(Path.Combine(below, string.Create(CultureInfo.InvariantCulture, $"manifest-{file:00000}.yaml")), text.ToString());
            bytes += text.Length;
            (file, held) = (file + 1, 0);
            text.Clear();
        }
        return bytes;
    }

    private static string Text(Resource resource) => Encoding.UTF8.GetString(resource.ToCanonicalYaml().Span).Replace("registry.istio.io/release", "registry.example.com/istio", StringComparison.Ordinal);
}
