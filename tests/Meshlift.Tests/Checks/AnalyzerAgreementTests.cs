using System.Text.Json;
using Meshlift.Engine.Checks;

namespace Meshlift.Tests.Checks;

/// <summary>Where a rule answers to a message of Istio's analyzers, it finds what these find.</summary>
public sealed class AnalyzerAgreementTests
{
    [IstioDataTheory]
    [InlineData("IST0123", "ML4001", "injection.yaml")]
    [InlineData("IST0108", "ML3003", "misannotated.yaml")]
    public void A_rule_finds_what_the_analyzer_finds(string message, string code, string file)
    {
        using var document = JsonDocument.Parse(IstioData.Read("samples/analyze/1.30.3/expected-messages.json"));
        var expected = document.RootElement.GetProperty("cases").EnumerateArray().SelectMany(one => one.GetProperty("expected").EnumerateArray())
            .Where(one => one.GetProperty("code").GetString() == message).Select(one => one.GetProperty("origin").GetString()!).Distinct().Order(StringComparer.Ordinal);
        var path = Path.Combine(IstioData.Folder!, "samples", "analyze", "1.30.3", "testdata", file);
        var found = CheckRun.Run(new CheckRequest([path], null, [], null), default).Findings.Where(finding => finding.Rule.Code == code).Select(finding => finding.Subject).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(expected, found);
    }
}
