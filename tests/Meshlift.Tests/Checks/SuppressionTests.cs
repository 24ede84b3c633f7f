using System.Text;
using Meshlift.Core.Checks;
using Meshlift.Yaml;

namespace Meshlift.Tests.Checks;

public sealed class SuppressionTests
{
    [Theory]
    [InlineData("a: 1 # meshlift:ignore ML3006 why", 1)]
    [InlineData("# meshlift:ignore memory why\na: 1", 2)]
    [InlineData("a: 'x # meshlift:ignore ML3006 no' # meshlift:ignore ML3006 yes", 1)]
    [InlineData("a:\n  # meshlift:ignore ML3006 why\n\n  # more\n  b: 1", 5)]
    [InlineData("a: |\n  text\n# meshlift:ignore ML3006 why\nb: 1", 4)]
    [InlineData("a: |\n  text\n  # meshlift:ignore\n# meshlift:ignore ML3006 why\nb: 1", 5)]
    [InlineData("a: 1 # meshlift:ignore ML3009 other # meshlift:ignore ML3006 why", null)]
    [InlineData("a: 'x # meshlift:ignore ML3006 no'", null)]
    [InlineData("a: \"x\n  # meshlift:ignore ML3006 no\"\nb: 1", null)]
    [InlineData("a: |\n  # meshlift:ignore ML3006 no\n  text\nb: 1", null)]
    [InlineData("a: >-\n  text\n  # meshlift:ignore ML3006 no\nb: 1", null)]
    [InlineData("a: x#meshlift:ignore ML3006 no", null)]
    public void Only_a_comment_silences_and_only_its_own_line(string yaml, int? line)
    {
        var rule = RuleCatalog.All.Single(rule => rule.Code == "ML3006");
        var root = YamlReader.Read(yaml);
        var comments = Suppressions.Of(Encoding.UTF8.GetBytes(yaml), 1, root);
        var silenced = Enumerable.Range(1, yaml.Split('\n').Length).Where(at => comments.Silences(new CheckFinding(rule, "f", at, 1, "", "", "", ""))).ToList();
        // A comment above all content is about the whole document.
        if (yaml[0] == '#') Assert.Equal(yaml.Split('\n').Length, silenced.Count);
        else Assert.Equal(line is { } one ? [one] : [], silenced);
        Assert.Empty(comments.Apply([], "f"));
    }

    [Fact]
    public void A_comment_without_a_reason_is_a_finding_at_its_place_and_a_text_that_looks_like_one_is_none()
    {
        const string yaml = "a: |\n  # meshlift:ignore ML3006\nb: 1  # meshlift:ignore ML3006\n";
        var finding = Assert.Single(Suppressions.Of(Encoding.UTF8.GetBytes(yaml), 10, YamlReader.Read(yaml)).Apply([], "f"));
        Assert.Equal(("ML1104", 12, 7), (finding.Rule.Code, finding.Line, finding.Column));
    }
}
