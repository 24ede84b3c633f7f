using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Core.Kubernetes.Items;

namespace Meshlift.Tests.Kubernetes;

public sealed class ItemTests
{
    private static readonly StringPool Strings = new();

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void A_pod_is_read_for_what_an_upgrade_needs()
    {
        var pod = PodItem.Reader(["sidecar.istio.io/status"])(Utf8("""
            {"metadata":{"name":"web-0","namespace":"shop","uid":"u-1","resourceVersion":"9","generation":2,"labels":{"app":"web","istio.io/rev":"1-30-3"},
              "annotations":{"sidecar.istio.io/status":"{\"revision\":\"1-30-3\"}","other":"x"},"managedFields":[{"fieldsV1":{"f:a":{}}}],
              "ownerReferences":[{"apiVersion":"v1","kind":"Other","name":"o","uid":"2"},{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7","uid":"3","controller":true}],
              "creationTimestamp":"2026-11-20T09:30:00Z","deletionTimestamp":"2026-11-20T09:31:00.5+01:00"},
             "spec":{"volumes":[{"name":"v"}],"initContainers":[{"name":"istio-proxy","image":"proxyv2:1.30.3","restartPolicy":"Always"}],
              "containers":[{"name":"web","image":"web:1","env":[{"name":"A","value":"]}\"\\"}]}],"hostNetwork":true,"nodeName":"n1"},
             "status":{"phase":"Running","conditions":[{"type":"Initialized","status":"True"},{"type":"Ready","status":"True","reason":"Fine"}]}}
            """), Strings);
        Assert.Equal(("web-0", "shop", "", "", 2L), (pod.Metadata.Name, pod.Metadata.Namespace, pod.Metadata.Uid, pod.Metadata.ResourceVersion, pod.Metadata.Generation));
        Assert.Equal("app=web,istio.io/rev=1-30-3", pod.Metadata.Labels.ToString());
        Assert.Equal("sidecar.istio.io/status={\"revision\":\"1-30-3\"}", pod.Metadata.Annotations.ToString());
        Assert.Equal(new OwnerReference("apps/v1", "ReplicaSet", "web-7", "3"), pod.Metadata.Controller);
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 9, 30, 0, TimeSpan.Zero), pod.Metadata.Created);
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 9, 31, 0, 500, TimeSpan.FromHours(1)), pod.Metadata.Deleted);
        Assert.Equal(new ContainerImage("web", "web:1"), Assert.Single(pod.Containers));
        Assert.Equal(new ContainerImage("istio-proxy", "proxyv2:1.30.3"), Assert.Single(pod.InitContainers));
        Assert.Equal((true, "n1", "Running", true), (pod.HostNetwork, pod.Node, pod.Phase, pod.Ready));
    }

    [Theory]
    [InlineData("""{"metadata":{"generation":3},"spec":{"replicas":4,"paused":true,"template":{"metadata":{"labels":{"a":"b"}},"spec":{"hostNetwork":true}}},"status":{"observedGeneration":2,"replicas":5,"updatedReplicas":1,"readyReplicas":3,"availableReplicas":2}}""", "4 5 1 3 2  2 True a=b True")]
    [InlineData("""{"spec":{"template":{"metadata":{"labels":{"a":"b"}}}},"status":{"desiredNumberScheduled":4,"currentNumberScheduled":5,"updatedNumberScheduled":1,"numberReady":3,"numberAvailable":2}}""", "4 5 1 3 2   False a=b False")]
    [InlineData("""{"spec":{"parallelism":2,"suspend":false,"template":{}},"status":{"active":1,"ready":1,"succeeded":7}}""", "2 1  1  7  False  False")]
    [InlineData("""{"spec":{"suspend":true,"jobTemplate":{"metadata":{},"spec":{"template":{"metadata":{"labels":{"a":"b"}}}}}},"status":{"active":[{"name":"j"}]}}""", "       True a=b False")]
    [InlineData("""{"spec":{"replicas":1},"status":{"observedGeneration":"12","replicas":1}}""", "1 1     12 False  False")]
    [InlineData("""{"spec":null,"status":{}}""", "       False  False")]
    public void Workloads_are_read_whatever_their_kind(string json, string expected)
    {
        var item = WorkloadItem.Reader()(Utf8(json), Strings);
        Assert.Equal(expected, $"{item.Wanted} {item.Current} {item.Updated} {item.Ready} {item.Available} {item.Succeeded} {item.ObservedGeneration} {item.Paused} {item.Template.Labels} {item.Template.HostNetwork}");
    }

    [Fact]
    public void Other_kinds_are_read()
    {
        var space = NamespaceItem.Reader(["a"])(Utf8("""{"metadata":{"name":"shop","labels":{"istio-injection":"enabled"},"annotations":{"a":"1","b":"2"}},"status":{"phase":"Active"}}"""), Strings);
        Assert.Equal(("shop", "Active", "a=1"), (space.Metadata.Name, space.Phase, space.Metadata.Annotations.ToString()));
        var service = ServiceItem.Reader()(Utf8("""{"spec":{"type":"LoadBalancer","selector":{"app":"gw"}},"status":{"loadBalancer":{"ingress":[{"ip":"10.0.0.1"},{"hostname":"lb.example.com","ports":[]}]}}}"""), Strings);
        Assert.Equal(("LoadBalancer", "app=gw", "10.0.0.1 lb.example.com"), (service.Type, service.Selector.ToString(), string.Join(' ', service.Addresses)));
        Assert.Equal("v1.33.2", NodeItem.Reader()(Utf8("""{"status":{"nodeInfo":{"kubeletVersion":"v1.33.2"}}}"""), Strings).KubeletVersion);
        var gateway = GatewayItem.Reader()(Utf8("""{"spec":{"gatewayClassName":"istio"},"status":{"addresses":[{"type":"IPAddress","value":"10.0.0.2"}],"conditions":[{"type":"Programmed","status":"True","reason":"Programmed"}]}}"""), Strings);
        Assert.Equal(("istio", "10.0.0.2", new Condition("Programmed", "True", "Programmed")), (gateway.Class, Assert.Single(gateway.Addresses), Assert.Single(gateway.Conditions)));
    }

    [Fact]
    public void Equal_texts_and_label_sets_are_one_object()
    {
        var reader = PodItem.Reader(["noted"]);
        var json = Utf8("""{"metadata":{"name":"a","namespace":"shop","labels":{"app":"web"},"annotations":{"noted":"{\"a\":1}"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}""");
        var pool = new StringPool();
        var (one, two) = (reader(json, pool), reader(json, pool));
        Assert.Same(one.Metadata.Namespace, two.Metadata.Namespace);
        Assert.Same(one.Metadata.Labels, two.Metadata.Labels);
        Assert.True(one.Containers == two.Containers);
        Assert.Same(one.Metadata.Annotations, two.Metadata.Annotations);
        Assert.Equal("""{"a":1}""", one.Metadata.Annotations["noted"]);
        var other = reader(Utf8("""{"metadata":{"annotations":{"noted":"{\"a\":2}"}},"spec":{"containers":[{"name":"c","image":"i:2"}]}}"""), pool);
        Assert.Equal(("""{"a":2}""", "i:2"), (other.Metadata.Annotations["noted"], other.Containers[0].Image));
    }

    [Theory]
    [InlineData("""{"metadata":{"name":1}}""")]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("""{"metadata":{"name":"a}}""")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""")]
    [InlineData("""{"metadata":{"name" "a"}}""")]
    [InlineData("""{"spec":{"hostNetwork":"yes"}}""")]
    [InlineData("")]
    public void What_is_not_of_the_api_is_no_pod(string json) => Assert.Throws<JsonException>(() => PodItem.Reader()(Utf8(json), Strings));

    private static Gen<string> Values(int depth) => Gen.OneOf(
        Gen.Elements("null", "true", "-1.5e3", "0", "\"\"", "\"a\\\"]}\"", "\"\\\\\"", "\"\\u00e9{\"", "\"ü[\"", "{}", "[]", " [ ] "),
        depth == 0 ? Gen.Constant("1") : Values(depth - 1).ListOf(3).Select(items => $"[{string.Join(" , ", items)}]"),
        depth == 0 ? Gen.Constant("\"x\"") : Values(depth - 1).ListOf(3).Select(items => $"{{{string.Join(",", items.Select((item, i) => $"\"k{i}\\\"}}\" :\n{item}"))}}}"));

    // Without backslashes, and long: what is counted 64 bytes at a time.
    private static Gen<string> Plain(int depth) => Gen.OneOf(
        Gen.Elements("null", "12", "\"\"", "\"]}{[\"", "\"a text of some length, with } and {, to go over the edge of a block\"", "{}", "[]", "[[[[{}]]]]", "{\".\":{},\"f:name\":{},\"f:value\":{}}"),
        depth == 0 ? Gen.Constant("1") : Plain(depth - 1).ListOf(6).Select(items => $"[{string.Join(",", items)}]"),
        depth == 0 ? Gen.Constant("\"x\"") : Plain(depth - 1).ListOf(6).Select(items => $"{{{string.Join(",", items.Select((item, i) => $"\"k{i}\":{item}"))}}}"));

    [Fact]
    public void The_end_of_a_value_is_found_however_its_bytes_arrive() => Prop.ForAll(
        Gen.OneOf(Values(3), Plain(3)).Select(text => text.Trim()).ToArbitrary(),
        Gen.OneOf(Gen.Choose(1, 7), Gen.Choose(60, 130), Gen.Constant(1 << 20)).ToArbitrary(),
        (text, step) =>
        {
            // What follows must not be looked at.
            var json = Utf8(text + "," + (step > 7 ? string.Concat(Enumerable.Repeat("{[}\"", 25)) : ""));
            var boundary = new JsonBoundary();
            for (var there = Math.Min(step, json.Length); ; there = Math.Min(there + step, json.Length))
            {
                var end = boundary.Find(json.AsSpan(0, there));
                if (end >= 0) return end == Utf8(text).Length;
                if (there == json.Length) return false;
            }
        }).Holds(tests: 400);

    [Fact]
    public void What_is_read_and_written_again_is_the_same() => Prop.ForAll(
        Values(3).ToArbitrary(),
        text => JsonElement.DeepEquals(JsonDocument.Parse(text).RootElement, JsonDocument.Parse(JsonNodes.Write(JsonNodes.Read(Utf8(text)))).RootElement)).Holds();

    [Fact]
    public void Values_that_are_too_deep_are_refused()
    {
        Assert.Throws<JsonException>(() => new JsonBoundary().Find(Utf8(new string('[', 200))));
        Assert.ThrowsAny<JsonException>(() => JsonNodes.Read(Utf8(new string('[', 200) + new string(']', 200))));
    }

    [Fact]
    public void Half_of_a_pair_of_surrogates_is_no_text() => Assert.ThrowsAny<JsonException>(() => JsonNodes.Read("\"\\ud83d\""u8));
}
