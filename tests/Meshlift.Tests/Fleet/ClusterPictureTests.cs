using System.Collections.Immutable;
using System.Text;
using FsCheck.Fluent;
using Meshlift.CommandLine.Output;
using Meshlift.Core;
using Meshlift.Core.Fleet;
using Meshlift.Core.Injection;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Knowledge;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Engine.Observing;

namespace Meshlift.Tests.Fleet;

/// <summary>A cluster that is followed against the same cluster looked at anew.</summary>
public sealed class ClusterPictureTests
{
    private static readonly string[] Spaces = ["shop", "edge", "plain", "lost"];
    private static readonly string?[] Asks = [null, "blue", "green", "stable", "gone"];
    private static readonly VersionRemarks Remarks = new(ReleaseKnowledge.BuiltIn, new DateOnly(2026, 11, 20), null);
    private static readonly Resource[] Meshes = [.. Split(ProxyJudgementTests.MeshText("blue")), .. Split(ProxyJudgementTests.MeshText("green")), .. Split(ProxyJudgementTests.Tag("stable", "blue"))];
    private static readonly Resource MovedTag = Split(ProxyJudgementTests.Tag("stable", "green")).Single();

    [Fact]
    public void After_any_changes_it_says_what_a_new_look_says() =>
        Prop.ForAll(Gen.Choose(0, 9_999).ArrayOf().ToArbitrary(), steps =>
        {
            var world = new World();
            var before = world.Picture.Status();
            foreach (var step in steps)
            {
                world.Step(step);
                // Most changes come alone, some together.
                if (step % 5 == 0) continue;
                var now = world.Picture.Status();
                if (Text(now) != Text(world.Fresh()) || (Text(now) == Text(before)) != StatusChange.Between(before, now).IsEmpty) return false;
                before = now;
            }
            return Text(world.Picture.Status()) == Text(world.Fresh());
        }).Holds(tests: 150, size: 60);

    [Fact]
    public void What_does_not_show_changes_nothing()
    {
        var world = new World();
        var pod = ProxyJudgementTests.Pod("shop", "blue", "hub.example/istio/proxyv2:1.30.3");
        world.Picture.Pods.Put(pod);
        var before = world.Picture.Status();
        world.Picture.Pods.Put(pod with { Node = "another", Metadata = pod.Metadata with { ResourceVersion = "9" } });
        world.Picture.Pods.Remove(ProxyJudgementTests.Pod("edge", null, null));
        Assert.Same(before, world.Picture.Status());
        world.Picture.Pods.Put(pod with { Ready = false });
        var after = world.Picture.Status();
        var change = Assert.IsType<StatusChange.OfPod>(Assert.Single(StatusChange.Between(before, after)));
        Assert.Equal((true, false), (change.From!.IsReady, change.To!.IsReady));
    }

    [Fact]
    public void A_pod_that_ends_is_no_more_there()
    {
        var world = new World();
        var pod = ProxyJudgementTests.Pod("shop", "blue", "hub.example/istio/proxyv2:1.30.3");
        world.Picture.Pods.Put(pod);
        Assert.Equal(1, world.Picture.Status().Counts.Pods);
        world.Picture.Pods.Put(pod with { Metadata = pod.Metadata with { Deleted = DateTimeOffset.UnixEpoch } });
        Assert.Equal(0, world.Picture.Status().Counts.Pods);
    }

    [Fact]
    public void An_injector_that_is_not_understood_is_an_error_until_it_changes()
    {
        var world = new World();
        var text = ProxyJudgementTests.Tag("stable", "blue").Replace("matchLabels: { istio.io/rev: stable }", "matchExpressions: [{ key: a, operator: Maybe }]", StringComparison.Ordinal);
        world.Picture.Webhooks.Put(Split(text).Single());
        Assert.Throws<UserException>(world.Picture.Status);
        Assert.Throws<UserException>(world.Picture.Status);
        world.Picture.Webhooks.Put(MovedTag);
        Assert.Equal("eu", world.Picture.Status().Cluster);
    }

    [Theory]
    [InlineData(0, 200), InlineData(50, 150), InlineData(195, 10), InlineData(60_000, 10)]
    public void Changes_that_come_together_are_told_together_and_one_alone_at_once(int quiet, int pause) =>
        Assert.Equal(TimeSpan.FromMilliseconds(pause), PublishPause.After(TimeSpan.FromMilliseconds(quiet)));

    private static ImmutableArray<Resource> Split(string text) => ManifestStream.Split(Encoding.UTF8.GetBytes(text), "mesh.yaml");

    private static string Text(ClusterStatus status) => StatusJson.Of([new ObservedCluster(status.Cluster, status, null)], Remarks, StatusDepth.Pods);

    /// <summary>A cluster in a few dictionaries, and the picture that is told of its changes.</summary>
    private sealed class World
    {
        private readonly Dictionary<string, PodItem> _pods = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Labels> _spaces = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Labels> _gateways = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ControlPlane> _planes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Resource> _objects = new(StringComparer.Ordinal);

        public World()
        {
            foreach (var one in Meshes) Put(one);
            foreach (var space in Spaces[..3]) SetSpace(space, Labels.Of(("istio.io/rev", "stable")));
        }

        public ClusterPicture Picture { get; } = new("eu") { Kubernetes = "v1.33.4" };

        public ClusterStatus Fresh()
        {
            var injection = MeshInjection.Read(_objects.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value));
            var judgement = new ProxyJudgement(injection, _spaces, _gateways);
            return ClusterStatus.Of("eu", "v1.33.4", _planes.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value), injection, _spaces, _pods.Values.Where(pod => pod.IsRunning).Select(judgement.Of), []);
        }

        public void Step(int step)
        {
            var (a, b, c) = (step / 10 % 10, step / 100 % 10, step / 1000 % 10);
            var space = Spaces[a % Spaces.Length];
            switch (step % 10)
            {
                case 0 when _pods.Values.Skip(a).FirstOrDefault() is { } gone:
                    _pods.Remove(Key(gone.Metadata));
                    Picture.Pods.Remove(gone);
                    break;
                case 1:
                    SetSpace(space, b == 9 ? null : Asks[b % Asks.Length] is { } asked ? Labels.Of(("istio.io/rev", asked)) : Labels.None);
                    break;
                case 2:
                    Put(b % 2 == 0 ? MovedTag : Meshes[^1]);
                    break;
                case 3 when b % 2 == 0:
                    Remove(Meshes[c % Meshes.Length]);
                    break;
                case 3:
                    foreach (var one in Meshes) Put(one);
                    break;
                case 4:
                    var gateway = new ObjectMetadata("public", space) { Labels = Asks[b % Asks.Length] is { } wanted ? Labels.Of(("istio.io/rev", wanted)) : Labels.None };
                    if (c % 3 == 0) _gateways.Remove(Key(gateway));
                    else _gateways[Key(gateway)] = gateway.Labels;
                    if (c % 3 == 0) Picture.Gateways.Remove(gateway);
                    else Picture.Gateways.Put(gateway);
                    break;
                case 5:
                    var plane = new ControlPlane(Asks[1 + (b % 2)]!, "istio-system", $"istiod-{b % 2}", "hub.example/pilot:1.30.3", PodReading.VersionOf("hub.example/pilot:1.30.3"), c % 3, 2, c % 2 == 0);
                    _planes[plane.Name] = plane;
                    Picture.Planes.Put(plane);
                    break;
                case 6:
                    Picture.Pods.Replace([.. _pods.Values]);
                    Picture.Namespaces.Replace([.. _spaces.Select(one => new ObjectMetadata(one.Key, "") { Labels = one.Value })]);
                    break;
                default:
                    var pod = ProxyJudgementTests.Pod(space, b == 0 ? null : Asks[b % Asks.Length], c < 3 ? null : $"hub.example/istio/proxyv2:1.{28 + (c % 3)}.3", isNative: c == 9);
                    pod = pod with { Metadata = pod.Metadata with { Name = $"web-{b}", Controller = new OwnerReference("apps/v1", "StatefulSet", $"w{b % 3}", "1"), Labels = b == 5 ? Labels.Of(("gateway.istio.io/managed", "yes"), ("gateway.networking.k8s.io/gateway-name", "public")) : Labels.None }, Phase = step % 10 == 9 && b > 7 ? "Failed" : "Running" };
                    _pods[Key(pod.Metadata)] = pod;
                    Picture.Pods.Put(pod);
                    break;
            }
        }

        private static string Key(ObjectMetadata metadata) => $"{metadata.Namespace}/{metadata.Name}";

        private void Put(Resource resource)
        {
            _objects[resource.Identity.ToString()] = resource;
            (resource.Identity.Kind == "ConfigMap" ? Picture.ConfigMaps : Picture.Webhooks).Put(resource);
        }

        private void Remove(Resource resource)
        {
            _objects.Remove(resource.Identity.ToString());
            (resource.Identity.Kind == "ConfigMap" ? Picture.ConfigMaps : Picture.Webhooks).Remove(resource);
        }

        private void SetSpace(string name, Labels? labels)
        {
            if (labels is null) _spaces.Remove(name);
            else _spaces[name] = labels;
            if (labels is null) Picture.Namespaces.Remove(new ObjectMetadata(name, ""));
            else Picture.Namespaces.Put(new ObjectMetadata(name, "") { Labels = labels });
        }
    }
}
