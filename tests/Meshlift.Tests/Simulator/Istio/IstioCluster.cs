using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Releases;
using Meshlift.Tests.Simulator.Clusters;

namespace Meshlift.Tests.Simulator.Istio;

/// <summary>A cluster into which streams of manifests are put.</summary>
internal sealed class IstioCluster
{
    public IstioCluster(string kubernetes = "v1.33.4", TimeProvider? time = null, string name = "eu", bool hasKubelets = false)
    {
        Cluster = new SimulatedCluster(new ClusterSettings { Name = name, KubernetesVersion = kubernetes, Time = time ?? TimeProvider.System, HasKubelets = hasKubelets });
        foreach (var space in (string[])["istio-system", "istio-ingress", "istio-ingress-internal", "istio-egress"]) Namespace(space);
    }

    public SimulatedCluster Cluster { get; }

    /// <summary>Installs a sample release without its CRDs.</summary>
    public IstioCluster Install(string version, string revision) => Apply(Encoding.UTF8.GetBytes(SampleRelease.Render(version, revision)));

    /// <summary>Applies the documents of a stream, but for CRDs.</summary>
    public IstioCluster Apply(byte[] stream)
    {
        foreach (var (utf8, _) in IstioData.Documents(stream))
            if (YamlAsJson.Parse(utf8) is JsonObject json && json.Text("kind") is not "CustomResourceDefinition" && Cluster.Catalog.FindKind(json.Text("apiVersion")!, json.Text("kind")!) is { } type)
                Cluster.Apply(type, json.At("metadata.namespace").AsText() ?? "", json.At("metadata.name").AsText()!, json, new WriteOptions { Manager = "git", Force = true });
        return this;
    }

    public IstioCluster Apply(string yaml) => Apply(Encoding.UTF8.GetBytes(yaml));

    public void Namespace(string name, string labels = "{}") => Apply($$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}","labels":{{{labels}}}}}""");

    /// <summary>Makes a pod with one container <c>main</c>.</summary>
    public JsonObject Pod(string space, string name = "web-1", string metadata = "{}")
    {
        var pod = new JsonObject { ["metadata"] = Json.Object(metadata), ["spec"] = Json.Object("""{"containers":[{"name":"main","image":"web:1"}]}""") };
        pod["metadata"]!["name"] = name;
        return Create(space, pod.ToJsonString());
    }

    public JsonObject Create(string space, string pod) => Cluster.Create(Cluster.Type("v1", "Pod"), space, Json.Object(pod), WriteOptions.Default).Object.ToJson();

    public void Delete(string apiVersion, string kind, string space, string name) => Cluster.Delete(Cluster.Type(apiVersion, kind), space, name, DeleteOptions.Default);

    public void SetStatus(string apiVersion, string kind, string space, string name, string status) =>
        Cluster.Patch(Cluster.Type(apiVersion, kind), space, name, PatchKind.Merge, new JsonObject { ["status"] = Json.Object(status) }, new WriteOptions { Subresource = "status" });

    public JsonObject? Find(string apiVersion, string kind, string space, string name) => Cluster.Store.Find(Cluster.Type(apiVersion, kind).Key, space, name)?.ToJson();
}
