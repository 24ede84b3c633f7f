using Meshlift.Simulator.Clusters.Errors;
using Meshlift.Simulator.Clusters.Objects;
using Meshlift.Simulator.Clusters.Selectors;
using Meshlift.Simulator.Clusters.Tables;

namespace Meshlift.Tests.Simulator.Clusters;

/// <summary>Selectors, and the ages that tables show.</summary>
public sealed class SelectorTests
{
    private static readonly SimulatedCluster Cluster = new(new ClusterSettings { Name = "eu" });

    [Theory]
    [InlineData("", true)]
    [InlineData("app=a", true), InlineData("app==a", true), InlineData("app=b", false), InlineData("app!=b", true), InlineData("none!=b", true)]
    [InlineData("app in (a, b)", true), InlineData("app in (b)", false), InlineData("app notin (b,c)", true), InlineData("none notin (b)", true)]
    [InlineData("app", true), InlineData("none", false), InlineData("!none", true), InlineData("! app", false)]
    [InlineData("size>2,size<4", true), InlineData("size>3", false), InlineData("app>1", false)]
    [InlineData("app=a, size in (3), !none", true), InlineData("empty=", true), InlineData("app=", false), InlineData("example.com/x=y", true)]
    public void A_label_selector_is_what_it_says(string text, bool matches)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = "a", ["size"] = "3", ["empty"] = "", ["example.com/x"] = "y" };
        Assert.Equal(matches, LabelSelector.Parse(text).Matches(labels.GetValueOrDefault));
        Assert.Equal(matches, LabelSelector.Parse(LabelSelector.Parse(text).ToString()).Matches(labels.GetValueOrDefault));
    }

    [Theory, InlineData("app="), InlineData(" ")]
    public void Blanks_are_no_error(string text) => Assert.NotNull(LabelSelector.Parse(text));

    [Theory]
    [InlineData("app in"), InlineData("app in (a"), InlineData("app a"), InlineData("=a"), InlineData("a=b c"), InlineData("a>x"), InlineData("-a=b"), InlineData("a=-b"), InlineData(","), InlineData("a,,b")]
    public void What_is_no_label_selector_is_refused(string text) => Assert.Equal(400, Assert.Throws<ApiException>(() => LabelSelector.Parse(text)).Code);

    [Fact]
    public void A_selector_of_an_object_needs_all_of_it()
    {
        var selector = LabelSelector.Of(Json.Object("""{"matchLabels":{"a":"1"},"matchExpressions":[{"key":"b","operator":"In","values":["2","3"]},{"key":"c","operator":"DoesNotExist"}]}"""))!;
        Assert.True(selector.Matches(key => key switch { "a" => "1", "b" => "3", _ => null }));
        Assert.False(selector.Matches(key => key switch { "a" => "1", "b" => "3", "c" => "", _ => null }));
        Assert.True(LabelSelector.Of([])!.Matches(_ => null));
        Assert.Null(LabelSelector.Of(null));
    }

    [Fact]
    public void Pods_are_selected_by_their_node_and_phase()
    {
        var pods = Cluster.Type("v1", "Pod");
        var pod = Cluster.Create(pods, "default", Json.Object("""{"metadata":{"name":"p"},"spec":{"nodeName":"n1","containers":[{"name":"a","image":"b"}]}}"""), WriteOptions.Default).Object;
        Assert.True(FieldSelector.Parse("spec.nodeName=n1,status.phase!=Running,metadata.namespace=default", pods).Matches(pods, pod));
        Assert.False(FieldSelector.Parse("spec.nodeName==n2", pods).Matches(pods, pod));
        Assert.Equal("field label not supported: spec.containers", Assert.Throws<ApiException>(() => FieldSelector.Parse("spec.containers=a", pods)).Message);
        Assert.Equal(400, Assert.Throws<ApiException>(() => FieldSelector.Parse("metadata.name", pods)).Code);
    }

    [Theory]
    [InlineData(0, "0s"), InlineData(119, "119s"), InlineData(120, "2m"), InlineData(130, "2m10s"), InlineData(600, "10m"), InlineData(10_799, "179m"), InlineData(10_800, "3h")]
    [InlineData(12_000, "3h20m"), InlineData(90_000, "25h"), InlineData(180_000, "2d2h"), InlineData(700_000, "8d"), InlineData(70_000_000, "2y80d")]
    public void Ages_have_two_units_at_most(int seconds, string expected) => Assert.Equal(expected, Ages.Text(TimeSpan.FromSeconds(seconds)));
}
