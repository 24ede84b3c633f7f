using System.Text.RegularExpressions;
using Meshlift.Core.Checks;
using Meshlift.Engine.Checks;

namespace Meshlift.Tests.Checks;

/// <summary>The examples of docs/rules/ are the tests of the rules.</summary>
public sealed partial class RulePagesTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Codes() => [.. RuleCatalog.All.Select(rule => rule.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void The_example_that_fails_has_one_finding_at_its_line_and_the_other_has_none(string code)
    {
        var rule = RuleCatalog.All.Single(rule => rule.Code == code);
        var page = File.ReadAllText(Path.Combine(Root, "docs", "rules", $"{code}.md"));
        Assert.StartsWith($"# {code} {rule.Name}\n\nSeverity: {rule.Severity.ToString().ToLowerInvariant()}.\n", page, StringComparison.Ordinal);
        var examples = Example().Matches(page).Select(match => match.Groups["yaml"].Value).ToList();
        Assert.Equal(2, examples.Count);
        var line = Array.FindIndex(examples[0].Split('\n'), text => text.EndsWith("# here", StringComparison.Ordinal)) + 1;
        var finding = Assert.Single(Run(examples[0]).Findings);
        Assert.Equal((code, Math.Max(1, line)), (finding.Rule.Code, finding.Line));
        Assert.NotEqual("", finding.Remedy);
        var passing = Run(examples[1]);
        Assert.Empty(passing.Findings);
        if (code != RuleCatalog.Schema.Code) Assert.NotEqual(CheckOutcome.Unknown, passing.Checks.Single(check => check.Rule == rule).Outcome);
    }

    [Fact]
    public void Every_page_belongs_to_a_rule() =>
        Assert.Equal(RuleCatalog.All.Select(rule => rule.Code), Directory.EnumerateFiles(Path.Combine(Root, "docs", "rules"), "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    private static CheckResult Run(string yaml)
    {
        using var folder = new TempFolder();
        return CheckRun.Run(new CheckRequest([folder.Write("example.yaml", yaml)], null, [], null), default);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meshlift.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex("^```yaml\n(?<yaml>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
