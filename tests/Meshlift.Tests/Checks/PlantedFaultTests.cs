using System.CommandLine;
using System.Text;
using System.Text.Json;
using Meshlift.CommandLine;
using Meshlift.Core.Checks;

namespace Meshlift.Tests.Checks;

/// <summary>A repository with one fault for every rule there is. A rule without a page, and so without a fault, fails here.</summary>
public sealed class PlantedFaultTests
{
    [Fact]
    public async Task Each_fault_is_told_once_at_its_line_and_nothing_else_is()
    {
        using var folder = new TempFolder();
        Plant(folder, page => page.Examples[0]);
        var outcome = await RunAsync(folder);
        var expected = RuleCatalog.All.Select(rule => (rule.Code, Page: RulePage.Read(rule.Code))).Select(one => (one.Code, $"clusters/{Cluster(one.Code)}/{one.Page.Fault().File}", one.Page.Fault().Line));
        Assert.Equal(expected, Findings(outcome.Output).Order());
        Assert.Equal(1, outcome.Code);
    }

    [Fact]
    public async Task The_same_repository_without_the_faults_has_no_finding()
    {
        using var folder = new TempFolder();
        Plant(folder, page => page.Examples[1]);
        var outcome = await RunAsync(folder);
        Assert.Empty(Findings(outcome.Output));
        Assert.Equal(0, outcome.Code);
    }

    /// <summary>A cluster for each rule: what one says of a mesh is nothing to another.</summary>
    private static void Plant(TempFolder folder, Func<RulePage, IReadOnlyDictionary<string, string>> example)
    {
        var clusters = new StringBuilder();
        foreach (var rule in RuleCatalog.All)
        {
            clusters.Append("        - { name: ").Append(Cluster(rule.Code)).Append(", path: clusters/").Append(Cluster(rule.Code)).Append(" }\n");
            foreach (var (file, text) in example(RulePage.Read(rule.Code))) folder.Write($"clusters/{Cluster(rule.Code)}/{file}", text);
        }
        const string mesh = """
            apiVersion: meshlift.dev/v1alpha1
            kind: Mesh
            metadata: { name: shop }
            spec:
              istio: { versions: "1.30.*", renderer: manifests, manifests: "vendor/${version}.yaml" }
              layout: { engine: plain }
              environments:
                - name: production
                  clusters:

            """;
        folder.Write("meshlift.yaml", mesh + clusters);
    }

    private static string Cluster(string code) => code.ToLowerInvariant();

    private static IEnumerable<(string Code, string File, int Line)> Findings(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("findings").EnumerateArray().Select(finding =>
            (finding.GetProperty("code").GetString()!, finding.GetProperty("file").GetString()!, finding.GetProperty("line").GetInt32()))];
    }

    private static async Task<(int Code, string Output)> RunAsync(TempFolder folder)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync(["check", "--config", folder["meshlift.yaml"], "--output", "json"], new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
        Assert.True(error.ToString().Length == 0, error.ToString());
        return (code, output.ToString());
    }
}
