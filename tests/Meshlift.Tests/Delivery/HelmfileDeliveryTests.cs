using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Meshlift.Core.Manifests;
using Meshlift.Simulator.Releases;
using Meshlift.Tests.Rendering;
using Meshlift.Yaml;
using static Meshlift.Tests.Delivery.DeliveryFiles;

namespace Meshlift.Tests.Delivery;

/// <summary>Folders as charts: the real helm gives back what stands in them.</summary>
public sealed class HelmfileDeliveryTests
{
    [HelmStreamTheory, MemberData(nameof(RealStreamTests.Streams), MemberType = typeof(RealStreamTests))]
    public async Task Helm_gives_back_exactly_what_went_in(string file)
    {
        var stream = MeshCheckout.ReadStream(file);
        if (RealStreamTests.IsWithoutResources(stream)) return;
        using var checkout = new MeshCheckout(revision: $"\"{RealStreamTests.RevisionOf(stream)}\"", engine: "helmfile");
        checkout.Vendor("1.30.3", stream);
        await checkout.RenderAsync("1.30.3");
        var charts = Charts(checkout).ToList();
        var expected = MeshCheckout.Resources(stream, file).ToDictionary(one => one.Key, one => one.Key.Kind == "CustomResourceDefinition" ? Kept(one.Value) : one.Value);
        foreach (var program in RealHelm.Programs)
        {
            var actual = new Dictionary<ResourceIdentity, YamlMapping>();
            foreach (var (release, chart, _) in charts)
                foreach (var (identity, root) in MeshCheckout.Resources(await RealHelm.TemplateAsync(program, release, chart), $"{program} template {release}"))
                    Assert.True(actual.TryAdd(identity, root), $"{identity} comes out of two charts");
            Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
            foreach (var (identity, root) in expected) Assert.True(YamlDifference.First(root, actual[identity]) is null, $"{program}: {identity} differs at {YamlDifference.First(root, actual[identity])}");
            var (_, output, error) = await RealHelm.RunAsync(program, ["lint", "--strict", "--quiet", .. charts.Select(chart => chart.Path)]);
            AssertClean(Encoding.UTF8.GetString(output) + error);
        }
    }

    [HelmFact]
    public async Task Whatever_text_stands_in_a_resource_comes_out_unchanged()
    {
        string[] texts =
        [
            "{{ .Values.global }}", "{{- /* */ -}}", "}}{{", "{{\n{{ end }}\n", "a\n---\nb\n", "---\n", "\n---", "ends in blanks  \n", "blank line with blanks\n  \n", "\n\nbegins with lines\n",
            "ends with lines\n\n\n", "tab\t\n\tb\n", "# no comment\n", "\u00e9\u2013\U0001f6a2", "`\"'\\", "%s %d\n", "$x := 1\n", "\r\n", " leading\n",
        ];
        using var checkout = new MeshCheckout(engine: "helmfile", revision: "default");
        var stream = string.Concat(texts.Select((text, i) =>
            "---\n" + Encoding.UTF8.GetString(CanonicalYaml.Write(YamlMapping.Of(
                ("apiVersion", "v1"), ("kind", "ConfigMap"), ("metadata", YamlMapping.Of(("name", $"text-{i}"), ("namespace", "istio-system"))), ("data", YamlMapping.Of(("z", text))))).Span)));
        checkout.Vendor("1.30.3", Encoding.UTF8.GetBytes(stream));
        await checkout.RenderAsync("1.30.3");
        var chart = Assert.Single(Charts(checkout), chart => chart.Release == "istio-active").Path;
        foreach (var program in RealHelm.Programs)
        {
            var actual = MeshCheckout.Resources(await RealHelm.TemplateAsync(program, "istio-active", chart), program);
            for (var i = 0; i < texts.Length; i++)
                Assert.Equal(texts[i], At(actual.Single(one => one.Key.Name == $"text-{i}").Value, "data.z"));
        }
    }

    [HelmFact]
    public async Task Each_revision_is_a_release_that_needs_what_is_shared()
    {
        using var checkout = await RenderedAsync();
        Assert.Equal(
            [
                "istio-crd needs nothing", "istio-shared needs istio-system/istio-crd", "istio-1-29-6 needs istio-system/istio-shared", "istio-1-30-3 needs istio-system/istio-shared",
                "istio-active needs istio-system/istio-1-29-6, istio-system/istio-1-30-3",
            ],
            Charts(checkout).Select(chart => $"{chart.Release} needs {(chart.Needs.Length == 0 ? "nothing" : string.Join(", ", chart.Needs))}"));
        Assert.Equal("true", At(Read(checkout, "helmfile.yaml"), "helmDefaults.wait"));

        checkout.Reconfigure("path: clusters/testing", "path: clusters/testing, context: west");
        checkout.Reconfigure("engine: helmfile", "engine: helmfile, namespace: releases");
        await checkout.RenderAsync("1.30.3");
        Assert.Equal("west", At(Read(checkout, "helmfile.yaml"), "helmDefaults.kubeContext"));
        Assert.Equal("releases releases/istio-crd", $"{At(Read(checkout, "helmfile.yaml"), "releases[1].namespace")} {At(Read(checkout, "helmfile.yaml"), "releases[1].needs[0]")}");
    }

    [HelmStreamTheory, InlineData("default-rev"), InlineData("full")]
    public async Task The_record_of_each_release_is_far_below_the_limit(string flavour)
    {
        using var checkout = new MeshCheckout(engine: "helmfile");
        foreach (var version in (string[])["1.28.10", "1.29.6", "1.30.3"])
        {
            checkout.Vendor(version, IstioData.Read($"manifests/{version}/{flavour}.yaml"));
            await checkout.RenderAsync(version);
        }
        foreach (var (release, chart, _) in Charts(checkout))
        {
            var (size, files) = await RecordAsync(release, chart);
            // The limit of a Secret is 1 MiB.
            Assert.InRange(size, 1, 512 << 10);
            Assert.DoesNotContain(files, file => file.StartsWith("standby/", StringComparison.Ordinal) || file.StartsWith("customresourcedefinition/", StringComparison.Ordinal) || file == "inventory.yaml");
        }
    }

    [HelmFact]
    public async Task Files_of_a_person_are_in_the_release_as_they_are_and_patches_are_not()
    {
        using var checkout = await RenderedAsync();
        const string folder = "clusters/testing/istio-system";
        checkout.Write($"{folder}/1-30-3/more/note \"1\".yaml", "# {{ not a template }}\r\napiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: ours, namespace: istio-system}\r\ndata: {text: '{{ .Values }}'}");
        checkout.Write($"{folder}/1-30-3/README.md", "Ours.\n");
        checkout.Write($"{folder}/1-30-3/values.yaml", "global: { hub: docker.io/istio }\n");
        checkout.Write($"{folder}/common/two.yml", "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n");
        await checkout.RenderAsync("1.30.3");
        foreach (var program in RealHelm.Programs)
        {
            var ours = MeshCheckout.Resources(await RealHelm.TemplateAsync(program, "istio-1-30-3", Path.Combine(checkout.Mesh, "1-30-3")), program).Single(one => one.Key.Name == "ours").Value;
            Assert.Equal("{{ .Values }}", At(ours, "data.text"));
            var shared = MeshCheckout.Resources(await RealHelm.TemplateAsync(program, "istio-shared", Path.Combine(checkout.Mesh, "common")), program);
            Assert.Equal(["one", "two"], shared.Keys.Where(one => one.Kind == "ConfigMap").Select(one => one.Name).Order(StringComparer.Ordinal));
        }
    }

    [HelmFact]
    public async Task Every_crd_is_kept_when_its_release_is_uninstalled()
    {
        const string crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{ name: {0}.example.com{1} }}\nspec: {{ group: example.com, names: {{ kind: A, plural: as }}, scope: Cluster, versions: [] }}\n---\n";
        using var checkout = new MeshCheckout(engine: "helmfile");
        checkout.Vendor("1.30.3", Encoding.UTF8.GetBytes(
            string.Format(null, crd, "bare", "") + string.Format(null, crd, "marked", ", annotations: { example.com/a: b }") + string.Format(null, crd, "kept", ", annotations: { helm.sh/resource-policy: keep }")));
        await checkout.RenderAsync("1.30.3");
        foreach (var program in RealHelm.Programs)
        {
            var crds = ManifestStream.Split(await RealHelm.TemplateAsync(program, "istio-crd", Path.Combine(checkout.Mesh, "common", "customresourcedefinition")), program);
            Assert.Equal(3, crds.Length);
            Assert.All(crds, one => Assert.Equal("keep", one.Annotation("helm.sh/resource-policy")));
            Assert.Equal("b", crds.Single(one => one.Identity.Name == "marked.example.com").Annotation("example.com/a"));
        }
    }

    [HelmFact]
    public async Task A_resource_whose_file_is_missing_is_an_error_and_no_deletion()
    {
        using var checkout = await RenderedAsync();
        File.Delete(Path.Combine(checkout.Mesh, "1-30-3/generated/deployment/istio-system/istiod-1-30-3.yaml"));
        foreach (var program in RealHelm.Programs)
        {
            var (code, _, error) = await RealHelm.RunAsync(program, "template", "istio-1-30-3", Path.Combine(checkout.Mesh, "1-30-3"));
            Assert.NotEqual(0, code);
            Assert.Contains("generated/deployment/istio-system/istiod-1-30-3.yaml is missing", error, StringComparison.Ordinal);
        }
    }

    [Theory, InlineData("1-30-3/values.yaml"), InlineData("common/crds/a.yaml"), InlineData("active/templates/a.yaml"), InlineData("active/charts/a.yaml")]
    public async Task An_object_in_a_file_that_helm_keeps_for_itself_is_refused(string file)
    {
        using var checkout = await RenderedAsync();
        var before = checkout.Tree();
        checkout.Write($"clusters/testing/istio-system/{file}", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ours, namespace: istio-system}\n");
        var (code, _, error) = await checkout.RunAsync("render", "1.30.3");
        Assert.Equal(4, code);
        Assert.Contains($"{file} holds Kubernetes objects, but Helm does not apply a file of this name", error, StringComparison.Ordinal);
        Assert.Equal(before.Count + 1, checkout.Tree().Count);
    }

    [Theory]
    [InlineData("a-revision-with-a-name-that-is-far-too-long-for-helm", "the release 'istio-a-revision-with-a-name-that-is-far-too-long-for-helm' would have a name of 58 characters")]
    [InlineData("shared", "two releases would be called 'istio-shared'")]
    public async Task A_name_that_helm_cannot_hold_is_refused(string revision, string message)
    {
        using var checkout = new MeshCheckout(engine: "helmfile", revision: revision);
        checkout.Vendor("1.30.3", Encoding.UTF8.GetBytes(SampleRelease.Render("1.30.3", revision)));
        var (code, _, error) = await checkout.RunAsync("render", "1.30.3");
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Empty(checkout.Tree());
    }

    private static async Task<MeshCheckout> RenderedAsync()
    {
        var checkout = new MeshCheckout(engine: "helmfile");
        foreach (var version in SampleRelease.Versions)
        {
            checkout.Vendor(version, Encoding.UTF8.GetBytes(SampleRelease.Render(version, version.Replace('.', '-'))));
            await checkout.RenderAsync(version);
        }
        return checkout;
    }

    /// <summary>The size of the Secret in which Helm keeps a release, and the files of the chart in it.</summary>
    private static async Task<(int Size, IReadOnlyList<string> Files)> RecordAsync(string release, string chart)
    {
        var (code, output, error) = await RealHelm.RunAsync(RealHelm.Four!, "install", release, chart, "--dry-run=client", "--output", "json");
        Assert.True(code == 0, error);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) await gzip.WriteAsync(output);
        using var json = JsonDocument.Parse(output);
        var files = json.RootElement.GetProperty("chart").GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()!).ToList();
        return (Base64.GetMaxEncodedToUtf8Length((int)packed.Length), files);
    }

    /// <summary>Charts up to 1.11 have one CRD that is not marked to be kept; all others come as they went in.</summary>
    private static YamlMapping Kept(YamlMapping crd)
    {
        var metadata = (YamlMapping)crd["metadata"]!;
        return crd.With("metadata", metadata.With("annotations", (metadata["annotations"] as YamlMapping ?? YamlMapping.Empty).With("helm.sh/resource-policy", "keep")));
    }

    /// <summary>What old streams hold is deprecated; that is theirs to say, and nothing else may be wrong.</summary>
    private static void AssertClean(string lint) =>
        Assert.DoesNotContain(lint.Split('\n'), line => (line.Contains("[WARNING]", StringComparison.Ordinal) || line.Contains("[ERROR]", StringComparison.Ordinal)) && !line.Contains("deprecated", StringComparison.Ordinal));

    private static IEnumerable<(string Release, string Path, string[] Needs)> Charts(MeshCheckout checkout)
    {
        var releases = (YamlSequence)Read(checkout, "helmfile.yaml")["releases"]!;
        return releases.Items.Cast<YamlMapping>().Select(release => (At(release, "name"), Path.GetFullPath(Path.Combine(checkout.Mesh, At(release, "chart"))), List(release, "needs").ToArray()));
    }
}
