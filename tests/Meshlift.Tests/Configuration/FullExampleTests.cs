using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Tests.Configuration;

public sealed class FullExampleTests
{
    internal static byte[] Full { get; } = File.ReadAllBytes(Path.Combine(Vectors.Root, "tests/Meshlift.Tests/Configuration/full.meshlift.yaml"));

    /// <summary>The full example, and what excludes parts of it.</summary>
    internal static byte[][] All { get; } = [Full, File.ReadAllBytes(Path.Combine(Vectors.Root, "tests/Meshlift.Tests/Configuration/helm.meshlift.yaml"))];

    private static readonly Mesh Mesh = MeshFile.Read(Full, "meshlift.yaml");

    [Fact]
    public void Istio_and_the_layout_are_bound()
    {
        var istio = Mesh.Spec.Istio;
        Assert.Equal("bakery", Mesh.Name);
        Assert.Equal((">=1.29 <1.31", Renderer.Istioctl, "/opt/istio/${version}/bin/istioctl"), (istio.Versions.Text, istio.Renderer, istio.Istioctl));
        Assert.Equal(["istio/istio.operator.yaml", "istio/large.yaml"], istio.Operators.Select(path => path.Value));
        Assert.Equal(IstioVersion.Parse("1.29.1"), Assert.Single(istio.Never));
        Assert.Equal(("git@github.com:istio/istio.git", "istio/release.pub", "istio/versions.json"), (istio.Repository?.Text, istio.SigningKey, istio.Knowledge?.File?.Value));
        Assert.Equal(("1-30-3", "istio/patches", "https://mirror.example.com/istio"), (istio.Revision.For(IstioVersion.Parse("1.30.3")).Value, istio.Patches.Value, istio.Releases.ToString()));
        Assert.Null(istio.Manifests);
        Assert.Equal(new LayoutSpec(DeliveryEngine.Flux, RepositoryPath.Parse("istio-system"), "fleet", "flux-system", TimeSpan.FromMinutes(5)), Mesh.Spec.Layout);
    }

    [Fact]
    public void Clean_rules_are_bound()
    {
        var clean = Mesh.Spec.Clean;
        Assert.True(clean[0].OtherProxyVersion);
        Assert.Equal("EnvoyFilter", clean[0].Target.Kind?.Text);
        Assert.False(clean[1].OtherProxyVersion);
        Assert.True(clean[1].Target.Matches("autoscaling", "HorizontalPodAutoscaler", "istio-egressgateway", "istio-system", _ => null));
        Assert.False(clean[1].Target.Matches("autoscaling", "HorizontalPodAutoscaler", "istiod", "istio-system", _ => null));
        Assert.False(clean[1].Target.Matches("autoscaling", "HorizontalPodAutoscaler", "istio-egressgateway", null, _ => null));
        Assert.True(clean[2].Target.Matches("", "Service", "x", null, key => key == "istio" ? "egressgateway" : null));
        Assert.False(clean[2].Target.Matches("", "Service", "x", null, _ => null));
    }

    [Fact]
    public void Mutations_are_bound_each_to_its_own_kind()
    {
        var mutate = Mesh.Spec.Mutate;
        var labels = Assert.IsType<Mutation.Labels>(mutate[0]);
        Assert.Equal(("1204", "Deployment"), (labels.Values["cost-center"], labels.Target?.Kind?.Text));
        var annotations = Assert.IsType<Mutation.Annotations>(mutate[1]);
        Assert.Equal("on", annotations.Values["example.com/contact"]);
        Assert.Null(annotations.Target);
        var set = Assert.IsType<Mutation.Set>(mutate[2]);
        Assert.Equal("spec.template.spec.priorityClassName", set.Path.ToString());
        Assert.True(YamlEquality.Instance.Equals(YamlScalar.String("system-cluster-critical"), set.Value));
        Assert.True(set.Target!.Matches("apps", "Deployment", "istiod-1-30-3", "istio-system", _ => "istiod"));
        var nested = Assert.IsType<Mutation.Set>(mutate[3]);
        Assert.Equal(new YamlPathStep.Key("example.com/costs"), nested.Path.Parts[0].Steps[2]);
        Assert.IsType<YamlMapping>(nested.Value);
        var remove = Assert.IsType<Mutation.Remove>(mutate[4]);
        Assert.Equal(("Deployment", new YamlPathStep.Match("name", "discovery")), (remove.Target?.Kind?.Text, remove.Path.Parts[0].Steps[4]));
        var registry = Assert.IsType<Mutation.Registry>(mutate[5]);
        Assert.Equal(("docker.io/istio", "registry.example.com:5000/istio", "istio-*"), (registry.From, registry.To, registry.Target?.Namespace?.Text));
        var function = Assert.IsType<Mutation.Function>(mutate[6]);
        Assert.Equal(("istio/functions/add-costs", "Service"), (function.Exec.Value, function.Target?.Kind?.Text));
    }

    [Fact]
    public void Environments_are_bound()
    {
        var (testing, preprod, production) = (Mesh.Spec.Environments[0], Mesh.Spec.Environments[1], Mesh.Spec.Environments[2]);
        Assert.Equal(("testing", TimeSpan.Zero, true, false, 1), (testing.Name, testing.Soak, testing.RehearsesRollback, testing.NeedsApproval, testing.MaxParallelClusters));
        Assert.Empty(testing.Windows);
        Assert.Equal(new ClusterSpec("testing", RepositoryPath.Parse("clusters/testing"), "testing"), Assert.Single(testing.Clusters));
        Assert.Equal((TimeSpan.FromDays(7), 2), (preprod.Soak, preprod.Windows.Length));
        Assert.Equal((TimeSpan.FromMinutes(90), true, 2, false), (production.Soak, production.NeedsApproval, production.MaxParallelClusters, production.RehearsesRollback));
        Assert.Equal(("Europe/Paris", "America/New_York"), (production.Windows[0].Zone, production.Windows[1].Zone));
        Assert.Equal(new ClusterSpec("us", RepositoryPath.Parse("clusters/us"), null), production.Clusters[1]);
    }

    [Fact]
    public void Strategies_waves_and_restarts_are_bound()
    {
        var spec = Mesh.Spec;
        Assert.Equal(ControlPlaneStrategy.Canary, spec.ControlPlane.Strategy);
        Assert.True(spec.ControlPlane.Alias);
        Assert.Equal(["prod-stable", "default"], spec.Tags.Select(tag => tag.Value));
        Assert.Equal(new GatewaysSpec(GatewayStrategy.BlueGreen, HostMove.OneByOne), spec.Gateways);
        Assert.Equal((Enrolment.PullRequest, TimeSpan.FromDays(14)), (spec.DataPlane.Enrol, spec.DataPlane.Deadline));
        Assert.Equal("canary bakers a-tenth half rest", string.Join(' ', spec.DataPlane.Waves.Select(wave => wave.Name)));
        Assert.True(spec.DataPlane.Waves[0].Namespaces!.Matches("x", key => key == "tier" ? "canary" : null));
        Assert.False(spec.DataPlane.Waves[0].Namespaces!.Matches("x", _ => null));
        Assert.True(spec.DataPlane.Waves[1].Namespaces!.Matches("oven-1", _ => null));
        Assert.False(spec.DataPlane.Waves[1].Namespaces!.Matches("till", _ => null));
        Assert.Equal(((int?)10, (int?)50), (spec.DataPlane.Waves[2].Percent, spec.DataPlane.Waves[3].Percent));
        Assert.True(spec.DataPlane.Waves[4].TakesRest);
        Assert.Equal(new RestartSpec(RestartMode.Cluster, 5, TimeSpan.FromMinutes(20), RespectBudgets: false), spec.DataPlane.Restart);
    }

    [Fact]
    public void Gates_repositories_and_owners_are_bound()
    {
        var spec = Mesh.Spec;
        Assert.Equal(new GateSpec("errors", "builtin/503-rate", new Limit(0.005, "0.5%"), null, null, GateFailure.Rollback), spec.Gates[0]);
        Assert.Equal(new GateSpec("memory", "builtin/istiod-memory", null, null, new Percentage(20), GateFailure.Hold), spec.Gates[1]);
        Assert.Equal(10, spec.Gates[2].Min?.Value);
        Assert.Equal("http://prometheus.monitoring:9090/", spec.Prometheus?.Url.ToString());
        Assert.Equal((ForgeKind.GitHub, "acme/platform", "git@github.com:acme/platform.git"), (spec.Repositories[0].Forge, spec.Repositories[0].Repository, spec.Repositories[0].Url.Text));
        Assert.Equal("checkout-* basket", string.Join(' ', spec.Repositories[1].Namespaces));
        Assert.Equal((ForgeKind.Local, null), (spec.Repositories[2].Forge, spec.Repositories[2].Repository));
        var owners = Assert.IsType<Owners.Map>(spec.Owners);
        Assert.Equal(("oven-*", "@acme/bakers"), (owners.Rules[0].Namespaces.Text, owners.Rules[0].Names.Single()));
        Assert.Equal("@acme/platform @jane", string.Join(' ', owners.Rules[1].Names));
    }

    [Fact]
    public void What_is_absent_has_its_default()
    {
        var spec = MeshText.Read(MeshText.Smallest).Spec;
        Assert.Equal((Renderer.Istioctl, "istio/istio.operator.yaml", "{major}-{minor}-{patch}", "istio/patches"), (spec.Istio.Renderer, Assert.Single(spec.Istio.Operators).Value, spec.Istio.Revision.Text, spec.Istio.Patches.Value));
        Assert.Equal("https://github.com/istio/istio/releases/download", spec.Istio.Releases.ToString());
        Assert.Equal(("istio-system", "flux-system", "flux-system", TimeSpan.FromMinutes(10)), (spec.Layout.Folder.Value, spec.Layout.Source, spec.Layout.Namespace, spec.Layout.Interval));
        Assert.Equal((0, 0, 0, 0), (spec.Clean.Length, spec.Mutate.Length, spec.Gates.Length, spec.Repositories.Length));
        Assert.Equal((ControlPlaneStrategy.Canary, GatewayStrategy.InPlace, Enrolment.PullRequest), (spec.ControlPlane.Strategy, spec.Gateways.Strategy, spec.DataPlane.Enrol));
        Assert.True(Assert.Single(spec.DataPlane.Waves).TakesRest);
        Assert.Null(spec.DataPlane.Deadline);
        Assert.Equal(RestartMode.Off, spec.DataPlane.Restart.Mode);
        Assert.Null(spec.Prometheus);
        Assert.IsType<Owners.CodeOwners>(spec.Owners);
    }

    [Theory]
    [InlineData("off"), InlineData("\"off\"")]
    public void Off_is_a_word_here_although_yaml_calls_it_false(string word) =>
        Assert.Equal(RestartMode.Off, MeshText.Read(MeshText.With($"dataPlane: {{ restart: {{ mode: {word} }} }}")).Spec.DataPlane.Restart.Mode);

    [Fact]
    public void A_control_plane_upgraded_in_place_keeps_one_name()
    {
        var spec = MeshText.Read(MeshText.With("controlPlane: { strategy: inPlace }").Replace("versions:", "revision: default\n    versions:", StringComparison.Ordinal)).Spec;
        Assert.Equal((ControlPlaneStrategy.InPlace, RevisionName.Default), (spec.ControlPlane.Strategy, spec.Istio.Revision.For(IstioVersion.Parse("1.31.0-rc.0"))));
    }

    [Fact]
    public void Manifests_rendered_elsewhere_need_no_operator_file()
    {
        var istio = MeshText.Read(MeshText.Smallest.Replace("versions:", "renderer: manifests\n    manifests: vendor/${version}.yaml\n    versions:", StringComparison.Ordinal)).Spec.Istio;
        Assert.Equal((Renderer.Manifests, "vendor/1.30.3.yaml"), (istio.Renderer, istio.Manifests?.For(IstioVersion.Parse("1.30.3"), RevisionName.Parse("1-30-3"))));
        Assert.Empty(istio.Operators);
    }

    [Theory]
    [InlineData("spec.istio.versions", "meshlift.yaml:8:15")]
    [InlineData("spec.environments[name=production].clusters[name=us].path", "meshlift.yaml:54:17")]
    [InlineData("spec.environments[2].clusters[1].context", "meshlift.yaml:53:11")]
    [InlineData("spec.istio.manifests", "meshlift.yaml:8:5")]
    [InlineData("spec.mutate[6].function.exec", "meshlift.yaml:41:52")]
    [InlineData("nothing.of.it", "meshlift.yaml:3:1")]
    public void The_place_of_a_value_is_known(string path, string place) => Assert.Equal(place, Mesh.Source.Where(path));

    [Fact]
    public void A_byte_order_mark_and_crlf_change_nothing()
    {
        var text = "\uFEFF" + System.Text.Encoding.UTF8.GetString(Full).ReplaceLineEndings("\r\n");
        var mesh = MeshText.Read(text);
        Assert.Equal(">=1.29 <1.31", mesh.Spec.Istio.Versions.Text);
        Assert.Equal("meshlift.yaml:8:15", mesh.Source.Where("spec.istio.versions"));
    }
}
