using System.CommandLine;
using System.IO.Compression;
using Meshlift.CommandLine;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Tests.Rendering;

/// <summary>A folder with a <c>meshlift.yaml</c>, in which the real command line renders.</summary>
internal sealed class MeshCheckout : IDisposable
{
    private readonly TempFolder _folder = new();

    public MeshCheckout(string spec = "", string revision = "\"{major}-{minor}-{patch}\"", string engine = "flux", string istio = "", string renderer = "renderer: manifests, manifests: \"vendor/${version}.yaml\"")
    {
        var strategy = revision.Contains('{', StringComparison.Ordinal) ? "canary" : "inPlace";
        _folder.Write("meshlift.yaml", $$"""
            apiVersion: meshlift.dev/v1alpha1
            kind: Mesh
            metadata: { name: test }
            spec:
              istio: { versions: "*", {{renderer}}, revision: {{revision}}{{istio}} }
              layout: { engine: {{engine}} }
              controlPlane: { strategy: {{strategy}} }
              environments:
                - name: testing
                  clusters: [{ name: testing, path: clusters/testing }]
            {{spec}}
            """);
        Directory.CreateDirectory(_folder["vendor"]);
    }

    public string Root => _folder.Path;

    public string Mesh => _folder["clusters/testing/istio-system"];

    public string this[string path] => _folder[path];

    public void Write(string path, string text) => _folder.Write(path, text);

    public void Vendor(string version, byte[] stream) => File.WriteAllBytes(_folder[$"vendor/{version}.yaml"], stream);

    /// <summary>Changes the configuration; fails when it does not hold the text.</summary>
    public void Reconfigure(string from, string to)
    {
        var text = File.ReadAllText(_folder["meshlift.yaml"]);
        Assert.Contains(from, text, StringComparison.Ordinal);
        _folder.Write("meshlift.yaml", text.Replace(from, to, StringComparison.Ordinal));
    }

    public async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync([.. arguments, "--config", _folder["meshlift.yaml"]], new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    public async Task<string> RenderAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(["render", .. arguments]);
        Assert.True(code == 0, error + output);
        return output;
    }

    /// <summary>Every file of the cluster, by its path below the mesh's folder.</summary>
    public SortedDictionary<string, byte[]> Tree() => Files(Mesh);

    public static SortedDictionary<string, byte[]> Files(string folder)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (Directory.Exists(folder))
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                files.Add(Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllBytes(file));
        return files;
    }

    public static bool IsResource(string path) =>
        (path.StartsWith("common/", StringComparison.Ordinal) || path.StartsWith("active/", StringComparison.Ordinal) || path.Contains("/generated/", StringComparison.Ordinal) || path.Contains("/standby/", StringComparison.Ordinal))
        && !path.EndsWith("/kustomization.yaml", StringComparison.Ordinal);

    /// <summary>The resources of a stream, by identity, without the webhook fields that never reach Git.</summary>
    public static Dictionary<ResourceIdentity, YamlMapping> Resources(byte[] stream, string name) =>
        ManifestStream.Split(stream, name).ToDictionary(resource => resource.Identity, resource => Core.Cleaning.WebhookFields.Drop(resource).Root);

    public static byte[] ReadStream(string path)
    {
        var bytes = IstioData.Read(path);
        if (!path.EndsWith(".gz", StringComparison.Ordinal)) return bytes;
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress)) gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    public void Dispose() => _folder.Dispose();
}
