using Meshlift.Core.Checks;
using Meshlift.Engine.Checks;

namespace Meshlift.Tests.Checks;

/// <summary>The examples of docs/rules/ are the tests of the rules.</summary>
public sealed class RulePagesTests
{
    public static TheoryData<string> Codes() => [.. RuleCatalog.All.Select(rule => rule.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_example_that_fails_has_one_finding_at_its_line_and_the_other_has_none(string code)
    {
        var rule = RuleCatalog.All.Single(rule => rule.Code == code);
        var page = RulePage.Read(code);
        Assert.StartsWith($"# {code} {rule.Name}\n\nSeverity: {rule.Severity.ToString().ToLowerInvariant()}.\n", page.Text, StringComparison.Ordinal);
        Assert.Equal(2, page.Examples.Count);
        using var folder = new TempFolder();
        var finding = Assert.Single(Run(folder, "fails", page.Examples[0]).Findings);
        Assert.Equal((code, $"{folder["fails"]}/{page.Fault().File}", page.Fault().Line), (finding.Rule.Code, finding.File, finding.Line));
        Assert.NotEqual("", finding.Remedy);
        var passing = Run(folder, "passes", page.Examples[1]);
        Assert.Empty(passing.Findings);
        if (code != RuleCatalog.Schema.Code) Assert.NotEqual(CheckOutcome.Unknown, passing.Checks.Single(check => check.Rule == rule).Outcome);
    }

    [Fact]
    public void Every_page_belongs_to_a_rule() => Assert.Equal(RuleCatalog.All.Select(rule => rule.Code), RulePage.Codes);

    private static CheckResult Run(TempFolder folder, string name, IReadOnlyDictionary<string, string> files)
    {
        foreach (var (file, text) in files) folder.Write($"{name}/{file}", text);
        return CheckRun.Run(new CheckRequest([folder[name]], null, [], null), default);
    }
}
