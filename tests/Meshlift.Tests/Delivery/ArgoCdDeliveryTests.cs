using System.Text;
using System.Text.RegularExpressions;
using Meshlift.Core.Manifests;
using Meshlift.Simulator.Releases;
using Meshlift.Tests.Rendering;
using Meshlift.Tests.Yaml;
using Meshlift.Yaml;
using static Meshlift.Tests.Delivery.DeliveryFiles;

namespace Meshlift.Tests.Delivery;

/// <summary>What Argo CD applies, and in which order.</summary>
public sealed class ArgoCdDeliveryTests
{
    private const string Engine = "argocd, repository: \"https://git.example.com/acme/platform.git\"";

    [Theory, InlineData("1.29.6"), InlineData("1.30.3")]
    public async Task Every_object_is_applied_once_and_nothing_else_is(string rendered)
    {
        using var checkout = await RenderedAsync();
        checkout.Write("clusters/testing/istio-system/1-30-3/ingress.yaml", "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: status, namespace: istio-system}\n");
        checkout.Write("clusters/testing/istio-system/1-30-3/more/{odd},name*.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: ours, namespace: istio-system}\n");
        checkout.Write("clusters/testing/istio-system/1-30-3/istio.operator.yaml", "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: x}\n");
        checkout.Write("clusters/testing/istio-system/1-30-3/values.yaml", "global: { hub: docker.io/istio }\n");
        checkout.Write("clusters/testing/istio-system/common/alias.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: istiod, namespace: istio-system}\n");
        checkout.Write("clusters/testing/istio-system/common/customresourcedefinition/gateways.gateway.networking.k8s.io.yaml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gateways.gateway.networking.k8s.io}\n");
        await checkout.RenderAsync(rendered);
        var tree = checkout.Tree();
        string[] wanted =
        [
            .. tree.Keys.Where(path => MeshCheckout.IsResource(path) && !path.Contains("/standby/", StringComparison.Ordinal)),
            "1-30-3/ingress.yaml", "1-30-3/more/{odd},name*.yaml",
        ];
        var applied = Applications(checkout).SelectMany(application => FilesOf(checkout, application)).ToList();
        Assert.Equal(wanted.Order(StringComparer.Ordinal), applied.Order(StringComparer.Ordinal));
    }

    [IstioDataTheory, MemberData(nameof(RealStreamTests.Streams), MemberType = typeof(RealStreamTests))]
    public async Task Every_real_stream_reaches_the_cluster_whole_and_without_argocd_as_well(string file)
    {
        var stream = MeshCheckout.ReadStream(file);
        if (RealStreamTests.IsWithoutResources(stream)) return;
        using var checkout = new MeshCheckout(revision: $"\"{RealStreamTests.RevisionOf(stream)}\"", engine: Engine);
        checkout.Vendor("1.30.3", stream);
        await checkout.RenderAsync("1.30.3");
        var expected = MeshCheckout.Resources(stream, file);
        AssertApplied(expected, checkout, Applications(checkout).SelectMany(application => FilesOf(checkout, application)));

        checkout.Reconfigure($"engine: {Engine}", "engine: plain");
        await checkout.RenderAsync("1.30.3");
        Assert.All(checkout.Tree().Keys, path => Assert.True(MeshCheckout.IsResource(path) || path.EndsWith("inventory.yaml", StringComparison.Ordinal), path));
        AssertApplied(expected, checkout, checkout.Tree().Keys.Where(path => MeshCheckout.IsResource(path) && !path.Contains("/standby/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Waves_are_in_order_and_only_crds_outlive_their_application()
    {
        using var checkout = await RenderedAsync();
        Assert.Equal(
            ["testing-istio-crds 0 keeps", "testing-istio-shared 1 prunes", "testing-istio-1-29-6 2 prunes", "testing-istio-1-30-3 2 prunes", "testing-istio-active 3 prunes"],
            Applications(checkout).Select(application =>
            {
                var keeps = At(application, "spec.syncPolicy.automated.prune") == "false" && ((YamlMapping)application["metadata"]!)["finalizers"] is null;
                return $"{At(application, "metadata.name")} {At(application, "metadata.annotations[\"argocd.argoproj.io/sync-wave\"]")} {(keeps ? "keeps" : "prunes")}";
            }).OrderBy(line => line.Split(' ')[1], StringComparer.Ordinal).ThenBy(line => line, StringComparer.Ordinal));
        Assert.All(Applications(checkout), application =>
        {
            Assert.Equal("ServerSideApply=true", At(application, "spec.syncPolicy.syncOptions[0]"));
            Assert.Equal("https://git.example.com/acme/platform.git HEAD", $"{At(application, "spec.source.repoURL")} {At(application, "spec.source.targetRevision")}");
            Assert.Equal("in-cluster istio-system", $"{At(application, "spec.destination.name")} {At(application, "spec.destination.namespace")}");
            Assert.Equal("default argocd", $"{At(application, "spec.project")} {At(application, "metadata.namespace")}");
        });

        // The root stands outside of what it applies, and what it applies are Applications, in the cluster of Argo CD.
        var root = Read(checkout, "argocd/root.yaml");
        Assert.Equal("testing-istio clusters/testing/istio-system/argocd/applications *.yaml", $"{At(root, "metadata.name")} {At(root, "spec.source.path")} {At(root, "spec.source.directory.include")}");
        Assert.Equal("in-cluster argocd", $"{At(root, "spec.destination.name")} {At(root, "spec.destination.namespace")}");
    }

    [KubectlFact]
    public async Task Crds_reach_the_cluster_with_annotations_that_their_files_do_not_have()
    {
        using var checkout = await RenderedAsync();
        var folder = Path.Combine(checkout.Mesh, "common", "customresourcedefinition");
        var built = ManifestStream.Split(await Tests.Kubectl.KustomizeAsync(folder), "kustomize");
        Assert.NotEmpty(built);
        foreach (var crd in built)
        {
            Assert.Equal("Prune=false,Delete=false", crd.Annotation("argocd.argoproj.io/sync-options"));
            Assert.Equal("IgnoreExtraneous", crd.Annotation("argocd.argoproj.io/compare-options"));
            var file = Path.Combine(folder, $"{crd.Identity.Name}.yaml");
            var annotations = (YamlMapping)((YamlMapping)crd.Root["metadata"]!)["annotations"]!;
            var metadata = ((YamlMapping)crd.Root["metadata"]!).With("annotations", annotations.Without("argocd.argoproj.io/sync-options").Without("argocd.argoproj.io/compare-options"));
            Assert.Null(YamlDifference.First(YamlReader.Read(await File.ReadAllBytesAsync(file)), crd.Root.With("metadata", metadata), nullIsAbsent: true));
        }
    }

    [Fact]
    public async Task One_argo_cd_can_deliver_to_many_clusters()
    {
        using var checkout = await RenderedAsync(Engine + ", branch: main, project: mesh, namespace: gitops, destination: \"eks-${cluster}\"");
        Assert.All(Applications(checkout), application => Assert.Equal(
            "main mesh gitops eks-testing",
            $"{At(application, "spec.source.targetRevision")} {At(application, "spec.project")} {At(application, "metadata.namespace")} {At(application, "spec.destination.name")}"));
        Assert.Equal("in-cluster gitops", $"{At(Read(checkout, "argocd/root.yaml"), "spec.destination.name")} {At(Read(checkout, "argocd/root.yaml"), "spec.destination.namespace")}");
    }

    [Fact]
    public async Task A_name_that_argo_cd_cannot_hold_is_refused_before_anything_is_written()
    {
        const string revision = "a-revision-with-a-name-that-is-far-too-long-for-its-own-good";
        using var checkout = new MeshCheckout(engine: Engine, revision: revision);
        checkout.Vendor("1.30.3", Encoding.UTF8.GetBytes(SampleRelease.Render("1.30.3", revision)));
        var (code, _, error) = await checkout.RunAsync("render", "1.30.3");
        Assert.Equal(2, code);
        Assert.Contains($"the Application 'testing-istio-{revision}' would have a name of 74 characters", error, StringComparison.Ordinal);
        Assert.Empty(checkout.Tree());
    }

    private static async Task<MeshCheckout> RenderedAsync(string engine = Engine)
    {
        var checkout = new MeshCheckout(engine: engine);
        foreach (var version in SampleRelease.Versions)
        {
            checkout.Vendor(version, Encoding.UTF8.GetBytes(SampleRelease.Render(version, version.Replace('.', '-'))));
            await checkout.RenderAsync(version);
        }
        return checkout;
    }

    private static void AssertApplied(Dictionary<ResourceIdentity, YamlMapping> expected, MeshCheckout checkout, IEnumerable<string> files)
    {
        var applied = files.ToDictionary(path => Assert.Single(ManifestStream.Split(File.ReadAllBytes(Path.Combine(checkout.Mesh, path)), path)).Identity, path => Read(checkout, path));
        RealStreamTests.AssertSame(expected, applied);
    }

    private static List<YamlMapping> Applications(MeshCheckout checkout) =>
        [.. checkout.Tree().Keys.Where(path => path.StartsWith("argocd/applications/", StringComparison.Ordinal)).Select(path => Read(checkout, path))];

    /// <summary>The files that an Application takes, as Argo CD's documentation says: of a folder those that its glob includes, or those of a kustomization.</summary>
    private static IEnumerable<string> FilesOf(MeshCheckout checkout, YamlMapping application)
    {
        const string folder = "clusters/testing/istio-system/";
        var path = At(application, "spec.source.path");
        Assert.StartsWith(folder, path, StringComparison.Ordinal);
        path = path[folder.Length..];
        if (((YamlMapping)((YamlMapping)application["spec"]!)["source"]!)["directory"] is null)
            return List(Read(checkout, $"{path}/kustomization.yaml"), "resources").Select(file => $"{path}/{file}");
        Assert.Equal("true", At(application, "spec.source.directory.recurse"));
        var glob = GlobToRegex(At(application, "spec.source.directory.include"));
        return checkout.Tree().Keys.Where(file => file.StartsWith(path + "/", StringComparison.Ordinal) && file.EndsWith(".yaml", StringComparison.Ordinal) && glob.IsMatch(file[(path.Length + 1)..]));
    }

    private static Regex GlobToRegex(string glob)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < glob.Length; i++)
        {
            _ = glob[i] switch
            {
                '\\' => regex.Append(Regex.Escape(glob[++i].ToString())),
                '{' => regex.Append("(?:"),
                '}' => regex.Append(')'),
                ',' => regex.Append('|'),
                '*' => regex.Append(".*"),
                var c => regex.Append(Regex.Escape(c.ToString())),
            };
        }
        return new Regex(regex.Append('$').ToString(), RegexOptions.None, TimeSpan.FromSeconds(1));
    }
}
