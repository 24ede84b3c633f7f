using System.Text;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Tests.Rendering;

/// <summary>Every stream that a real renderer printed goes through the real command line, and comes out resource by resource.</summary>
public sealed class RealStreamTests
{
    public static TheoryData<string> Streams()
    {
        var data = new TheoryData<string>();
        if (IstioData.Folder is null) return data;
        foreach (var file in Directory.EnumerateFiles(IstioData.Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(IstioData.Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal))
            if (file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".yaml.gz", StringComparison.Ordinal))
                if (file.StartsWith("manifests/", StringComparison.Ordinal) || (file.StartsWith("goldens/", StringComparison.Ordinal) && file.Contains("output/", StringComparison.Ordinal)))
                    data.Add(file);
        return data;
    }

    [IstioDataTheory, MemberData(nameof(Streams))]
    public async Task What_goes_in_comes_out(string file)
    {
        var stream = MeshCheckout.ReadStream(file);
        if (IsWithoutResources(stream)) return;
        var expected = MeshCheckout.Resources(stream, file);
        var revision = RevisionOf(stream);
        using var checkout = new MeshCheckout(revision: $"\"{revision}\"");
        checkout.Vendor("1.30.3", stream);
        await checkout.RenderAsync("1.30.3");
        var tree = checkout.Tree();

        AssertSame(expected, Written(tree));

        Assert.Equal("nothing changes", (await checkout.RenderAsync("1.30.3")).TrimEnd().Split('\n')[^1]);
        AssertSameFiles(tree, checkout.Tree());

        checkout.Vendor("1.30.3", Shuffled(stream));
        Assert.Equal("nothing changes", (await checkout.RenderAsync("1.30.3")).TrimEnd().Split('\n')[^1]);
        AssertSameFiles(tree, checkout.Tree());

        if (Kubectl.Program is null) return;
        string[] applied = [.. new[] { "common/customresourcedefinition", "common", revision, "active" }.Where(folder => File.Exists(Path.Combine(checkout.Mesh, folder, "kustomization.yaml")))];
        checkout.Write("all/kustomization.yaml", $"resources: [{string.Join(", ", applied.Select(folder => $"../clusters/testing/istio-system/{folder}"))}]\n");
        AssertSame(expected, MeshCheckout.Resources(await Kubectl.KustomizeAsync(checkout["all"]), "kubectl kustomize"), nullIsAbsent: true);
    }

    [IstioDataTheory]
    [InlineData("traps/bom.helm-ztunnel-1.30.3.yaml"), InlineData("traps/crlf.helm-default-1.30.3.yaml"), InlineData("traps/comment-only-document-last.helm4-default-1.30.3.yaml")]
    [InlineData("traps/document-end-markers.kiali-1.30.3.yaml"), InlineData("traps/indented-dashes.jwt-server-1.30.3.yaml"), InlineData("traps/separator-trailing-spaces.envoy-filter-1.30.3.yaml")]
    [InlineData("traps/kind-list.analyze-list-type-1.30.3.yaml")]
    public Task Traps_are_no_trap(string file) => What_goes_in_comes_out(file);

    [IstioDataFact]
    public async Task Duplicate_keys_are_refused_with_both_places()
    {
        using var checkout = new MeshCheckout(revision: "\"1-11-8\"");
        checkout.Vendor("1.11.8", IstioData.Read("traps/duplicate-keys.two-revision-tags-1.11.8.yaml"));
        var (code, _, error) = await checkout.RunAsync("render", "1.11.8");
        Assert.Equal(2, code);
        Assert.Contains("vendor/1.11.8.yaml:80:1: the key 'apiVersion' stands twice, first at 6:1", error, StringComparison.Ordinal);
        Assert.Empty(checkout.Tree());
    }

    internal static bool IsWithoutResources(byte[] stream)
    {
        for (var reader = new YamlDocumentReader(stream); reader.Read();)
            if (!YamlDocumentReader.IsEmpty(reader.Current))
                return false;
        return true;
    }

    /// <summary>The revision that most labels name; the configuration of a real mesh would say it.</summary>
    internal static string RevisionOf(byte[] stream) => ManifestStream.Split(stream, "stream").Select(resource => resource.Label("istio.io/rev")).OfType<string>()
        .GroupBy(label => label).OrderByDescending(group => group.Count()).FirstOrDefault()?.Key ?? "default";

    private static byte[] Shuffled(byte[] stream)
    {
        var documents = IstioData.Documents(stream).Select(document => Encoding.UTF8.GetString(document.Utf8).TrimStart('\uFEFF')).Where(text => !YamlDocumentReader.IsEmpty(Encoding.UTF8.GetBytes(text))).ToArray();
        new Random(7).Shuffle(documents);
        return Encoding.UTF8.GetBytes(string.Concat(documents.Select(document => document.StartsWith("---", StringComparison.Ordinal) ? document + "\n" : $"---\n{document}\n")));
    }

    /// <summary>What was generated, by identity; what is in charge stands in its revision's folder as well.</summary>
    internal static Dictionary<ResourceIdentity, YamlMapping> Written(SortedDictionary<string, byte[]> tree)
    {
        var written = new Dictionary<ResourceIdentity, YamlMapping>();
        foreach (var (path, bytes) in tree.Where(one => MeshCheckout.IsResource(one.Key) && !one.Key.StartsWith("active/", StringComparison.Ordinal)))
        {
            var resource = Assert.Single(ManifestStream.Split(bytes, path));
            Assert.True(written.TryAdd(resource.Identity, resource.Root), $"{resource.Identity} stands in two files");
            Assert.EndsWith(GeneratedPath.Of(resource.Identity), path, StringComparison.Ordinal);
        }
        return written;
    }

    internal static void AssertSame(Dictionary<ResourceIdentity, YamlMapping> expected, Dictionary<ResourceIdentity, YamlMapping> actual, bool nullIsAbsent = false)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (identity, root) in expected) Assert.True(YamlDifference.First(root, actual[identity], nullIsAbsent) is null, $"{identity} differs at {YamlDifference.First(root, actual[identity], nullIsAbsent)}");
    }

    private static void AssertSameFiles(SortedDictionary<string, byte[]> expected, SortedDictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (path, bytes) in expected) Assert.True(bytes.AsSpan().SequenceEqual(actual[path]), $"{path} differs");
    }
}
