using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Core;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Tests.Selecting;

public sealed class LabelSelectorTests
{
    [Theory]
    [InlineData("", "a=1", true)]
    [InlineData("a=1", "a=1,b=2", true)]
    [InlineData("a==1", "a=2", false)]
    [InlineData("a!=1", "", true)]
    [InlineData("a!=1", "a=1", false)]
    [InlineData("a in (1, 2),b", "a=2,b=", true)]
    [InlineData("a in (1,2),b", "a=2", false)]
    [InlineData("a notin (1,2)", "a=3", true)]
    [InlineData("a notin (1,2)", "", true)]
    [InlineData("!a", "a=", false)]
    [InlineData(" istio.io/rev , !istio-injection ", "istio.io/rev=x", true)]
    [InlineData("a=", "a=", true)]
    public void A_selector_chooses_as_kubectl_would(string selector, string labels, bool expected) =>
        Assert.Equal(expected, LabelSelectorText.Parse(selector).Matches(LabelsOf(labels)));

    [Theory]
    [InlineData("a in 1,2")]
    [InlineData("a like (b)")]
    [InlineData("=1")]
    [InlineData("a=b c")]
    [InlineData("a,,b")]
    [InlineData("a=(b)")]
    [InlineData("!")]
    [InlineData("a>1")]
    public void What_is_no_selector_is_refused(string text) => Assert.Contains("is not a label selector", Assert.Throws<UserException>(() => LabelSelectorText.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("matchLabels: [a]", "matchLabels is a mapping")]
    [InlineData("matchLabels: {a: 1}", "are strings")]
    [InlineData("matchExpressions: [{key: a, operator: in, values: [b]}]", "there is no operator 'in'")]
    [InlineData("matchExpressions: [{key: a, operator: GreaterThan, values: ['1']}]", "there is no operator 'GreaterThan'")]
    [InlineData("matchExpressions: [{key: a, operator: In}]", "needs values")]
    [InlineData("matchExpressions: [{key: a, operator: Exists, values: [b]}]", "takes no values")]
    [InlineData("matchExpression: []", "there is no 'matchExpression'")]
    [InlineData("[a]", "a selector is a mapping")]
    public void A_broken_selector_of_a_manifest_is_refused_and_its_line_is_told(string yaml, string message)
    {
        var problem = Assert.Throws<UserException>(() => LabelSelector.Read(YamlReader.Read(Encoding.UTF8.GetBytes("\n" + yaml)), "web.yaml"));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith("web.yaml, line 2: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_selector_says_the_same_after_it_was_written_and_read() => Prop.ForAll(
        Requirements.NonEmptyListOf().ToArbitrary(), Sets.ToArbitrary(),
        (requirements, labels) =>
        {
            var selector = new LabelSelector([.. requirements]);
            return LabelSelectorText.Parse(selector.ToString()).Matches(labels) == requirements.All(one => one.Matches(labels));
        }).Holds();

    [Fact]
    public void Of_a_demand_and_its_opposite_exactly_one_is_met() => Prop.ForAll(
        Requirements.ToArbitrary(), Sets.ToArbitrary(),
        (requirement, labels) =>
        {
            var opposite = requirement with
            {
                Operator = requirement.Operator switch
                {
                    LabelOperator.In => LabelOperator.NotIn,
                    LabelOperator.NotIn => LabelOperator.In,
                    LabelOperator.Exists => LabelOperator.DoesNotExist,
                    _ => LabelOperator.Exists,
                },
            };
            return requirement.Matches(labels) != opposite.Matches(labels);
        }).Holds();

    private static Gen<string> Keys { get; } = Gen.Elements("a", "b", "istio.io/rev");

    private static Gen<string> Values { get; } = Gen.Elements("", "1", "2", "x-y");

    private static Gen<LabelRequirement> Requirements { get; } =
        from key in Keys
        from kind in Gen.Elements(LabelOperator.In, LabelOperator.NotIn, LabelOperator.Exists, LabelOperator.DoesNotExist)
        from values in Values.NonEmptyListOf()
        select new LabelRequirement(key, kind, kind is LabelOperator.In or LabelOperator.NotIn ? [.. values.Distinct(StringComparer.Ordinal)] : []);

    private static Gen<Labels> Sets { get; } = (from key in Keys from value in Values select new KeyValuePair<string, string>(key, value)).ListOf().Select(pairs => Labels.Of(pairs));

    private static Labels LabelsOf(string text) => Labels.Of(text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Select(pair => new KeyValuePair<string, string>(pair[0], pair[1])));
}
