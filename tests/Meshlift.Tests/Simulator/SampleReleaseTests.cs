using System.Text;
using Meshlift.Simulator.Releases;
using YamlDotNet.RepresentationModel;

namespace Meshlift.Tests.Simulator;

public sealed class SampleReleaseTests
{
    public static TheoryData<string, string> Renderings => new()
    {
        { "1.29.6", "1-29-6" }, { "1.29.6", "default" }, { "1.30.3", "1-30-3" }, { "1.30.3", "default" }, { "1.30.3", "130" },
    };

    [Theory, MemberData(nameof(Renderings))]
    public void The_stream_begins_with_an_object_and_ends_with_a_separator(string version, string revision)
    {
        var release = RenderedRelease.Of(version, revision);
        Assert.StartsWith("apiVersion: ", release.Text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n---\n", release.Text, StringComparison.Ordinal);
        Assert.Equal("", release.Parts[^1]);
        Assert.All(release.Objects, item => Assert.EndsWith("\n", item.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("\r", release.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("${", release.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("#only", release.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("#include", release.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("#:", release.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Renderings))]
    public void No_object_stands_twice(string version, string revision)
    {
        var identities = RenderedRelease.Of(version, revision).Objects.Select(item => item.Identity).ToList();
        Assert.Equal(identities.Distinct(StringComparer.Ordinal), identities, StringComparer.Ordinal);
    }

    [Theory, MemberData(nameof(Renderings))]
    public void Keys_are_sorted_as_the_renderer_sorts_them(string version, string revision)
    {
        foreach (var item in RenderedRelease.Of(version, revision).Objects)
            AssertSorted(item.Identity, item.Root);
    }

    [Theory, MemberData(nameof(Renderings))]
    public void Objects_stand_in_the_order_of_the_renderer(string version, string revision)
    {
        const string Others = "";
        string[] order =
        [
            "CustomResourceDefinition", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "ValidatingWebhookConfiguration",
            "ConfigMap", Others, "HorizontalPodAutoscaler", "Service",
        ];
        var places = RenderedRelease.Of(version, revision).Objects.Select(Place).ToList();
        Assert.Equal(places.Order(StringComparer.Ordinal), places, StringComparer.Ordinal);

        string Place(RenderedObject item)
        {
            var rank = Array.IndexOf(order, order.Contains(item.Kind, StringComparer.Ordinal) ? item.Kind : Others);
            var group = item.Value("apiVersion")!.Split('/') is [var first, _] ? first : "";
            return $"{rank}\0{group}\0{item.Kind}\0{item.Name}\0{item.Value("metadata", "namespace")}";
        }
    }

    [Fact]
    public void The_same_arguments_give_the_same_bytes() =>
        Assert.Equal(SampleRelease.Render("1.30.3", "1-30-3"), SampleRelease.Render("1.30.3", "1-30-3"));

    [Fact]
    public void A_release_that_there_is_not_is_refused_with_those_that_there_are()
    {
        var refusal = Assert.Throws<ArgumentException>(() => SampleRelease.Render("1.28.0", "1-28-0"));
        Assert.Contains("'1.28.0'", refusal.Message, StringComparison.Ordinal);
        Assert.All(SampleRelease.Versions, version => Assert.Contains(version, refusal.Message, StringComparison.Ordinal));
    }

    [Theory, InlineData(""), InlineData("1.30.3"), InlineData("-a"), InlineData("a-"), InlineData("Canary"), InlineData("a b")]
    public void A_revision_is_a_DNS_label(string revision) =>
        Assert.Throws<ArgumentException>(() => SampleRelease.Render("1.30.3", revision));

    [Fact]
    public void A_revision_of_digits_stays_a_string()
    {
        var release = RenderedRelease.Of("1.30.3", "130");
        Assert.Contains("istio.io/rev: \"130\"\n", release.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("istio.io/rev: 130\n", release.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("- 130\n", release.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("value: 130\n", release.Text, StringComparison.Ordinal);
    }

    [Theory, InlineData("1.29.6", 14), InlineData("1.30.3", 15)]
    public void Sizes_are_those_of_a_real_release(string version, int count)
    {
        var definitions = RenderedRelease.Of(version, "default").Objects.Where(item => item.Kind == "CustomResourceDefinition").ToList();
        Assert.Equal(count, definitions.Count);
        Assert.InRange(definitions.Sum(Size), 700_000, 900_000);
        Assert.Equal("destinationrules.networking.istio.io", definitions.MaxBy(Size)!.Name);
        Assert.InRange(Size(definitions.MaxBy(Size)!), 200_000, 400_000);
        Assert.InRange(RenderedRelease.Of(version, "default").Text.Length, 900_000, 1_100_000);

        static int Size(RenderedObject item) => Encoding.UTF8.GetByteCount(item.Text);
    }

    private static void AssertSorted(string place, YamlNode node)
    {
        if (node is YamlSequenceNode list)
            foreach (var child in list.Children) AssertSorted(place, child);
        if (node is not YamlMappingNode map) return;
        // Everything but letters comes first, which differs from the order of characters for the underscore only.
        var keys = map.Children.Keys.Select(key => ((YamlScalarNode)key).Value!.Replace('_', ' ')).ToList();
        Assert.True(keys.SequenceEqual(keys.Order(StringComparer.Ordinal), StringComparer.Ordinal), $"{place}: {string.Join(", ", keys)}");
        foreach (var (key, value) in map.Children) AssertSorted($"{place}.{key}", value);
    }
}
