using System.Text;
using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Mutating;
using Meshlift.Core.Versions;
using Meshlift.Core;
using Meshlift.Tests.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Tests.Mutating;

public sealed class MutatorTests
{
    private const string Stream = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: istiod-1-30-3, namespace: istio-system, labels: { app: istiod } }
        spec:
          template:
            spec:
              containers:
              - { name: discovery, image: "docker.io/istio/pilot:1.30.3", env: [ { name: A, value: "1" }, { name: B, value: "2" } ] }
              - { name: other, image: "quay.io/docker.io/istio/x:1" }
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: istio-sidecar-injector-1-30-3, namespace: istio-system, annotations: null }
        data:
          values: |-
            { "global": { "hub": "docker.io/istio", "note": "docker.io/istiox" } }
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: { name: wasmplugins.extensions.istio.io }
        spec: { description: "an image, such as docker.io/istio/x" }
        """;

    [Fact]
    public void Labels_go_everywhere_or_to_a_target()
    {
        var all = Mutate("- labels: { team: platform }");
        Assert.All(all.Resources, one => Assert.Equal("platform", one.Resource.Label("team")));
        var some = Mutate("- { labels: { team: platform }, target: { kind: Deploy* } }");
        Assert.Equal(["Deployment"], some.Resources.Where(one => one.Resource.Label("team") is not null).Select(one => one.Resource.Identity.Kind));
        Assert.Equal("istiod", Find(all, "Deployment").Label("app"));
        Assert.Equal("x", Find(Mutate("- annotations: { a.b/c: x }"), "ConfigMap").Annotation("a.b/c"));
    }

    [Theory]
    [InlineData("spec.template.spec.priorityClassName", "system-cluster-critical", 1)]
    [InlineData("spec.template.spec.containers[name=discovery].env[name=B].value", "3", 1)]
    [InlineData("spec.template.spec.containers[*].imagePullPolicy", "Always", 2)]
    [InlineData("spec.template.spec.containers[1].image", "x", 1)]
    [InlineData("spec.template.spec.containers[name=nobody].image", "x", 0)]
    [InlineData("spec.template.spec.containers.image", "x", 0)]
    public void Set_reaches_the_places_of_a_path(string path, string value, int places)
    {
        var before = Find(Mutate("[]"), "Deployment").Root;
        var mutated = Mutate($"- set: {{ target: {{ kind: Deployment }}, path: '{path}', value: '{value}' }}");
        var after = Find(mutated, "Deployment").Root;
        YamlPlaces.Set(before, YamlPath.Parse(path), value, out var found);
        Assert.Equal(places, found);
        Assert.Equal(places == 0, YamlEquality.Instance.Equals(before, after));
        Assert.Equal(places == 0, mutated.Findings.Any(finding => finding is { Code: "ML1006", Subject: "spec.mutate[0]" }));
    }

    [Fact]
    public void Remove_takes_a_key_or_an_item_away()
    {
        var containers = Containers(Mutate("- remove: { path: \"spec.template.spec.containers[name=other]\" }"));
        Assert.Equal("discovery", ((YamlScalar)((YamlMapping)Assert.Single(containers.Items))["name"]!).Value);
        Assert.Null(((YamlMapping)Containers(Mutate("- remove: { path: \"spec.template.spec.containers[*].env\" }")).Items[0])["env"]);
    }

    [Fact]
    public void A_registry_is_moved_wherever_it_is_a_whole_address()
    {
        var mutated = Mutate("- registry: { from: docker.io/istio, to: registry.example.com/mesh }");
        var containers = Containers(mutated);
        Assert.Equal("registry.example.com/mesh/pilot:1.30.3", ((YamlScalar)((YamlMapping)containers.Items[0])["image"]!).Value);
        Assert.Equal("quay.io/docker.io/istio/x:1", ((YamlScalar)((YamlMapping)containers.Items[1])["image"]!).Value);
        var values = ((YamlScalar)((YamlMapping)Find(mutated, "ConfigMap").Root["data"]!)["values"]!).Value;
        Assert.Equal("""{ "global": { "hub": "registry.example.com/mesh", "note": "docker.io/istiox" } }""", values);
        Assert.Contains("docker.io/istio/x", Encoding.UTF8.GetString(Find(mutated, "CustomResourceDefinition").ToCanonicalYaml().Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metadata.name"), InlineData("metadata.namespace"), InlineData("kind")]
    public void An_identity_cannot_be_mutated(string path)
    {
        var error = Assert.Throws<UserException>(() => Mutate($"- set: {{ target: {{ kind: Deployment }}, path: {path}, value: other }}"));
        Assert.Equal("spec.mutate[0]: this would change the identity of Deployment istio-system/istiod-1-30-3", error.Message);
    }

    private static Mutated Mutate(string mutations)
    {
        var mesh = MeshText.Read($"{MeshText.Smallest}  mutate:\n    {mutations}\n");
        var set = ManifestSet.Create(ManifestStream.Split(Encoding.UTF8.GetBytes(Stream), "all.yaml"));
        var mutated = new Mutated(ClassifiedResource.Of(set, RevisionName.Parse("1-30-3")), []);
        for (var i = 0; i < mesh.Spec.Mutate.Length; i++)
        {
            var next = Mutator.Apply(mutated.Resources, mesh.Spec.Mutate[i], $"spec.mutate[{i}]");
            mutated = new Mutated(next.Resources, mutated.Findings.AddRange(next.Findings));
        }
        return mutated;
    }

    private static Resource Find(Mutated mutated, string kind) => mutated.Resources.Single(one => one.Resource.Identity.Kind == kind).Resource;

    private static YamlSequence Containers(Mutated mutated)
    {
        var template = (YamlMapping)((YamlMapping)Find(mutated, "Deployment").Root["spec"]!)["template"]!;
        return (YamlSequence)((YamlMapping)template["spec"]!)["containers"]!;
    }
}
