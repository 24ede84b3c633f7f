using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Meshlift.CommandLine;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Manifests;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Releases;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Fleet;
using Meshlift.Tests.Rendering;

namespace Meshlift.Tests.Drifting;

/// <summary>Two clusters, the repository that says what they have, and a Flux that has applied it.</summary>
internal sealed class DriftFixture : IAsyncDisposable
{
    public const string Flux = "kustomize-controller";

    private DriftFixture(SimulatedMesh mesh, MeshCheckout checkout) => (Mesh, Checkout) = (mesh, checkout);

    public SimulatedMesh Mesh { get; }

    public MeshCheckout Checkout { get; }

    public SimulatedCluster Eu => Mesh.Clusters[0];

    public SimulatedCluster Us => Mesh.Clusters[1];

    /// <summary>Starts it; without a deliverer the clusters are empty.</summary>
    public static async Task<DriftFixture> StartAsync(string? deliverer = Flux)
    {
        var checkout = new MeshCheckout();
        checkout.Reconfigure("{ name: testing, path: clusters/testing }", "{ name: eu, path: clusters/eu, context: eu }, { name: us, path: clusters/us, context: us }");
        foreach (var version in SampleRelease.Versions)
        {
            checkout.Vendor(version, Encoding.UTF8.GetBytes(SampleRelease.Render(version, version.Replace('.', '-'))));
            Assert.Equal(0, (await checkout.RunAsync("render", version, "--all-clusters")).Code);
        }
        var fixture = new DriftFixture(await SimulatedMesh.StartBareAsync("eu", "us"), checkout);
        if (deliverer is null) return fixture;
        foreach (var cluster in fixture.Mesh.Clusters) fixture.Deliver(cluster, deliverer);
        return fixture;
    }

    /// <summary>The path of a file of the cluster eu.</summary>
    public string File(string path) => Checkout[$"clusters/eu/istio-system/{path}"];

    /// <summary>Changes a file of the cluster eu; fails when it does not hold the text.</summary>
    public void Edit(string path, string from, string to)
    {
        var text = System.IO.File.ReadAllText(File(path));
        Assert.Contains(from, text, StringComparison.Ordinal);
        System.IO.File.WriteAllText(File(path), text.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>Applies manifests as a GitOps agent does: server-side, with its marks.</summary>
    public static void Apply(SimulatedCluster cluster, string manifests, string manager, string kustomization)
    {
        foreach (var resource in ManifestStream.Split(Encoding.UTF8.GetBytes(manifests), "manifests")) Apply(cluster, resource, manager, kustomization);
    }

    public Task<Outcome> RunAsync(params string[] arguments) => RunAsync(Mesh.Kubeconfig, [.. arguments, "--config", Checkout["meshlift.yaml"]]);

    public static async Task<Outcome> RunAsync(string kubeconfig, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync(["drift", .. arguments, "--kubeconfig", kubeconfig], new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        return new Outcome(code, output.ToString(), error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Mesh.DisposeAsync();
        Checkout.Dispose();
    }

    private void Deliver(SimulatedCluster cluster, string manager)
    {
        var root = Checkout[$"clusters/{cluster.Settings.Name}/istio-system"];
        (string Folder, string Name)[] steps = [("common/customresourcedefinition", "istio-crds"), ("common", "istio-shared"), ("1-29-6/generated", "istio-1-29-6"), ("1-30-3/generated", "istio-1-30-3"), ("active", "istio-active")];
        foreach (var (folder, name) in steps)
            foreach (var file in Directory.EnumerateFiles(Path.Combine(root, folder), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                if (Path.GetFileName(file) != "kustomization.yaml" && (folder != "common" || !file.Contains("customresourcedefinition/", StringComparison.Ordinal)))
                    Apply(cluster, System.IO.File.ReadAllText(file), manager, name);
    }

    private static void Apply(SimulatedCluster cluster, Resource resource, string manager, string kustomization)
    {
        var (type, space) = (cluster.Types.Single(type => type.Kind == resource.Identity.Kind && type.Key.Group == resource.Identity.Group && type.ApiVersion == ((Meshlift.Yaml.YamlScalar)resource.Root["apiVersion"]!).Value), resource.Identity.Namespace);
        if (space.Length > 0 && cluster.Store.Find(cluster.Type("v1", "Namespace").Key, "", space) is null) SimulatedMesh.Namespace(cluster, space);
        var json = JsonNode.Parse(JsonNodes.Write(resource.Root))!.AsObject();
        if (manager == Flux)
        {
            var labels = json["metadata"]!["labels"] as JsonObject ?? [];
            (labels["kustomize.toolkit.fluxcd.io/name"], labels["kustomize.toolkit.fluxcd.io/namespace"]) = (kustomization, "flux-system");
            json["metadata"]!["labels"] = labels.DeepClone();
        }
        cluster.Apply(type, space, resource.Identity.Name, json, new WriteOptions { Manager = manager, Force = true });
    }
}
